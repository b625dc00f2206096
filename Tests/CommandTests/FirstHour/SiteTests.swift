// Several homes in one store: they come with their first row, are named in errors, renamed and taken out.

import Foundation
import TestSupport
import Testing

@Suite("sites")
struct SiteTests {
    private let folder: ScratchFolder
    private var store: String { folder.path + "/store" }

    init() throws { folder = try ScratchFolder() }

    private func run(_ words: String...) throws -> Program.Result {
        try Program.run(arguments: words + ["--store", store])
    }

    private func make(_ name: String) throws {
        let made = try run(
            "init",
            "--site",
            name,
            "--time-zone",
            "UTC",
            "--latitude",
            "50",
            "--longitude",
            "0"
        )
        #expect(made.code == 0, "\(made.errors)")
    }

    private func report(_ name: String, days: ClosedRange<Int>, without silent: Range<Int> = 0..<0) throws
        -> String
    {
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for day in days {
            for slot in 0..<96 {
                let isSilent = silent.contains(day)
                let made = (30..<66).contains(slot) && !isSilent ? 200 + slot : 0
                text += String(
                    format: "03/%02d/2024 %02d:%02d,%d,%d\n",
                    day,
                    slot / 4,
                    slot % 4 * 15,
                    made,
                    isSilent ? 0 : 80
                )
            }
        }
        return try folder.write(name, text)
    }

    private func sites() throws -> [String] {
        try run("site").output.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    }

    @Test("errors name the choices")
    func choices() throws {
        try make("z")
        try make("my cabin")
        let error = try run("report", "monthly").errors
        #expect(try run("bills", "list").errors.contains("say which: --site z or --site 'my cabin'"))
        #expect(error.contains("--site") && !error.contains("none named"), "\(error)")
    }

    @Test("an import that fails leaves no site behind; init makes an explicit one")
    func failed() throws {
        try make("home")
        let bad = try folder.write("12345_report.csv", "Date/Time,Energy Produced (Wh)\nnonsense,1\n")
        let failed = try run("import", "--new-sites-like", "home", "--map", "*=cabin", bad)
        #expect(failed.code == 2)
        #expect(try sites() == ["home"])
        let good = try report("a.csv", days: 1...3)
        #expect(try run("import", "--new-sites-like", "home", "--map", "*=cabin", good).code == 0)
        #expect(try sites() == ["home", "cabin"])
    }

