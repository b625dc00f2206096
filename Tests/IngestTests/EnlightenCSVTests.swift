// Enlighten reports of every dialect: rows, marks, and what is refused.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

private func zone(_ name: String) throws -> TimeZoneRules {
    let data = try #require(FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)"))
    return try TimeZoneRules(identifier: name, tzif: [UInt8](data))
}

private func parse(
    _ bytes: [UInt8],
    zone name: String = "Europe/Paris",
    pieceBytes: Int = 1 << 20,
    _ change: (inout EnlightenOptions) -> Void = { _ in }
) throws -> (ReportFacts, ReadingColumns) {
    var options = EnlightenOptions(timeZone: name, capturedUTCSeconds: 4_000_000_000)
    change(&options)
    var parser = EnlightenCSVParser(options: options, zone: try zone(name))
    var columns = ReadingColumns()
    var position = 0
    while position < bytes.count {
        let end = min(position + pieceBytes, bytes.count)
        try parser.feed(bytes[position..<end]) { columns.append(contentsOf: $1) }
        position = end
    }
    let summary = try parser.finish { columns.append(contentsOf: $1) }
    return (summary, columns)
}

private func failure(_ text: String, _ change: (inout EnlightenOptions) -> Void = { _ in }) -> IngestError? {
    do {
        _ = try parse(Array(text.utf8), change)
        return nil
    } catch IngestError.badRows(let first, _, _) {
        return first
    } catch { return error as? IngestError }
}

private let header =
    "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh)\n"

@Suite("Enlighten CSV samples", .enabled(if: Shared.isPresent))
struct EnlightenSampleTests {
    @Test("the London file gives its golden totals, in pieces of any size", arguments: [1 << 20, 997])
    func london(pieceBytes: Int) throws {
        let bytes = try Shared.bytes("samples/enlighten-csv/dhd_2019_2021_net_energy.csv")
        let (summary, columns) = try parse(bytes, zone: "Europe/London", pieceBytes: pieceBytes)
        #expect(summary.rows == 105_216 && summary.headers == 36 && summary.dialect == "B")
        #expect(
            Channel.allCases.map { columns.total($0).value } == [
                11_469_499, 6_398_159, 2_741_841, 7_563_368, 1_372_168, 1_122_355,
            ]
        )
        #expect(summary.marks == ["zero": 6, "negative": 7])
        #expect(summary.regime == "netted" && summary.residuals == ["0": 105_216])
    }

    @Test("the French file gives its golden totals, smears, zeros and clock changes")
    func french() throws {
        let (summary, columns) = try parse(
            try Shared.bytes("samples/enlighten-csv/braibaud_enphase_report_fr.csv")
        )
        #expect(summary.rows == 35_040 && summary.dialect == "D")
        #expect(columns.total(.imported).value == 12_320_673 && columns.total(.produced).value == 7_115_926)
        #expect(summary.marks == ["zero": 93, "smear": 14, "midnight_zero": 85, "residual": 19])
        #expect(summary.clockChangeDays == ["2024-10-27": 100, "2025-03-30": 92])
        #expect(summary.residuals == ["0": 35_021, "1": 14, "-1": 5])
    }

    @Test("the Dutch files give their golden totals; the daily total is verified")
    func dutch() throws {
        let hourly = try parse(
            try Shared.bytes("samples/enlighten-csv/patrickvorgers_9999998_custom_report.csv"),
            zone: "Europe/Amsterdam"
        )
        #expect(hourly.0.stepSeconds == 3600 && hourly.0.marks["before_commissioning"] == 14)
        #expect(hourly.1.total(.produced).value == 10_254_891)
        let daily = try parse(
            try Shared.bytes(
                "samples/enlighten-csv/patrickvorgers_9999998_site_energy_production_report.csv"
            ),
            zone: "Europe/Amsterdam"
        )
        #expect(
            daily.0.dialect == "C" && daily.0.totalsVerified == 1
                && daily.1.total(.produced).value == 9_350_723
        )
    }
}

