// Families of formats: each format has one, and what a store keeps of a document stays as it was.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

@Suite("families of formats")
struct FormatFamilyTests {
    @Test("every format is of exactly one family", arguments: DocumentFormat.allCases)
    func families(format: DocumentFormat) {
        let facts = FormatFamilies.all.flatMap(\.formats).filter { $0.format == format }
        #expect(
            facts.count == 1,
            "\(format.rawValue) is in \(facts.count) families: list it in the `formats` of one, see docs/add-a-format.md"
        )
        #expect(facts.first.map { !$0.title.isEmpty && $0.page.hasSuffix(".md") } == true)
    }

    @Test("no two formats have the same title")
    func titles() {
        let titles = FormatFamilies.all.flatMap(\.formats).map(\.title)
        #expect(Set(titles).count == titles.count)
    }

    @Test("of two headers the first line that is one decides, and within a line the first family")
    func order() throws {
        func format(_ text: String) throws -> DocumentFormat {
            try DocumentDetector.format(prefix: Array(text.utf8)[...])
        }
        let bills = "start,end,import_kwh\n"
        let utility = "TYPE,DATE,START TIME,END TIME,USAGE (kWh)\n"
        #expect(try format(bills + utility) == .billFile)
        #expect(try format(utility + bills) == .utilityCSV)
        #expect(try format("date,mean_c,start,end,import_kwh\n") == .temperatureCSV)
        #expect(try format("start_at,wh,start,end,import_kwh\n") == .deviceCSV)
        #expect(try format("START DATE,END DATE,USAGE (kWh),date,start_at,wh\n") == .billingCSV)
    }

    @Test("a document that is like two formats is told to be like the nearest")
    func nearest() {
        func words(_ text: String) -> String {
            do {
                return try DocumentDetector.format(prefix: Array(text.utf8)[...]).rawValue
            } catch { return "\(error)" }
        }
        #expect(words("a,b\n\"actEnergyDlvd\",1\n").contains("nearest is gateway capture"))
        let five = "TYPE,DATE,START TIME,END TIME,IMPORT (kWh)"
        #expect(words("\(five),\"actEnergyDlvd\"\n").contains("nearest is utility interval CSV"))
        #expect(words("200,NEM1,\"actEnergyDlvd\"\n").contains("nearest is gateway capture"))
        #expect(words("start,end,x\n").contains("nearest is bills.csv"))
    }

    @Test("binary files are refused in the words of the place where they are met")
    func binary() throws {
        for (start, document, report) in [
            ("PK\u{3}\u{4}", "a ZIP archive inside an archive", "a ZIP or Excel file"),
            ("%PDF", "a PDF", "a PDF"), ("SQLite format 3", "an SQLite file", "an SQLite database"),
        ] {
            let bytes = Array(start.utf8)
            #expect(throws: IngestError.binary(kind: document)) {
                try DocumentDetector.format(prefix: bytes[...])
            }
            #expect(throws: IngestError.binary(kind: report)) { try read(bytes, format: .enlightenCSV) }
        }
    }

    @Test("an error body is refused with what the API said and what to do")
    func errorBody() throws {
        let body = Array(#"{"message":"Too many","code":429,"period":"minute","limit":10}"#.utf8)
        let refusal = try CloudErrors.refusal(head: body)
        #expect(throws: refusal) { try read(body) }
        #expect("\(refusal)".contains("429 Too many; limit 10 a minute; fetch again when the period is over"))
        #expect(throws: IngestError.self) { try CloudErrors.refusal(head: Array(body.dropLast())) }
    }
}

@Suite("what a store keeps of a document")
struct KeptDocumentTests {
    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test(
        "options of a journal are read, and written again as they were",
        arguments: [
            #"{"capturedUTCSeconds":1764547200,"enlighten":{"capturedUTCSeconds":1764547200,"dateOrder":"mdy","ignoresTotals":false,"installedW":4000,"operatingSinceUTCSeconds":1735689600,"skipsBadRows":false,"timeZone":"Europe/London"},"format":"enlighten_csv","latitude":51.4,"longitude":-0.3,"name":"a.csv","registerDigits":5,"skipsBadRows":false,"takesUTCAsLocal":false,"timeZone":"Europe/London"}"#,
            #"{"capturedUTCSeconds":0,"format":"utility_csv","latitude":51.4,"longitude":-0.3,"name":"u/b.csv","registerDigits":4,"side":"export","skipsBadRows":true,"takesUTCAsLocal":true,"timeZone":"UTC"}"#,
        ]
    )
    func options(text: String) throws {
        #expect(try json(try JSONDecoder().decode(DocumentOptions.self, from: Data(text.utf8))) == text)
    }

    @Test("of a report its own facts are kept, of anything else the common summary without what is not kept")
    func summary() throws {
        var summary = DocumentSummary()
        summary.readingType = "{}"
        let members =
            #"{"counts":{},"format":"","identifiers":{},"notes":[],"refusals":[],"refusedRows":0,"rows":{},"totalWh":{},"warnings":{}}"#
        #expect(try json(summary.kept) == members)
        let facts = ReportFacts()
        summary.report = facts
        #expect(try json(summary.kept) == json(facts))
        #expect(try json(facts).contains(#""dialect":"","firstUTC"#) == false)
        #expect(
            try json(facts).hasPrefix(#"{"absentRows":0,"channels":[],"clockChangeDays":{},"dialect":"""#)
        )
    }
}