    @Test("a site keeps all under another name, cases too; config.json is named where it must follow")
    func rename() throws {
        try make("home")
        _ = try run("import", report("a.csv", days: 1...9, without: 3..<6))
        _ = try run("check")
        #expect(try run("case", "open", "the silence", "--finding", "1").code == 0)
        try "{\"sites\": {\"home\": {\"parameters\": {\"silent_hours\": 10}}}}".write(
            toFile: store + "/config.json",
            atomically: true,
            encoding: .utf8
        )
        let renamed = try run("site", "rename", "home", "hut")
        #expect(
            renamed.code == 0 && renamed.errors.contains("config.json has facts of home"),
            "\(renamed.errors)"
        )
        #expect(try run("case", "list").output.contains("hut") && run("findings").output.hasPrefix("hut: "))
        try make("other")
        #expect(try run("site", "rename", "hut", "other").errors.contains("is called other already"))
        #expect(try run("site", "rename", "home", "x").code == 2 && run("verify").code == 0)
    }

    @Test("a site that goes leaves its documents and its number; the next site is another one")
    func remove() throws {
        try make("home")
        try make("cabin")
        let file = try report("a.csv", days: 1...9, without: 3..<6)
        #expect(try run("import", "--site", "cabin", file).code == 0)
        _ = try run("check")
        #expect(try run("site", "remove", "cabin").errors.contains("--yes"))
        let kept = try FileManager.default.subpathsOfDirectory(atPath: store + "/raw")
        let gone = try run("site", "remove", "cabin", "--yes")
        #expect(gone.code == 0 && gone.output.contains("1 imports undone, 864 rows removed"), "\(gone)")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: store + "/raw") == kept)
        #expect(try sites() == ["home"] && run("verify").code == 0)
        #expect(try !run("check").output.contains("cabin"))
        try make("hut")
        #expect(try run("findings", "--site", "hut").errors.contains("no findings"))
        #expect(
            try run("import", "--site", "hut", file).output.contains("864 new") && run("verify").code == 0
        )
        // It comes back by the line that was told.
        let line = try #require(gone.output.split(separator: "\n").last).replacing(
            "to have it back: sunvigil ",
            with: ""
        )
        let words = line.components(separatedBy: ", then")[0].split(separator: " ").map(String.init)
        #expect(try Program.run(arguments: words + ["--store", store]).code == 0)
    }

    @Test("gaps counts what has no data: rows that are not there, and zeros of a metered home")
    func gaps() throws {
        try make("home")
        #expect(try run("gaps").errors.contains("no gaps"))
        _ = try run("import", report("a.csv", days: 1...9, without: 3..<6))
        #expect(try run("gaps", "--count").output == "1 gaps, 288 rows missing\n")
        #expect(
            try run("gaps").output.hasSuffix(
                "\nhome,enlighten_csv,900,2024-03-03T00:00:00Z,2024-03-06T00:00:00Z,288\n"
            )
        )
        #expect(try run("gaps", "--json").output.contains("\"zero_rows\": 288"))
        #expect(try run("gaps", "--missing-rows", "--count").output == "0 gaps, 0 rows missing\n")
        _ = try run("import", report("b.csv", days: 11...12))
        #expect(try run("gaps", "--count").output == "2 gaps, 384 rows missing\n")
    }

    @Test("a list of findings has numbers and words; one is shown whole; where nothing is it says so")
    func findings() throws {
        try make("home")
        _ = try run("import", report("a.csv", days: 1...9, without: 3..<6))
        let check = try run("check")
        #expect(
            check.output.contains("#2 critical: your data stopped on 2024-03-03 00:00"),
            "\(check.output)"
        )
        #expect(check.output.contains("page: \(store)/reports/home-2024-03.html\nmore: sunvigil findings"))
        let list = try run("findings").output
        #expect(
            list.contains("  to follow up: #2 critical: your data stopped on 2024-03-03 00:00"),
            "\(list)"
        )
        let one = try run("findings", "2").output
        for part in ["#2 critical, to follow up", "how sure", "what to do", "evidence", "opened by check 1"] {
            #expect(one.contains(part), "\(one)")
        }
        #expect(try run("findings", "99").code == 2)
        let plain = "2  home  open  critical  site_silent  site  2024-03-03 00:00 – 2024-03-06 00:00\n"
        #expect(try run("findings", "--plain").output.contains(plain))
        #expect(try run("ack", "2").code == 0)
        #expect(try run("findings").output.contains("  known: #2 critical"))
        #expect(try !run("findings", "--open", "--plain").output.contains("site_silent"))
        #expect(try run("findings", "--plain").output.contains("acknowledged  critical"))
        #expect(try run("events").errors.contains("no events"))
    }

    @Test(
        "upkeep is nothing to undo; a folder that is no backup is told as such; a store that is missing where it lies"
    )
    func remedies() throws {
        try make("home")
        _ = try run("import", report("a.csv", days: 1...2))
        _ = try run("undo", "1")
        let undo = try run("undo", "2").errors
        #expect(undo.contains("nothing to undo") && undo.contains("sunvigil status"), "\(undo)")
        let restore = try run("restore", folder.path + "/nowhere").errors
        #expect(restore.contains("holds no backup") && !restore.contains("empty"), "\(restore)")
        let usual = try Program.run(arguments: ["status"], environment: ["XDG_DATA_HOME": folder.path + "/x"])
        #expect(usual.errors.contains("make one with: sunvigil init\n"), "\(usual.errors)")
    }
}

@Suite("Ctrl-C")
struct InterruptTests {
    @Test("an import that is stopped leaves no empty site, and says what was not imported")
    func stopped() throws {
        let folder = try ScratchFolder()
        let home = folder.path + "/plain-1"
        #expect(try Program.run("simulate", "--clean", "--days", "200", "--seed", "5", home).code == 0)
        let store = folder.path + "/store"
        let process = Program.process(["import", "--store", store, home])
        // Sent while it reads or before: both leave the store in order.
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["-s", "INT", "0.5", Program.path, "import", "--store", store, home]
        let stopped = try Program.finish(process)
        let imports = try Program.run("history", "--store", store).output
        let sites = try Program.run("site", "list", "--store", store).output
        #expect(stopped.code == 124 || stopped.code == 0, "\(stopped)")
        #expect(sites.isEmpty == imports.isEmpty, "\(sites) \(imports)")
    }
}
