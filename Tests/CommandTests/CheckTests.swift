// The nightly check on the built program.

import Foundation
import TestSupport
import Testing

@Suite("check")
struct CheckTests {
    private let folder: ScratchFolder
    private let home: String
    private let store: String

    init() throws {
        folder = try ScratchFolder()
        home = folder.path + "/plain-1"
        store = folder.path + "/store"
        let made = try Program.run("simulate", "--clean", "--days", "25", "--seed", "5", home)
        #expect(made.code == 0, "\(made.errors)")
    }

    private func findings() throws -> [[String: Any]] {
        let text = try Program.run("findings", "--store", store, "--json").output
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    /// Leaves a stretch of the day's rows out of the report.
    private func cut(_ file: String, _ pattern: String) throws {
        let path = home + "/" + file
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let kept =
            text.split(separator: "\n").filter { !$0.hasPrefix(pattern) }.joined(separator: "\n") + "\n"
        try kept.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test("a month's report goes into a folder whole, in place of an older one, and is what is printed")
    func reportFiles() throws {
        let imported = try Program.run("import", "--store", store, home)
        #expect(imported.code == 0, "\(imported.errors)")
        let reports = folder.path + "/reports"
        try FileManager.default.createDirectory(atPath: reports, withIntermediateDirectories: true)
        let page = reports + "/plain-1-2023-01.html"
        try "old".write(toFile: page, atomically: true, encoding: .utf8)
        let words = ["report", "monthly", "--store", store, "--month", "2023-01"]
        let written = try Program.run(arguments: words + ["--output", reports + "/"])
        #expect(written.code == 0 && written.output == "\(reports)/plain-1-2023-01.md\n\(page)\n")
        for (path, form) in [(reports + "/plain-1-2023-01.md", "markdown"), (page, "html")] {
            let printed = try Program.run(arguments: words + ["--format", form]).output
            #expect(try String(contentsOfFile: path, encoding: .utf8) == printed && printed.count > 1_000)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: reports).count == 2)
        // Where nothing can be written, it says so and how to go on.
        try "a file".write(toFile: folder.path + "/taken", atomically: true, encoding: .utf8)
        let refused = try Program.run(arguments: words + ["--output", folder.path + "/taken"])
        #expect(refused.code == 2 && refused.output.isEmpty)
        #expect(refused.errors.contains("cannot be written into") && refused.errors.contains("--output"))
        let odd = try Program.run(arguments: words + ["--format", "pdf"])
        #expect(odd.code == 2 && odd.errors.contains("markdown, html or json"))
    }

    @Test("contract: import of a folder with a site description and check are all that is needed")
    func scenario() throws {
        try cut("enlighten_15min.csv", "2023-01-20 1")
        let imported = try Program.run("import", "--store", store, home)
        #expect(imported.code == 0, "\(imported.errors)")
        let check = try Program.run("check", "--store", store)
        #expect(check.code == 1, "\(check.errors)")
        let silent = try #require(try findings().first { $0["kind"] as? String == "site_silent" })
        #expect(silent["device"] as? String == "site" && silent["start"] as? String == "2023-01-20T09:00:00Z")
        #expect(silent["end"] as? String == "2023-01-20T19:00:00Z")
        #expect(silent["alert"] as? String == "2023-01-20T10:30:00Z" && silent["advice"] is String)
        // The second night has nothing new, and the same findings.
        let before = try findings().count
        let again = try Program.run("check", "--store", store)
        #expect(again.errors.contains("0 opened") && again.code == 1)
        #expect(try findings().count == before)
        #expect(FileManager.default.fileExists(atPath: store + "/reports/plain-1-2023-01.md"))
        let beat = try String(contentsOfFile: store + "/heartbeat.json", encoding: .utf8)
        #expect(beat.contains("\"exit_code\": 1"))
    }

    @Test("acknowledged or muted, a finding no longer asks for attention")
    func quiet() throws {
        try cut("enlighten_15min.csv", "2023-01-20 1")
        _ = try Program.run("import", "--store", store, home)
        _ = try Program.run("check", "--store", store)
        for finding in try findings() where finding["severity"] as? String != "notice" {
            let id = try #require(finding["id"] as? Int)
            #expect(try Program.run("ack", "--store", store, "\(id)", "--note", "seen").code == 0)
        }
        #expect(try Program.run("check", "--store", store).code == 0)
        #expect(try Program.run("ack", "--store", store, "999").code == 2)
        let id = try #require(try findings().first?["id"] as? Int)
        #expect(try Program.run("mute", "--store", store, "\(id)", "--days", "3").code == 0)
        #expect(try Program.run("findings", "--store", store, "--history", "\(id)").output.contains("muted"))
    }

    @Test("the inbox is taken in once, a bad file is told once, and new data close the gap with their name")
    func inbox() throws {
        let whole = try String(contentsOfFile: home + "/enlighten_15min.csv", encoding: .utf8)
        try cut("enlighten_15min.csv", "2023-01-20 1")
        _ = try Program.run("import", "--store", store, home)
        _ = try Program.run("check", "--store", store)
        let inbox = folder.path + "/inbox"
        try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
        try whole.write(toFile: inbox + "/whole.csv", atomically: true, encoding: .utf8)
        try "no report\n".write(toFile: inbox + "/bad.csv", atomically: true, encoding: .utf8)
        try "{\"inbox\": [\"\(inbox)\"], \"new_data_hours\": false}".write(
            toFile: store + "/config.json",
            atomically: true,
            encoding: .utf8
        )
        let first = try Program.run("check", "--store", store)
        #expect(first.code == 2 && first.errors.contains("bad.csv"), "\(first.errors)")
        #expect(first.output.contains("over:") && first.output.contains("whole.csv"), "\(first.output)")
        let silent = try #require(try findings().first { $0["kind"] as? String == "site_silent" })
        #expect(silent["state"] as? String == "closed")
        #expect(try Program.run("check", "--store", store).code == 0)
    }

    @Test("a night is replayed with what was known then")
    func asOf() throws {
        try cut("enlighten_15min.csv", "2023-01-20 1")
        _ = try Program.run("import", "--store", store, home)
        let before = try Program.run("check", "--store", store, "--as-of", "2023-01-20T09:30:00Z")
        #expect(before.code == 0 && !before.output.contains("no data"), "\(before.output)")
        let night = try Program.run("check", "--store", store, "--as-of", "2023-01-20T23:30:00Z")
        #expect(
            night.code == 1 && night.output.contains("your data stopped on 2023-01-20 10:00"),
            "\(night.output)"
        )
    }

    @Test("a slip in the configuration is named, with what is known")
    func configuration() throws {
        _ = try Program.run("import", "--store", store, home)
        for (text, word) in [
            ("{\"parameters\": {\"pinned_hour\": 3}}", "pinned_hours"), ("{\"inbxo\": []}", "inbxo"),
            ("{\"inbox\": 3}", "inbox"), ("no", "JSON"),
            ("{\"parameters\": {\"uneven_days\": 2.5}}", "uneven"),
        ] {
            try text.write(toFile: store + "/config.json", atomically: true, encoding: .utf8)
            let check = try Program.run("check", "--store", store)
            #expect(check.code == 2 && check.errors.contains(word), "\(check.errors)")
        }
    }

    @Test("varied homes differ by seed and step, and are of homes with devices alone")
    func variedHomes() throws {
        func made(_ name: String, _ more: String...) throws -> String {
            let home = folder.path + "/" + name
            let done = try Program.run(
                arguments: ["simulate", "--faults", "--varied", "--days", "70"] + more + [home]
            )
            #expect(done.code == 0)
            return try String(contentsOfFile: home + "/enlighten_15min.csv", encoding: .utf8)
        }
        let first = try made("a", "--seed", "3")
        #expect(try made("b", "--seed", "3") == first)
        #expect(try made("c", "--seed", "4") != first)
        let hourly = try made("d", "--seed", "3", "--step", "3600", "--hard")
        #expect(hourly.split(separator: "\n").count < first.split(separator: "\n").count / 3)
        #expect(try Program.run("simulate", "--faults", "--hard", folder.path + "/e").code == 2)
        #expect(try Program.run("simulate", "--varied", folder.path + "/f").code == 2)
        #expect(
            try Program.run("simulate", "--faults", "--varied", "--step", "60", folder.path + "/g").code == 2
        )
    }
}
