// Reports that some program has opened and saved again: what is as clear as before is taken, the rest refused with words.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

/// A report of quarter hours in any form.
private struct Report {
    var names = ["Date/Time", "Energy Produced (Wh)", "Energy Consumed (Wh)"]
    var separator = ","
    var count = 300
    /// Writes the stamp of a slot: year, month, day, hour, minute.
    var stamp: (Int, Int, Int, Int, Int) -> String = { year, month, day, hour, minute in
        String(format: "%02d/%02d/%04d %02d:%02d", month, day, year, hour, minute)
    }
    var number: (Int) -> String = { "\($0)" }
    var wrap: (String) -> String = { $0 }
    var head = ""
    var tail = ""
    var lineEnd = "\n"

    /// The rows begin on 2024-05-09, so that days and months take one digit and two.
    var text: String {
        var lines = [names.map(wrap).joined(separator: separator) + tail]
        for slot in 0..<count {
            let cells = [
                stamp(2024, 5, 9 + slot / 96, slot % 96 / 4, slot % 4 * 15), number(slot * 7 % 400),
                number(slot * 3 % 300),
            ]
            lines.append(cells.map(wrap).joined(separator: separator) + tail)
        }
        return head + lines.joined(separator: lineEnd) + lineEnd
    }
}

private func take(_ text: String, pieceBytes: Int = 4096, skipping: Bool = false) throws -> ReadingColumns {
    try take(Array(text.utf8), pieceBytes: pieceBytes, skipping: skipping)
}

private func take(_ bytes: [UInt8], pieceBytes: Int = 4096, skipping: Bool = false) throws -> ReadingColumns {
    let taken = try read(bytes, zone: "Europe/Paris", pieceBytes: pieceBytes) { $0.skipsBadRows = skipping }
    return taken.series["enlighten_csv/900"] ?? ReadingColumns()
}

/// A report around the autumn change, its rows in any order.
private func autumn(
    _ zone: String,
    from: String,
    minutes: Int64,
    _ order: ([(wall: String, at: Int64)]) -> [(wall: String, at: Int64)]
) throws -> String {
    let rules = try zoneRules(zone)
    let day = try #require(CivilDate(from))
    var rows: [(wall: String, at: Int64)] = []
    var at = rules.startOfDay(day)
    while at < rules.startOfDay(day.advanced(by: 3)) {
        let wall = rules.wallClock(atUTCSeconds: at)
        let clock = String(
            format: "%02d:%02d",
            Int(wall.secondOfDay) / 3600,
            Int(wall.secondOfDay) % 3600 / 60
        )
        rows.append(
            (String(format: "%02d/%02d/%04d ", wall.day.month, wall.day.day, wall.day.year) + clock, at)
        )
        at += minutes * 60
    }
    return "Date/Time,Energy Produced (Wh)\n"
        + order(rows).map { "\($0.wall),\($0.at / 300 % 90)\n" }.joined()
}

@Suite("reports whose rows were sorted")
struct SortedReportTests {
    @Test(
        "the hour that comes twice, sorted by its text, is refused as a whole, with or without leave to skip rows",
        arguments: [
            ("Europe/Paris", "2024-10-26", 15), ("America/Chicago", "2024-11-02", 5),
            ("Australia/Sydney", "2025-04-05", 30), ("America/Havana", "2025-11-01", 15),
            ("Australia/Lord_Howe", "2025-04-05", 15),
        ]
    )
    func twice(zone: String, day: String, minutes: Int) throws {
        let sorted = try autumn(zone, from: day, minutes: Int64(minutes)) {
            $0.sorted { ($0.wall, $0.at) < ($1.wall, $1.at) }
        }
        for isSkipping in [false, true] {
            let text = refusal(sorted, zone: zone) { $0.skipsBadRows = isSkipping }
            #expect(text.contains("twice running") && text.contains("rows were sorted"), "\(text)")
            #expect(!text.contains("skip") && text.contains("download the report again"), "\(text)")
        }
        let whole = try autumn(zone, from: day, minutes: Int64(minutes)) { $0 }
        #expect(try read(Array(whole.utf8), zone: zone).series.values.first?.rowCount ?? 0 > 140)
    }

    @Test("rows from new to old are told as such, not as a report of one row")
    func descending() throws {
        let text = try autumn("Europe/Paris", from: "2024-10-26", minutes: 15) { $0.reversed() }
        let told = refusal(text, zone: "Europe/Paris")
        #expect(told.contains("rows were sorted") && !told.contains("single row"), "\(told)")
    }
}

private func error(_ text: String, _ change: (inout DocumentOptions) -> Void = { _ in }) -> String {
    refusal(text, zone: "Europe/Paris", change)
}

private func twelve(_ hour: Int) -> String { "\((hour + 11) % 12 + 1)" }

