// The verbs that keep a store in order, on the built program.

import Foundation
import TestSupport
import Testing

/// The verbs that keep a store in order, run as an owner runs them.
@Suite("maintenance")
struct MaintenanceTests {
    private let made: TestStore

    init() throws { made = try TestStore(timeZone: "Europe/London") }

    private var store: String { made.path }

    @discardableResult
    private func run(_ words: String...) throws -> Program.Result {
        try Program.run(arguments: [words[0], "--store", store] + words.dropFirst())
    }

    private func report(_ months: ClosedRange<Int>, year: Int = 2022, produced: Int = 100) throws -> String {
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for month in months {
            for day in 1...28 where !(month == 3 && day == 27) {
                for hour in 0..<24 {
                    text += String(
                        format: "%02d/%02d/%d %02d:00,%d,%d\n",
                        month,
                        day,
                        year,
                        hour,
                        produced + hour,
                        300 + hour * 3
                    )
                }
            }
        }
        return try made.folder.write("\(year)-\(months.lowerBound)-\(produced).csv", text)
    }

    private func files() throws -> [String] {
        try run("files", "site_interval").output.split(separator: "\n").map {
            String($0.split(separator: "/").last ?? "")
        }
    }

    @Test("months become a year, years a block; rows, totals and past states stay; verify is clean")
    func compaction() throws {
        for month in 1...4 { #expect(try run("import", report(month...month)).code == 0) }
        #expect(try run("import", report(5...12, year: 2023)).code == 0)
        let before = try run("export").output
        let totals = try run("totals", "--by", "day").output
        #expect(try files().count == 13)
        let answer = try run("compact").output
        #expect(answer.contains("13 segments merged into 1"), "\(answer)")
        #expect(try files().first?.hasPrefix("2020-2024-") == true)
        #expect(try run("export").output == before && run("totals", "--by", "day").output == totals)
        #expect(try run("totals", "--by", "day", "--by-scan").output == totals)
        #expect(try run("verify").code == 0)
        #expect(try run("compact").output.contains("0 segments merged"))
        // An undo reaches into the merged segment; an import adds to it.
        #expect(try run("undo", "2").code == 0)
        #expect(try !run("export").output.contains("2022-02-05T"))
        #expect(try run("import", report(2...2, produced: 7)).code == 0)
        #expect(try run("export").output.contains("2022-02-05T00:00:00Z,7,300"))
        #expect(try files().count == 1 && run("verify").code == 0)
    }

    @Test(
        "history tells late rows from filled ones and from corrections; --as-of shows each state on every reading verb"
    )
    func history() throws {
        let zeros = try report(1...1, produced: 0).replacing("2022", with: "2022")
        var text = try String(contentsOfFile: zeros, encoding: .utf8)
        for hour in 0..<24 {
            text = text.replacing(
                String(format: "01/09/2022 %02d:00,%d,%d", hour, hour, 300 + hour * 3),
                with: String(format: "01/09/2022 %02d:00,0,0", hour)
            )
        }
        let first = try made.folder.write("first.csv", text)
        #expect(try run("import", "--captured-at", "2022-03-01", first).code == 0)
        #expect(try run("import", "--captured-at", "2022-04-01", report(1...1, produced: 0)).code == 0)
        #expect(try run("import", "--captured-at", "2022-05-01", report(3...3)).code == 0)
        #expect(try run("import", "--captured-at", "2022-06-01", report(2...2)).code == 0)
        #expect(try run("import", "--captured-at", "2022-07-01", report(1...1, produced: 50)).code == 0)
        let list = try #require(
            try JSONSerialization.jsonObject(with: Data(try run("history", "--json").output.utf8))
                as? [[String: Any]]
        )
        #expect(list.count == 5)
        func quantity(_ index: Int, _ name: String) -> [String: Int] {
            let all = list[index]["quantities"] as? [[String: Any]] ?? []
            let one = all.first { $0["quantity"] as? String == name } ?? [:]
            return one.compactMapValues { $0 as? Int }
        }
        #expect(quantity(1, "produced")["filled_rows"] == 23 && quantity(1, "produced")["filled_wh"] == 276)
        #expect(quantity(1, "produced")["corrected_rows"] == 0)
        #expect(list[2]["rows_late"] as? Int == 0 && list[3]["rows_late"] as? Int == 28 * 24)
        #expect(
            quantity(4, "produced")["corrected_wh"] == 28 * 24 * 50
                && quantity(4, "produced")["filled_rows"] == 0
        )
        let past = "\(list[0]["snapshot"] as? Int ?? 0)"
        for verb in [["totals"], ["export"], ["status"], ["gaps"], ["report", "monthly"], ["files"]] {
            var words = verb + ["--store", store, "--as-of", past]
            if verb == ["files"] { words.append("site_interval") }
            let result = try Program.run(arguments: words)
            #expect(result.code == 0, "\(verb): \(result.errors)")
        }
        #expect(try run("totals", "--as-of", past).output.contains("2022-01,672,24,"))
        #expect(try run("totals").output.contains("2022-01,672,0,"))
        let early = try run("totals", "--as-of", "2001-01-01")
        #expect(early.code == 2 && early.errors.contains("knows no state of that time"))
        #expect(try run("history", "--from", "2001-01-01", "--to", "2001-01-02").output.isEmpty)
    }

    @Test("expire forgets past states, cleanup removes their files, the present stays")
    func expiry() throws {
        try run("import", "--captured-at", "2022-03-01", report(1...1))
        try run("import", "--captured-at", "2022-04-01", report(1...1, produced: 5))
        let now = try run("export").output
        #expect(try run("expire").output.hasPrefix("0 past states"))
        #expect(try run("expire", "--keep-days", "0").output.contains("1 files"))
        #expect(try run("verify").code == 0)
        #expect(try run("cleanup").output.hasPrefix("0 files"))
        // A start for writing clears away what no one needs; what waits for the cleanup is not that.
        try run("flush")
        #expect(try run("cleanup", "--older-than-hours", "0").output.hasPrefix("1 files"))
        #expect(try run("export").output == now && run("verify").code == 0)
        #expect(try run("files", "--snapshot", "2", "site_interval").code != 0)
        #expect(try run("expire", "--keep-days", "-1").code == 2)
    }

    @Test(
        "repair makes damaged segments again, byte for byte; a document that is lost is told and comes back by import"
    )
    func repair() throws {
        let file = try report(1...2)
        try run("import", file)
        let rows = try run("export").output
        let segment = try #require(
            try run("files", "site_interval").output.split(separator: "\n").first.map(String.init)
        )
        let whole = try Data(contentsOf: URL(filePath: segment))
        var bytes = whole
        bytes[bytes.count / 3] ^= 8
        try bytes.write(to: URL(filePath: segment))
        #expect(try run("verify").code == 2)
        let answer = try run("repair")
        #expect(
            answer.code == 0 && answer.output.contains("moved aside") && answer.output.contains("made again")
        )
        #expect(try Data(contentsOf: URL(filePath: segment)) == whole)
        #expect(try run("export").output == rows && run("verify").code == 0)
        let raw = try FileManager.default.subpathsOfDirectory(atPath: store + "/raw").filter {
            $0.hasSuffix(".gz")
        }
        try Data([1]).write(to: URL(filePath: "\(store)/raw/\(try #require(raw.first))"))
        let lost = try run("repair")
        #expect(lost.code == 2 && lost.output.contains("import it again"))
        #expect(try run("import", file).output.contains("nothing new"))
        #expect(try run("verify").code == 0)
        #expect(try run("repair").output.contains("nothing is damaged"))
    }

    @Test("rebuild makes the catalogue anew from segments alone: rows, sites and totals are the same")
    func rebuild() throws {
        try run("import", report(1...3))
        try run("import", "--captured-at", "2030-01-01", report(2...2, produced: 9))
        try run("compact")
        let rows = try run("export").output
        let totals = try run("totals", "--by", "day").output
        try FileManager.default.removeItem(atPath: store + "/catalog.sqlite")
        let answer = try run("rebuild")
        #expect(answer.code == 0, "\(answer.errors)")
        #expect(try run("export").output == rows && run("totals", "--by", "day").output == totals)
        #expect(try run("verify").code == 0 && run("status").output.contains("Europe/London"))
        // A damaged catalogue is moved aside, not removed.
        try Data(repeating: 7, count: 5_000).write(to: URL(filePath: store + "/catalog.sqlite"))
        #expect(try run("rebuild").output.contains("moved aside"))
        #expect(try run("export").output == rows)
        #expect(try run("import", report(4...4)).code == 0 && run("verify").code == 0)
        // The documents of before are still there, and so are the segments that the catalogue does not name.
        let names = try FileManager.default.subpathsOfDirectory(atPath: store)
        #expect(names.count { $0.hasPrefix("raw/") && $0.hasSuffix(".gz") } == 3)
        #expect(names.contains { $0.hasPrefix("quarantine/") && $0.contains("/data/main/site_interval/") })
        #expect(try Program.run("rebuild", "--store", made.folder.path + "/none").code == 2)
    }

    @Test(
        "a backup is taken while an import runs, holds one consistent state, and comes back; nothing is deleted"
    )
    func backup() throws {
        try run("import", report(1...6))
        let target = made.folder.path + "/backup"
        let process = Program.process(["import", "--store", store, try report(7...12)])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let answer = try run("backup", target)
        process.waitUntilExit()
        #expect(answer.code == 0, "\(answer.errors)")
        #expect(try Program.run("verify", "--store", target).code == 0)
        let copied = try Program.run("export", "--store", target).output.split(separator: "\n").count - 1
        #expect(copied == 6 * 28 * 24 - 24 || copied == 12 * 28 * 24 - 24, "\(copied) rows")
        #expect(try run("backup", target).output.contains("were there already"))
        let full = try run("export").output
        try run("undo", "2")
        #expect(try run("export").output != full)
        let restored = try run("restore", target)
        #expect(restored.code == 0 && restored.output.contains("moved aside"), "\(restored.errors)")
        #expect(try run("export").output == full && run("verify").code == 0)
        let other = try run("backup", made.folder.path)
        #expect(other.code == 2 && other.errors.contains("holds other files"))
        #expect(try run("restore", made.folder.path).code == 2)
    }

    @Test("gaps are the rows that are not there; the report of a fleet finds each planted one")
    func gaps() throws {
        let folder = made.folder.path + "/fleet"
        let wrote = try Program.run(
            "simulate",
            "--fleet",
            "--systems",
            "12",
            "--months",
            "6",
            "--seed",
            "3",
            folder
        )
        #expect(wrote.code == 0, "\(wrote.errors)")
        let planted = try String(contentsOfFile: folder + "/gaps.csv", encoding: .utf8)
        try FileManager.default.removeItem(atPath: folder + "/gaps.csv")
        try Program.makeStore(store + "2", site: "model", timeZone: "Etc/UTC", latitude: "48", longitude: "8")
        func fleet(_ words: String...) throws -> Program.Result {
            try Program.run(arguments: [words[0], "--store", store + "2"] + words.dropFirst())
        }
        #expect(try fleet("import", "--new-sites-like", "model", folder).code == 0)
        let found = try fleet("gaps").output.split(separator: "\n").dropFirst().map { line in
            let fields = line.split(separator: ",")
            return "\(fields[0].replacing("system-", with: "")),\(fields[3]),\(fields[4])"
        }
        #expect(
            found.sorted() == planted.split(separator: "\n").dropFirst().map(String.init).sorted()
                && found.count > 2
        )
        #expect(try fleet("totals").output == fleet("totals", "--by-scan").output)
        // The same in two threads and in one, byte for byte.
        let one = try fleet("files", "site_interval", "--json").output
        try Program.makeStore(store + "3", site: "model", timeZone: "Etc/UTC", latitude: "48", longitude: "8")
        try Program.run(
            "import",
            "--store",
            store + "3",
            "--new-sites-like",
            "model",
            "--threads",
            "1",
            folder
        )
        let other = try Program.run("files", "--store", store + "3", "site_interval", "--json").output
        func digests(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter { $0.contains("sha256") }
        }
        #expect(digests(one) == digests(other) && !digests(one).isEmpty)
    }
}