@Suite("Enlighten CSV, bad input")
struct EnlightenBadInputTests {
    @Test("each fault is named with its line")
    func faults() {
        let good = header + "06/01/2024 10:00,1,2,3,4\n06/01/2024 10:15,1,2,3,4\n"
        #expect(failure("") == .empty)
        #expect(failure(header) == .noRows)
        #expect(failure("\u{1F}\u{08}") != nil)
        #expect(failure(good.replacing(",", with: "|")) == .delimiter(line: 1, found: "bars"))
        #expect(failure("a,b\n1,2\n") == .unknownHeader(line: 1, header: "\"a,b\""))
        #expect(failure(good + "06/01/2024 10:30,1,2,3\n") == .fieldCount(line: 4, found: 4, expected: 5))
        #expect(
            failure(good + "06/01/2024 10:30,1,500,2,3,4\n") == .fieldCount(line: 4, found: 6, expected: 5)
        )
        #expect(
            failure(good + "06/01/2024 10:15,1,2,3,4\n") == .outOfOrder(line: 4, found: "06/01/2024 10:15")
        )
        #expect(
            failure(good + "06/01/2024 10:30,x,2,3,4\n")
                == .badNumber(line: 4, column: "produced", found: "x")
        )
        #expect(
            failure(good + "06/01/2024 10:37,1,2,3,4\n")
                == .mixedSteps(line: 4, foundSeconds: 1320, stepSeconds: 900)
        )
        #expect(failure(good + "13/01/2024 10:30,1,2,3,4\n") == .badDate(line: 4, found: "13/01/2024 10:30"))
        #expect(
            failure(good + "06/01/2024 10:30,999999999999,2,3,4\n")
                == .absurd(line: 4, column: "produced", found: "999999999999", limitWh: 4_000_000)
        )
        #expect(
            failure(good + "Total,3,4,6,8\n")
                == .totalMismatch(line: 4, column: "produced", stated: 3, sum: 2)
        )
        #expect(failure(good + "06/01/2024 10:30,1,2") == .truncated(line: 4))
        #expect(
            failure(good + String(repeating: "1", count: 70_000)) == .lineTooLong(line: 4, limitBytes: 65_536)
        )
        #expect(
            failure(header + "03/30/2025 02:15,1,2,3,4\n")
                == .noSuchLocalTime(line: 2, found: "03/30/2025 02:15", zone: "Europe/Paris")
        )
    }

    /// Quarter hours from 05/01/2024 on: so many that one bad row among them may be left out.
    private func rows(_ count: Int, _ numbers: String) -> String {
        (0..<count).map { slot -> String in
            let clock = String(format: "%02d:%02d", slot % 96 / 4, slot % 4 * 15)
            return "05/0\(slot / 96 + 1)/2024 \(clock),\(numbers)\n"
        }.joined()
    }

    @Test("bad rows are left out on request, and counted")
    func skipping() throws {
        let text =
            header + rows(120, "1,2,3,4").replacing("05/02/2024 01:00,1", with: "05/02/2024 01:00,x")
        let (summary, columns) = try parse(Array(text.utf8)) { $0.skipsBadRows = true }
        #expect(
            summary.rows == 119 && summary.refusedRows == 1 && columns.rowCount == 119
                && summary.absentRows == 1
        )
        #expect(failure(text) == .badNumber(line: 102, column: "produced", found: "x"))
    }

    @Test("leaving rows out is offered where one in a hundred is bad at most, and refused where more are")
    func fewBadRows() {
        func refused(_ text: String, skipping: Bool) -> IngestError? {
            do { _ = try parse(Array(text.utf8)) { $0.skipsBadRows = skipping } } catch {
                return error as? IngestError
            }
            return nil
        }
        let few = header + rows(200, "1,2,3,4").replacing("05/02/2024 01:", with: "05/02/2024 41:")
        #expect(refused(few, skipping: false)?.remedy != .fixLineOrSkip)
        let error = refused(few, skipping: true)
        if case .badRows(.badStamp, 4, 200) = error {} else { Issue.record("\(String(describing: error))") }
        let one = header + rows(200, "1,2,3,4").replacing("05/02/2024 01:15", with: "05/02/2024 41:15")
        #expect(refused(one, skipping: false)?.remedy == .fixLineOrSkip)
        #expect(refused(one, skipping: true) == nil)
    }

    @Test("a bad row that is left out does not make the later ones out of order")
    func poisonedClock() throws {
        let text = header + "12/31/2199 00:00,x,2,3,4\n" + rows(120, "1,2,3,4")
        let (summary, columns) = try parse(Array(text.utf8)) { $0.skipsBadRows = true }
        #expect(summary.refusedRows == 1 && columns.rowCount == 120)
    }

    @Test("rows that are left out count in no summary, and change the count of no other row")
    func refusedRowsAreNotCounted() throws {
        func text(_ odd: String) -> String {
            // The day before is whole; on this one two rows of the hours before the change are bad.
            (0..<200).reduce("Date/Time,Energy Produced (Wh)\n") { text, slot in
                let clock = String(format: "%02d:%02d", slot % 96 / 4, slot % 4 * 15)
                return text
                    + (slot == 193 || slot == 195 ? "\(odd)\n" : "10/\(25 + slot / 96)/2024 \(clock),1\n")
            }
        }
        let (summary, _) = try parse(Array(text("10/27/2024 00:15,x").utf8)) { $0.skipsBadRows = true }
        #expect(summary.clockChangeDays == ["2024-10-27": 6] && summary.refusedRows == 2)
        let foreign = (0..<101).reduce("Date/Time,Energy Produced (Wh)\n") { text, slot in
            let clock = String(format: "%02d:%02d:00", slot % 96 / 4, slot % 4 * 15)
            return text + "2024-06-0\(1 + slot / 96) \(clock) +0300,\(slot == 0 ? "x" : "1")\n"
        }
        #expect(try parse(Array(foreign.utf8)) { $0.skipsBadRows = true }.0.foreignOffsets == 100)
    }

    @Test("daily stamps whose days were read as months are refused")
    func exchangedDays() {
        let days = (1...12).map { String(format: "%02d/03/2025,5\n", $0) }.joined()
        #expect(failure("Date/Time,Energy Delivered (Wh)\n" + days) == .monthJumps(line: 4))
        #expect(failure("Date/Time,Energy Delivered (Wh)\n" + days) { $0.dateOrder = .dmy } == nil)
    }

    @Test("channels of a later header count in marks and totals, also after the first thousand rows")
    func laterChannels() throws {
        func stamp(_ slot: Int) -> String {
            String(format: "06/%02d/2024 %02d:%02d", slot / 96 + 1, slot % 96 / 4, slot % 4 * 15)
        }
        var text = "Date/Time,Energy Produced (Wh)\n"
        for slot in 0..<1_100 { text += "\(stamp(slot)),0\n" }
        text += header
        for slot in 1_100..<1_110 { text += "\(stamp(slot)),\(slot == 1_105 ? "0,0,0,0" : "1,5,0,4")\n" }
        text += "Total,9,45,0,36\n"
        let (summary, columns) = try parse(Array(text.utf8))
        #expect(summary.totalsVerified == 4 && summary.totalWh["consumed"] == 45)
        #expect(summary.marks["zero"] == 1 && columns.quality(ofRow: 1_105).contains(.zero))
        #expect(!columns.quality(ofRow: 5).contains(.zero))
    }

    @Test("quoted thousands, decimals, empty cells, a BOM and a repeated header are taken")
    func acceptedForms() throws {
        let text =
            "\u{FEFF}" + header + "06/01/2024 10:00,\"1,234\",2.5,,-4\r\n" + header
            + "06/01/2024 10:15,1,2,3,4\n06/01/2024 10:30,1,2,3,4"
        let (summary, columns) = try parse(Array(text.utf8))
        #expect(columns[.produced] == [1234, 1, 1] && columns[.consumed] == [3, 2, 2])
        #expect(columns[.exported][0] == ReadingColumns.missingWh && columns[.imported][0] == -4)
        #expect(summary.headers == 2 && summary.marks["rounded"] == 1 && summary.marks["negative"] == 1)
    }
}