@Suite("reports saved again")
struct RewrittenReportTests {
    private static var forms: [(name: String, report: Report)] {
        [
            ("one digit", Report(stamp: { "\($1)/\($2)/\($0) \($3):" + String(format: "%02d", $4) })),
            (
                "two digits of the year",
                Report(stamp: { "\($1)/\($2)/\($0 % 100) \($3):" + String(format: "%02d", $4) })
            ),
            (
                "AM and PM",
                Report(stamp: {
                    "\($1)/\($2)/\($0) \(twelve($3)):" + String(format: "%02d", $4)
                        + ($3 < 12 ? " AM" : "\u{202F}p.m.")
                })
            ),
            ("seconds", Report(stamp: { String(format: "%02d/%02d/%04d %02d:%02d:00", $1, $2, $0, $3, $4) })),
            (
                "ISO without offset",
                Report(stamp: { String(format: "%04d-%02d-%02d %d:%02d", $0, $1, $2, $3, $4) })
            ),
            (
                "ISO with T",
                Report(stamp: { String(format: "%04d-%02d-%02dT%02d:%02d:00", $0, $1, $2, $3, $4) })
            ),
            (
                "offset with a colon",
                Report(stamp: { String(format: "%04d-%02d-%02d %02d:%02d:00+02:00", $0, $1, $2, $3, $4) })
            ),
            ("dots", Report(stamp: { String(format: "%02d.%02d.%04d %02d:%02d", $2, $1, $0, $3, $4) })),
            ("semicolons", Report(separator: ";")), ("tabs", Report(separator: "\t")),
            ("sep=", Report(separator: ";", head: "sep=;\r\n", lineEnd: "\r\n")),
            ("quotes", Report(wrap: { "\"\($0)\"" })),
            ("empty columns", Report(tail: ",,")), ("BOM", Report(head: "\u{FEFF}", lineEnd: "\r\n")),
            ("CR alone", Report(lineEnd: "\r")),
            ("points of nothing", Report(number: { "\($0).0" })),
            ("decimal commas of nothing", Report(separator: ";", number: { "\($0),00" })),
        ]
    }

    @Test(
        "all clear forms give the rows of the report itself, in pieces of any size",
        arguments: [1 << 20, 997, 61]
    )
    func forms(pieceBytes: Int) throws {
        let plain = try take(Report().text)
        #expect(plain.rowCount == 300)
        for (name, report) in RewrittenReportTests.forms {
            let taken = try take(report.text, pieceBytes: pieceBytes)
            #expect(taken.startUTCSeconds == plain.startUTCSeconds, "\(name)")
            #expect(taken.energyWh == plain.energyWh, "\(name)")
        }
        let wrapped = Report().text.split(separator: "\n").map { "\"\($0)\"\n" }.joined()
        #expect(try take(wrapped, pieceBytes: pieceBytes) == plain)
    }

    @Test("rows and lines of nothing but separators are no rows")
    func emptyRows() throws {
        let plain = try take(Report().text)
        #expect(try take(",,\n" + Report().text + ",,\n\"\",\"\",\"\"\n  \n") == plain)
    }

    @Test("thousands in groups are taken, doubled quotes and blanks inside quotes as well")
    func groups() throws {
        let lines = [
            #""Date/Time"," Energy Produced  (Wh) ","Note ""x"", y""#, #""06/01/2024","8,298","a, ""b""""#,
            "\"06/02/2024\",\"1\u{A0}234\",\"\"", "06/03/2024,\"1'234'567\",",
        ]
        let taken = try read(Array(lines.joined(separator: "\n").utf8), zone: "Europe/Paris")
        #expect(taken.series["enlighten_csv/86400"]?[.produced] == [8_298, 1_234, 1_234_567])
    }

    @Test("the true order of the doubled hour is kept where digits are lost")
    func doubledHour() throws {
        var text = "Date/Time,Energy Produced (Wh)\n"
        for hour in [0, 1, 2, 2, 3] {
            for quarter in 0..<4 { text += "10/27/2024 \(hour):\(String(format: "%02d", quarter * 15)),1\n" }
        }
        let starts = try take(text).startUTCSeconds
        #expect(starts.count == 20 && zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 == 900 })
    }

