// The fast reader of plain rows against its plain twin.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

/// The fast reader of plain rows against the reader of single lines, which is its plain twin.
@Suite("plain rows of reports")
struct PlainRowTests {
    private struct Outcome: Equatable {
        var columns = ReadingColumns()
        var text = ""
    }

    private func read(_ text: [UInt8], zone name: String, fast: Bool, pieceBytes: Int) -> Outcome {
        do {
            let data = try #require(FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)"))
            var options = EnlightenOptions(timeZone: name, capturedUTCSeconds: 1_750_000_000)
            options.installedW = 4_000
            options.skipsBadRows = pieceBytes % 2 == 0
            var parser = EnlightenCSVParser(
                options: options,
                zone: try TimeZoneRules(identifier: name, tzif: [UInt8](data)),
                takesPlainRows: fast
            )
            var columns = ReadingColumns()
            var position = 0
            while position < text.count {
                let end = min(position + pieceBytes, text.count)
                try parser.feed(text[position..<end]) { columns.append(contentsOf: $1) }
                position = end
            }
            let summary = try parser.finish { columns.append(contentsOf: $1) }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return Outcome(
                columns: columns,
                text: String(decoding: try encoder.encode(summary), as: UTF8.self)
            )
        } catch {
            return Outcome(text: "\(error)")
        }
    }

    /// A report with everything that a row can be, most of it plain.
    private func report(_ random: inout SeededGenerator) -> [UInt8] {
        let hasOffset = Bool.random(using: &random)
        let step = [300, 900, 3_600].randomElement(using: &random) ?? 900
        let ending = Bool.random(using: &random) ? "\n" : "\r\n"
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),"
        text += "Imported from Grid (Wh)\(ending)"
        var start = 1_740_000_000 + Int.random(in: 0..<20_000, using: &random) * 3_600
        let odds = [0, 300, 30].randomElement(using: &random) ?? 0
        for _ in 0..<Int.random(in: 150..<6_000, using: &random) {
            start += step
            func isOdd() -> Bool { odds > 0 && Int.random(in: 0..<odds, using: &random) == 0 }
            if isOdd() { start += step * Int.random(in: 1..<300, using: &random) }
            let day = CivilDate(daysSince1970: Int64(start / 86_400))
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            let clock = "\(two(start / 3_600 % 24)):\(two(start / 60 % 60))"
            text +=
                hasOffset
                ? "\(day) \(clock):00 +0000" : "\(two(day.month))/\(two(day.day))/\(day.year) \(clock)"
            let produced = isOdd() ? 0 : Int.random(in: 0..<900, using: &random)
            let consumed = Int.random(in: 0..<900, using: &random)
            var fields = [produced, consumed, max(0, produced - consumed), max(0, consumed - produced)].map {
                "\($0)"
            }
            if isOdd() { fields = ["0", "0", "0", "0"] }
            if isOdd() {
                fields[0] =
                    ["-5", "\"1,234\"", "12.5", "", "99999999", "abc", "7 "].randomElement(using: &random)
                    ?? ""
            }
            if isOdd() { fields.append("1") }
            text += "," + fields.joined(separator: ",") + ending
            if isOdd() { text += ending }
        }
        return Array(text.utf8)
    }

    @Test("runs of plain rows give what single lines give: rows, marks, sums and errors", arguments: 0..<40)
    func twins(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let text = report(&random)
        for zone in ["Etc/UTC", "Europe/London", "America/New_York"] {
            let plain = read(text, zone: zone, fast: false, pieceBytes: 1 << 16)
            for pieceBytes in [1 << 16, 4_099, 64 << 10 + 1] {
                let slow =
                    pieceBytes % 2 == 0 ? plain : read(text, zone: zone, fast: false, pieceBytes: pieceBytes)
                let quick = read(text, zone: zone, fast: true, pieceBytes: pieceBytes)
                #expect(quick.text == slow.text, "seed \(seed), \(zone)")
                #expect(quick.columns.startUTCSeconds.count == slow.columns.startUTCSeconds.count)
                let isSame = quick == slow
                #expect(isSame, "seed \(seed), \(zone), pieces of \(pieceBytes)")
            }
        }
    }
}
