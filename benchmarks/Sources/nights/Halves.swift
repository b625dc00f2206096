// A simulated home of five years, cut before its last day. Simulated homes begin in 2023; this one is set four years back,
// a whole cycle of leap years, so that no row lies in the future. Its zone has no summer time, so that its clock stays right.

import Foundation
import Scoring

enum Halves {
    /// 18 inverters and three batteries in Johannesburg.
    private static let seed = 34
    private static let days = 1826
    private static let years = 4
    private static let shift: Int64 = 1461 * 86_400
    /// The last whole local day, before it is moved; what comes after it is left out.
    private static let last = "2027-12-31"

    /// Writes `before` and `night` into a folder. Rows go into a file a year, as an owner downloads them.
    static func make(_ home: URL, _ runner: Runner) throws {
        let whole = home.appendingPathExtension("whole")
        defer { try? FileManager.default.removeItem(at: whole) }
        let arguments = ["simulate", "--clean", "--varied", "--seed", "\(seed)", "--days", "\(days)"]
        _ = try runner.run(arguments + [whole.path], allowed: [0])
        for part in ["before", "night", "after"] {
            let folder = home.appending(path: part + "/devices")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        try cutTable(whole, "enlighten_15min.csv", home) { row in
            let year = (Int(row.prefix(4)) ?? 0) - years
            return (row.prefix(10), "\(year)\(row.dropFirst(4))")
        }
        try cutTable(whole, "site_telemetry.csv", home) { row in
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            return (day(of: cells[0]), "\(moved(cells[0])),\(moved(cells[1])),\(cells[2])")
        }
        try cutTable(whole, "devices/micros.csv", home) { row in
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            return (day(of: cells[1]), "\(cells[0]),\(moved(cells[1])),\(cells[2])")
        }
        let devices = whole.appending(path: "devices")
        for name in try FileManager.default.contentsOfDirectory(atPath: devices.path)
        where name.hasSuffix(".json") {
            try cutBattery(devices.appending(path: name), home)
        }
        try FileManager.default.removeItem(at: home.appending(path: "after"))
        let facts = try String(contentsOf: whole.appending(path: "system.json"), encoding: .utf8)
        let old = facts.replacing(/"t": (\d+)/) { "\"t\": \(moved($0.1))" }
        try old.write(to: home.appending(path: "before/system.json"), atomically: true, encoding: .utf8)
    }

    /// Cuts a table; a row is read into its day before it is moved, as text that sorts, and the row as it is moved.
    private static func cutTable(
        _ whole: URL,
        _ path: String,
        _ home: URL,
        read: (Substring) -> (day: Substring, row: String)
    ) throws {
        let file = whole.appending(path: path)
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let rows = lines.dropFirst().map { read($0) }
        guard let header = lines.first else { return }
        let name = path.dropLast(".csv".count)
        for (key, own) in Dictionary(
            grouping: rows,
            by: { "\(part(of: $0.day))/\(name)-\($0.day.prefix(4))" }
        ) {
            let text = ([String(header)] + own.map(\.row)).joined(separator: "\n") + "\n"
            try text.write(to: home.appending(path: key + ".csv"), atomically: true, encoding: .utf8)
        }
    }

    /// Cuts the telemetry of a battery as text: what names the battery stays before its intervals.
    private static func cutBattery(_ file: URL, _ home: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let open = text.firstIndex(of: "["), let close = text.lastIndex(of: "]") else { return }
        let rows = text[text.index(after: open)..<close].split(separator: "{\"end_at\":").map { piece in
            let row = piece.hasSuffix(",") ? piece.dropLast() : piece
            let end = row.prefix { $0.isNumber }
            return (day: day(of: end), row: "{\"end_at\":\(moved(end))\(row.dropFirst(end.count))")
        }
        let name = file.deletingPathExtension().lastPathComponent
        for (key, own) in Dictionary(
            grouping: rows,
            by: { "\(part(of: $0.day))/devices/\(name)-\($0.day.prefix(4))" }
        ) {
            let whole = text[...open] + own.map(\.row).joined(separator: ",") + text[close...]
            try whole.write(to: home.appending(path: key + ".json"), atomically: true, encoding: .utf8)
        }
    }

    private static func part(of day: Substring) -> String {
        day < last ? "before" : day == last ? "night" : "after"
    }

    /// The local day of an interval by its end, two hours east of Greenwich.
    private static func day(of end: some StringProtocol) -> Substring {
        let local = Date(timeIntervalSince1970: Double((Int64(end) ?? 0) - 1 + 7200))
        return local.formatted(.iso8601).prefix(10)
    }

    private static func moved(_ seconds: some StringProtocol) -> String {
        Int64(seconds).map { "\($0 - shift)" } ?? ""
    }
}