    @Test("what can mean two things, or has lost digits, is refused as a whole, with rows skipped or not")
    func refused() {
        let gone = "download the report again and import it without opening it"
        let number = Report(stamp: { "\(45_421 + $2).\($3 * 4 + $4 / 15)" }).text
        let serial = Report(stamp: { _, _, day, _, _ in "\(45_412 + day)" }).text
        let month = Report(stamp: { "\($2)-May-\($0) \($3):" + String(format: "%02d", $4) }).text
        let hashes = Report().text.replacing("05/10/2024 00:00", with: "###########")
        let mixed = Report().text.replacing("05/10/2024", with: "2024-05-10")
        let scientific = Report(number: { $0 == 210 ? "2.1E+02" : "\($0)" }).text
        let either = Report(separator: ";", number: { $0 == 210 ? "1.234" : "\($0)" }).text
        for text in [number, serial, month, hashes, mixed, scientific, either] {
            #expect(error(text).contains(gone), "\(error(text)) \(text.prefix(120))")
            #expect(error(text) { $0.skipsBadRows = true }.contains(gone))
        }
        // A day's 8,290 that became 8,29 has lost a digit.
        let days = "Date/Time;Energy Delivered (Wh)\n01.06.2024;8,29\n02.06.2024;7,1\n03.06.2024;900\n"
        #expect(error(days).contains("rewritten the numbers"))
    }

    @Test("a year of two digits read from the wrong end is refused, days and months exchanged as well")
    func exchanged() {
        let yearFirst = Report(stamp: { "\($0 % 100)/\($1)/\($2) \($3):" + String(format: "%02d", $4) }).text
        #expect(error(yearFirst) != "accepted")
        func days(_ stamp: (Int) -> String, rows: Int) -> String {
            "Date/Time,Energy Delivered (Wh)\n" + (1...rows).map { "\(stamp($0)),5\n" }.joined()
        }
        #expect(error(days({ "\($0)/6/2024" }, rows: 2)).contains("jump over a whole month"))
        #expect(error(days({ String(format: "2024-%02d-01", $0) }, rows: 5)).contains("rewritten the times"))
    }

    @Test("twelve hours without their half are refused")
    func halves() {
        let text = Report(stamp: { "\($1)/\($2)/\($0) \(twelve($3)):" + String(format: "%02d", $4) }).text
        #expect(error(text).contains("cannot be read") || error(text).contains("behind the line before"))
        #expect(error(text) { $0.skipsBadRows = true } != "accepted")
    }
}

@Suite("headers of reports")
struct RewrittenHeaderTests {
    @Test("accents in bytes of other programs, or none, are the same names")
    func accents() throws {
        let names = "Date/Heure,Énergie produite (Wh),Énergie consommée (Wh),Exportée vers le réseau (Wh)"
        let rows = "\n01/01/2025 00:00,1,2,3\n01/01/2025 00:15,4,5,6\n"
        let plain = try take(names + rows)
        #expect(plain.energyWh.count { $0.contains { $0 != ReadingColumns.missingWh } } == 3)
        let latin = names.unicodeScalars.map { UInt8($0.value) } + Array(rows.utf8)
        #expect(try take(latin) == plain)
        let mac: [Character: UInt8] = ["É": 0x83, "é": 0x8E]
        #expect(try take(names.map { mac[$0] ?? $0.asciiValue ?? 63 } + Array(rows.utf8)) == plain)
        #expect(try take(names.decomposedStringWithCanonicalMapping + rows) == plain)
        #expect(try take(names.replacing("É", with: "E").replacing("é", with: "e") + rows) == plain)
    }

    @Test("other languages, other units, no header and doubled columns are refused with what to do")
    func refusals() {
        let rows = "\n01/01/2025 00:00,1,2\n01/01/2025 00:15,4,5\n"
        #expect(error("Fecha/Hora,Energía producida (Wh),Energía consumida (Wh)" + rows).contains("language"))
        #expect(
            error("Date/Time,Energía producida (Wh),Energy Consumed (Wh)" + rows).contains(
                "energía producida (wh)"
            )
        )
        #expect(error("Date/Time,Energy Produced (kWh),Energy Consumed (Wh)" + rows).contains("not in Wh"))
        #expect(error("Date/Time,Energy Produced (Wh),Power (W)" + rows).contains("not in Wh"))
        #expect(error("01/01/2025 00:00,1,2\n01/01/2025 00:15,4,5\n").contains("no header"))
        #expect(error("Date/Time,Energy Produced (Wh),Energy Produced (Wh)" + rows).contains("twice"))
    }

    @Test("files of other kinds are named for what they are")
    func others() {
        #expect(error("<!DOCTYPE html><html><head><title>Sign in</title></head></html>").contains("web page"))
        #expect(error("\n<HTML lang=en>").contains("web page"))
        let wide = Array("\u{FEFF}Date/Time\tEnergy Produced (Wh)\n".utf16).flatMap {
            [UInt8($0 & 255), UInt8($0 >> 8)]
        }
        #expect(throws: IngestError.encoding(found: "UTF-16")) { try read(wide) }
        #expect(OfficeFile.kind(members: ["[Content_Types].xml", "xl/workbook.xml"]) == "an Excel workbook")
        #expect(OfficeFile.kind(members: ["mimetype", "content.xml"])?.contains("ODF") ?? false)
        #expect(OfficeFile.kind(members: ["a.csv", "b.json"]) == nil)
    }
}
