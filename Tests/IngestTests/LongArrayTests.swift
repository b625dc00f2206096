// JSON that is told by names behind its arrays: what it is does not hang on how long they are.

import Ingest
import Readings
import TestSupport
import Testing

@Suite("JSON told by names behind long arrays")
struct LongArrayTests {
    private static let names = #""granularity":"day","total_devices":1"#

    /// Intervals of a battery's telemetry.
    private func intervals(_ count: Int) -> String {
        (0..<count).map { row in
            let charge = #"{"enwh":\#(row % 90),"devices_reporting":1}"#
            let soc = #"{"percent":\#(20 + row % 60),"devices_reporting":1}"#
            return
                #"{"end_at":\#(1_735_690_500 + row * 900),"charge":\#(charge),"discharge":{"enwh":0},"soc":\#(soc)}"#
        }.joined(separator: ",")
    }

    private func taken(_ text: String) throws -> Taken { try read(Array(text.utf8), pieceBytes: 1 << 16) }

    @Test("telemetry of one battery is never the site's", arguments: [3, 400, 1_500])
    func battery(count: Int) throws {
        let rows = intervals(count)
        let front = #""system_id":7,"serial_number":"4821","#
        let behind = #","serial_number":"4821","system_id":7"#
        let first = try taken("{\(front)\(LongArrayTests.names),\"intervals\":[\(rows)]}")
        let last = try taken("{\(LongArrayTests.names),\"intervals\":[\(rows)]\(behind)}")
        #expect(first.summary == last.summary && last.series.isEmpty)
        #expect(last.summary.identifiers["system_id"] == "7")
        #expect(last.readings.count == count && last.readings.allSatisfy { $0.device.serial == "4821" })
        // Without a serial number they are the site's.
        let site = try taken("{\"intervals\":[\(rows)],\(LongArrayTests.names)}")
        #expect(site.series["cloud_api/900"]?.rowCount == count)
    }

    @Test("of several devices each keeps its own", arguments: [3, 1_500])
    func pages(count: Int) throws {
        let rows = (0..<count).map { #"{"end_at":\#(1_735_690_500 + $0 * 300),"powr":\#($0),"enwh":9}"# }
            .joined(separator: ",")
        let devices = ["11", "12"].map { #"{"intervals":[\#(rows)],"serial_number":"\#($0)"}"# }
        let found = try taken(#"{"devices":[\#(devices.joined(separator: ","))]}"#)
        #expect(Set(found.readings.map(\.device.serial)) == ["11", "12"])
        #expect(found.readings.count == 2 * count)
    }

    @Test("the head holds what stands behind an array, keeps short, and takes anything")
    func head() {
        let numbers = (0..<90_000).map(String.init).joined(separator: ",")
        func head(_ text: String) -> String {
            String(decoding: DocumentDetector.head(of: Array(text.utf8)[...]), as: UTF8.self)
        }
        let whole = head(#"{"a":[\#(numbers)],"b":"[,]","c":[\#(numbers)],"d":{"e":1}} {"f":[\#(numbers)]}"#)
        #expect(whole.hasPrefix(#"{"a":[0,1,2"#) && whole.hasSuffix(#""d":{"e":1}}"#))
        #expect(whole.contains(#"],"b":"[,]","c":[0,1,2"#) && !whole.contains("\"f\""))
        #expect(whole.utf8.count < DocumentDetector.prefixBytes + 1_000)
        // What is no JSON is its beginning; what is cut, or never ends, ends the head.
        let table = String(repeating: "1,2,3\n", count: 30_000)
        #expect(head(table) == String(table.prefix(DocumentDetector.prefixBytes)))
        for text in [
            "[\(numbers)", "{\"a\":[\(numbers)],\"b", "{\"a\":[\(numbers)]]}]\"", "{\"a\":\"\(numbers)\\",
            String(repeating: "[", count: 100_000), String(repeating: "{\"a\":1},", count: 50_000),
        ] {
            #expect(head(text).utf8.count <= 17 * DocumentDetector.prefixBytes)
        }
    }
}
