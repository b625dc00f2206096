// Tables of utilities that no layout knows, and dates and numbers of those that are known.

import Ingest
import Readings
import TestSupport
import Testing

@Suite("tables of unknown layout")
struct UnknownTableTests {
    @Test("the columns, what is missing, and what to do are told")
    func help() {
        let text = refusal("Datum,Bezug kWh,Einspeisung kWh\n01.03.2025,4.5,1.2\n02.03.2025,4.4,2.2\n")
        #expect(text.contains("its columns are Datum, Bezug kWh, Einspeisung kWh"), "\(text)")
        #expect(text.contains("it lacks") && text.contains("rename its columns to TYPE, DATE"))
        let near = refusal("DATE,START TIME,USAGE (kWh)\n2025-03-01,00:00,0.4\n2025-03-01,01:00,0.3\n")
        #expect(near.contains("Opower usage, it lacks END TIME, TYPE"), "\(near)")
        let named = refusal("when,amount\n2025-03-01 00:00,0.4\n2025-03-01 01:00,0.3\n")
        #expect(named.contains("none of its columns is named as an energy"), "\(named)")
    }

    @Test("a report of Enlighten with lines above its header is told as such")
    func lowHeader() {
        let text = refusal(
            "My home,,\nReport of May,,\nDate/Time,Energy Produced (Wh),Energy Consumed (Wh)\n05/01/2025 00:00,1,2\n05/01/2025 00:15,1,2\n"
        )
        #expect(text.contains("Enlighten report") && text.contains("delete what stands above"), "\(text)")
        #expect(!text.contains("rename"), "\(text)")
    }

    @Test("periods of days are bills, and are to be named as such")
    func bills() {
        let text = refusal("Start date,End date,kWh imported,kWh exported\n01/01/2025,01/02/2025,10,20\n")
        #expect(text.contains("rename its columns to start, end, import_kwh, export_kwh"), "\(text)")
    }

    @Test("another separator is named, also of a layout that is known", arguments: [";", "\t", "|"])
    func separators(_ mark: String) {
        let header = ["TYPE", "DATE", "START TIME", "END TIME", "USAGE (kWh)", "NOTES"]
        let row = ["E", "2025-03-01", "00:00", "00:59", "0,4", ""]
        let known = refusal("\(header.joined(separator: mark))\n\(row.joined(separator: mark))\n")
        let name = [";": "semicolons", "\t": "tabs", "|": "vertical bars"][mark] ?? ""
        #expect(known.contains("is separated by \(name)") && known.contains("decimals by commas"), "\(known)")
        let unknown = refusal(
            "Tijd\(mark)Verbruik kWh\n2025-03-01 00:00\(mark)0,45\n2025-03-01 01:00\(mark)0,4\n"
        )
        #expect(unknown.contains("separated by \(name)") && unknown.contains("with a point"), "\(unknown)")
    }

    @Test("registers are told as such, amounts are not")
    func registers() {
        let rows = (0..<24).map { "2025-03-01 \($0 < 10 ? "0" : "")\($0):00,\(5000 + $0 + $0 / 3)" }
        let text = refusal("time,Import kWh\n" + rows.joined(separator: "\n") + "\n")
        #expect(text.contains("as registers do"), "\(text)")
        let uses = (1..<20).map { "2025-03-\($0 < 10 ? "0" : "")\($0),\(4 + $0 % 3)" }
        #expect(!refusal("day,use kWh\n" + uses.joined(separator: "\n") + "\n").contains("as registers do"))
    }

    @Test(
        "what is no table says so",
        arguments: ["Dear customer,\nplease find below\n", "1\n2\n3\n", "{\"a\": 1}\n"]
    )
    func noTable(_ text: String) {
        let said = refusal(text)
        #expect(said.contains("nor is it a table") || said.contains("nearest is"), "\(said)")
        #expect(!said.contains("table of a utility"))
    }
}

@Suite("dates and numbers of utilities")
struct UtilityDateTests {
    private let header = "TYPE,DATE,START TIME,END TIME,USAGE (kWh),NOTES\n"

    private func starts(_ days: [String], _ change: (inout DocumentOptions) -> Void = { _ in }) throws
        -> [String]
    {
        let rows = days.map { "E,\($0),00:00,00:59,0.4,\n" }
        return try read(Array((header + rows.joined()).utf8), change).intervals.map {
            "\(CivilDate(daysSince1970: $0.startUTCSeconds / 86_400))"
        }
    }

    @Test("a day first is told by a date that is none otherwise, for the rows before it as well")
    func dayFirst() throws {
        #expect(
            try starts(["11/02/2025", "12/02/2025", "13/02/2025"]) == [
                "2025-02-11", "2025-02-12", "2025-02-13",
            ]
        )
        #expect(try starts(["02/11/2025", "02/13/2025"]) == ["2025-02-11", "2025-02-13"])
        // Days in a row are days, not the same day of month after month.
        #expect(
            try starts(["03/02/2025", "04/02/2025", "05/02/2025"]) == [
                "2025-02-03", "2025-02-04", "2025-02-05",
            ]
        )
        #expect(try starts(["03/02/2025"]) { $0.dateOrder = .dmy } == ["2025-02-03"])
    }

    @Test("temperatures: the order is told, or asked for")
    func temperatures() throws {
        func days(_ rows: [String]) throws -> [String] {
            let text = "date,mean_c\n" + rows.map { "\($0),\"7,5\"\n" }.joined()
            return try read(Array(text.utf8), format: .temperatureCSV).temperatures.map {
                "\($0.day) \($0.meanCelsius)"
            }
        }
        #expect(try days(["01.02.2025", "02.02.2025", "03.02.2025"]).last == "2025-02-03 7.5")
        #expect(
            refusal("date,mean_c\n01/02/2025,7\n05/06/2025,8\n", format: .temperatureCSV)
                .contains("with the day or with the month first")
        )
    }

    @Test("NEM12: market time, the site's standard time all year, or UTC")
    func nem12() throws {
        let values = Array(repeating: "0.1", count: 48).joined(separator: ",")
        let text =
            "100,NEM12,202507010000,A,B\n200,8001234567,E1B1,E1,E1,E1,M,kWh,30,\n300,20250701,\(values),A,,,20250702000000,\n900\n"
        func start(_ zone: String, _ change: (inout DocumentOptions) -> Void) throws -> String? {
            try read(Array(text.utf8), zone: zone, change).intervals.first.map {
                Instant(utcSeconds: $0.startUTCSeconds).iso8601
            }
        }
        #expect(try start("Australia/Perth") { _ in } == "2025-06-30T14:00:00Z")
        #expect(try start("Australia/Perth") { $0.times = .standard } == "2025-06-30T16:00:00Z")
        #expect(try start("Australia/Perth") { $0.takesUTCAsLocal = true } == "2025-06-30T16:00:00Z")
        #expect(try start("Australia/Adelaide") { $0.times = .local } == "2025-06-30T14:30:00Z")
        // Daylight time elsewhere does not move it: standard time all year.
        #expect(try start("Europe/London") { $0.times = .standard } == "2025-07-01T00:00:00Z")
        #expect(try start("Australia/Sydney") { $0.times = .utc } == "2025-07-01T00:00:00Z")
    }

    @Test("a file of wall times can be in standard time, or in UTC")
    func wallTimes() throws {
        func start(_ times: DocumentOptions.Times?) throws -> Int64? {
            let text = header + "E,2025-07-01,00:00,00:59,0.4,\nE,2025-07-01,01:00,01:59,0.4,\n"
            return try read(Array(text.utf8), zone: "America/New_York") { $0.times = times }.intervals.first?
                .startUTCSeconds
        }
        let midnight: Int64 = 1_751_328_000
        #expect(try start(nil) == midnight + 4 * 3600 && start(.local) == midnight + 4 * 3600)
        #expect(try start(.standard) == midnight + 5 * 3600 && start(.utc) == midnight)
    }
}
