// What an adversary found who needs no failing calls: each of these failed before it was mended.

import Deflate
import Foundation
import TestSupport
import Testing

@Suite("what an adversary found", .serialized)
struct AdversaryTests {
    private let made: TestStore
    private var store: String { made.path }

    init() throws { made = try TestStore() }

    @discardableResult
    private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Result {
        let head = ["bills", "case", "report"].contains(arguments[0]) ? 2 : 1
        return try Program.run(
            arguments: Array(arguments.prefix(head)) + ["--store", store] + arguments.dropFirst(head),
            environment: environment,
            seconds: 60
        )
    }

    /// A report of some days of February 2024, with a day left out.
    private func report(_ name: String, days: ClosedRange<Int>, without gap: Int = 0, produced: Int = 100)
        throws -> String
    {
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for day in days where day != gap {
            for slot in 0..<96 {
                let sun = (32...66).contains(slot) ? produced + slot : 0
                text += String(
                    format: "02/%02d/2024 %02d:%02d,%d,%d\n",
                    day,
                    slot / 4,
                    slot % 4 * 15,
                    sun,
                    80 + slot % 7
                )
            }
        }
        return try made.folder.write(name, text)
    }

    private func files(_ part: String, _ suffix: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: store).filter {
            $0.hasPrefix(part) && $0.hasSuffix(suffix)
        }.sorted().map { "\(store)/\($0)" }
    }

    private func flip(_ path: String, at share: Int = 3) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / share] ^= 4
        try bytes.write(to: URL(filePath: path))
    }

    private func shell(_ command: String) throws -> (code: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let code =
            process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
        return (code, String(decoding: output, as: UTF8.self))
    }

    // MARK: Originals

    @Test("repair makes a segment again from the documents of its table, though another document is damaged")
    func repairBesideDamage() throws {
        try run("import", report("home.csv", days: 1...20))
        try run("import", made.folder.write("bills.csv", "start,end,import_kwh\n2024-02-01,2024-03-01,310\n"))
        let rows = try run("export").output
        try flip(try #require(files("data/main/site_interval/", ".parquet").first))
        for path in try files("raw/", ".gz") where try Data(contentsOf: URL(filePath: path)).count < 200 {
            try flip(path)
        }
        let repair = try run("repair")
        #expect(repair.code == 2 && repair.output.contains("bills.csv"), "\(repair.output)")
        #expect(try run("export").output == rows)
    }

    @Test(
        "rows that a repair cannot make again stay told, and come back when their document is imported again"
    )
    func rowsComeBack() throws {
        let file = try report("home.csv", days: 1...20)
        try run("import", file)
        let rows = try run("export").output
        try flip(try #require(files("data/main/site_interval/", ".parquet").first))
        try flip(try #require(files("raw/", ".gz").first))
        #expect(try run("repair").code == 2)
        #expect(try run("export").output != rows)
        let verify = try run("verify")
        #expect(
            verify.code == 2 && verify.output.contains("home.csv")
                && verify.output.contains("import the document again")
        )
        #expect(try run("repair").code == 2)
        let again = try run("import", file)
        #expect(again.code == 0 && again.output.contains("1920 new"), "\(again.output)")
        #expect(try run("export").output == rows)
        #expect(try run("verify").code == 0 && run("repair").code == 0)
        #expect(try run("import", file).output.contains("nothing new"))
    }

    @Test(
        "rows that are missing stay told though other rows come in, and where older values stand in their place"
    )
    func rowsStayMissing() throws {
        let first = try report("first.csv", days: 1...10, produced: 100)
        let second = try report("second.csv", days: 5...12, produced: 300)
        try run("import", "--captured-at", "2024-03-01", first)
        try run("import", "--captured-at", "2024-04-01", second)
        let rows = try run("export").output
        let digest = try run("status", "--json").output
        let list = try #require(try JSONSerialization.jsonObject(with: Data(digest.utf8)) as? [String: Any])
        let imports = try #require(list["imports"] as? [[String: Any]])
        let sha256 = try #require(imports.last?["sha256"] as? String)
        try flip(try #require(files("data/main/site_interval/", ".parquet").last))
        try flip(try #require(files("raw/", "\(sha256).gz").first))
        #expect(try run("repair").code == 2)
        try run("import", "--captured-at", "2024-05-01", report("third.csv", days: 13...25))
        let verify = try run("verify")
        #expect(verify.code == 2 && verify.output.contains("second.csv"), "\(verify.output)")
        #expect(try run("repair").code == 2)
        try run("import", second)
        #expect(try run("verify").code == 0)
        #expect(try run("export", "--to", "2024-02-12").output == rows)
    }

    @Test("one month of many that went missing comes back with its document")
    func oneMonth() throws {
        var text = "Date/Time,Energy Produced (Wh)\n"
        for month in 1...6 {
            for day in 1...28 {
                text += String(
                    format: "%02d/%02d/2024 12:00,%d\n%02d/%02d/2024 12:15,1\n",
                    month,
                    day,
                    day,
                    month,
                    day
                )
            }
        }
        let file = try made.folder.write("half.csv", text)
        try run("import", "--step-minutes", "15", file)
        let rows = try run("export").output
        #expect(try run("import", file).output.contains("nothing new"))
        try flip(try #require(files("data/main/site_interval/", ".parquet").last))
        try flip(try #require(files("raw/", ".gz").last))
        #expect(try run("repair").code == 2)
        #expect(try run("import", "--step-minutes", "15", file).code == 0)
        #expect(try run("export").output == rows && run("verify").code == 0)
    }

    @Test(
        "a lost catalogue is told with what helps, and an undo behind a rebuild takes back only what it must"
    )
    func undoBehindRebuild() throws {
        try run("import", "--captured-at", "2024-03-01", report("first.csv", days: 1...10))
        let rows = try run("export").output
        for name in ["catalog.sqlite", "catalog.seal"] {
            try FileManager.default.removeItem(atPath: "\(store)/\(name)")
        }
        #expect(try run("totals").errors.contains("sunvigil rebuild"))
        try run("rebuild")
        let second = try run(
            "import",
            "--captured-at",
            "2024-04-01",
            report("second.csv", days: 9...12, produced: 300)
        )
        let number = try #require(second.output.firstMatch(of: /import (\d+),/)?.1)
        #expect(try run("export").output != rows)
        #expect(try run("undo", String(number)).code == 0)
        #expect(try run("export").output == rows && run("verify").code == 0)
    }

    @Test("a foreign file among the originals is moved aside and told, not deleted")
    func foreignOriginal() throws {
        try run("import", report("home.csv", days: 1...2))
        try Data("mine".utf8).write(to: URL(filePath: store + "/raw/mine.csv"))
        #expect(try run("verify").errors.contains("mine.csv"))
        let answer = try run("compact")
        #expect(answer.code == 0 && answer.errors.contains("moved to"))
        let aside = try #require(files("quarantine/", "/raw/mine.csv").first)
        #expect(try String(contentsOfFile: aside, encoding: .utf8) == "mine")
    }

    @Test("rebuild: an unknown zone costs no row, is told, and the days are right once it is corrected")
    func rebuildWithUnknownZone() throws {
        try run("import", report("home.csv", days: 1...20))
        let rows = try run("export").output
        let totals = try run("totals", "--by", "day").output
        let path = store + "/sites.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try Data(text.replacingOccurrences(of: "UTC", with: "UTX").utf8).write(to: URL(filePath: path))
        #expect(try run("verify").code == 2)
        let answer = try run("rebuild")
        #expect(answer.code == 0 && answer.errors.contains("UTX"), "\(answer.output)\(answer.errors)")
        try run("init", "--update", "--site", "home", "--time-zone", "UTC")
        #expect(try run("export").output == rows && run("totals", "--by", "day").output == totals)
        #expect(try run("verify").code == 0)
    }

    // MARK: Backup

    @Test(
        "a backup of a damaged catalogue leaves the good one, and one of a damaged file names it and copies the rest"
    )
    func backup() throws {
        try run("import", report("home.csv", days: 1...10))
        try run("import", made.folder.write("bills.csv", "start,end,import_kwh\n2024-02-01,2024-03-01,310\n"))
        let target = made.folder.path + "/backup"
        #expect(try run("backup", target).code == 0)
        #expect(FileManager.default.fileExists(atPath: target + "/catalog.seal"))
        // The backup's own file rots: the next backup mends it.
        let name = try #require(files("data/main/site_interval/", ".parquet").first).dropFirst(store.count)
        try flip(target + name)
        #expect(try Program.run("verify", "--store", target).code == 2)
        #expect(try run("backup", target).code == 0)
        #expect(try Program.run("verify", "--store", target).code == 0)
        // The store's file rots: the backup keeps its own, and another folder gets none.
        try flip(store + name)
        #expect(try run("backup", target).code == 0)
        #expect(try Program.run("verify", "--store", target).code == 0)
        let rotten = try run("backup", made.folder.path + "/rotten")
        #expect(rotten.code == 2 && rotten.output.contains("2024-02"), "\(rotten.output)")
        try flip(store + name)
        // A lost document: all else is copied.
        try FileManager.default.removeItem(atPath: try #require(files("raw/", ".gz").first))
        let lost = try run("backup", made.folder.path + "/other")
        #expect(lost.code == 2 && lost.output.contains("missing"))
        #expect(FileManager.default.fileExists(atPath: made.folder.path + "/other/catalog.sqlite"))
        // The catalogue rots: no backup at all.
        try flip(store + "/catalog.sqlite", at: 2)
        #expect(try run("backup", target).code == 2)
        #expect(try Program.run("verify", "--store", target).code == 0)
        let restored = try run("restore", target)
        #expect(try restored.code == 0 && run("verify").code == 0, "\(restored.output)\(restored.errors)")
    }

    @Test("a damaged seal is told as such, and the store goes on")
    func seal() throws {
        try run("import", report("home.csv", days: 1...2))
        for place in [5, 40, 90] {
            var bytes = try Data(contentsOf: URL(filePath: store + "/catalog.seal"))
            bytes[bytes.count * place / 100] ^= 1
            try bytes.write(to: URL(filePath: store + "/catalog.seal"))
            let verify = try run("verify")
            #expect(verify.code == 0 && verify.errors.contains("seal"), "\(verify.output)\(verify.errors)")
            #expect(try run("compact").code == 0)
            #expect(try !run("verify").errors.contains("seal"))
        }
    }

    // MARK: Entries

    @Test("one bad entry of a folder is one refusal: the others go in, and the inbox too")
    func badEntries() throws {
        let folder = made.folder.path + "/in"
        let good = try report("in/a.csv", days: 1...2)
        _ = try report("in/sub/b.csv", days: 3...3)
        try Data([0x50, 0x4B, 3, 4, 1, 2, 3]).write(to: URL(filePath: folder + "/half.zip"))
        #expect(mkfifo(folder + "/pipe.csv", 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder + "/link.csv", withDestinationPath: good)
        let latin = Array("\(folder)/caf".utf8CString.dropLast()) + [CChar(bitPattern: 0xE9), 0]
        let descriptor = open(latin, O_CREAT | O_WRONLY, 0o600)
        close(descriptor)
        let answer = try run("import", folder)
        #expect(
            answer.code == 2 && answer.output.contains("a.csv") && answer.output.contains("b.csv"),
            "\(answer.output)"
        )
        for name in ["half.zip", "pipe.csv", "caf\\xe9"] {
            #expect(answer.errors.contains(name), "\(answer.errors)")
        }
        #expect(answer.errors.contains("passed over") && answer.errors.contains("link.csv"))
        _ = try report("in/c.csv", days: 4...4)
        try Data("{\"inbox\": [\"\(folder)\"]}".utf8).write(to: URL(filePath: store + "/config.json"))
        let check = try run("check")
        #expect(check.code == 2 && check.errors.contains("1 imported"), "\(check.errors)")
        // The half archive is at fault itself, and told once; the others are told until they are gone.
        let next = try run("check")
        #expect(!next.errors.contains("half.zip") && next.errors.contains("pipe.csv"), "\(next.errors)")
    }

    @Test("a pipe that is named is read once, compressed or not; a device is refused")
    func pipes() throws {
        let file = try report("home.csv", days: 1...2)
        let program = Program.path
        let answer = try shell("bash -c '\"\(program)\" import --store \"\(store)\" <(cat \"\(file)\")'")
        #expect(answer.code == 0 && answer.output.contains("192 new"), "\(answer)")
        let zipped = try shell("bash -c '\"\(program)\" import --store \"\(store)\" <(gzip -c \"\(file)\")'")
        #expect(zipped.code == 0 && zipped.output.contains("nothing new"), "\(zipped)")
        #expect(try run("import", "/dev/zero").errors.contains("device"))
        // What tells a long body may come at its end.
        let rows = (0..<1_500).map {
            #"{"end_at":\#(1_735_690_500 + $0 * 900),"charge":{"enwh":1},"soc":{"percent":50}}"#
        }
        let body =
            #"{"granularity":"day","intervals":[\#(rows.joined(separator: ","))],"serial_number":"4821"}"#
        let long = made.folder.path + "/battery.json"
        try Data(body.utf8).write(to: URL(filePath: long))
        let piped = try shell("bash -c '\"\(program)\" import --store \"\(store)\" <(cat \"\(long)\")'")
        #expect(piped.code == 0 && piped.output.contains("1500"), "\(piped)")
        #expect(try run("devices").output.contains("4821"))
        #expect(try run("import", long).output.contains("nothing new"))
    }

    @Test(
        "members of an archive: names are normalised, none is left out without a word, overlaps and floods are refused"
    )
    func archives() throws {
        let csv = [UInt8](try Data(contentsOf: URL(filePath: report("home.csv", days: 1...2))))
        var archive = ZipWriter()
        for name in ["./home.csv", "../out.csv", ".hidden.csv"] {
            let isIn = archive.add(name, csv); try #require(isIn)
        }
        let path = made.folder.path + "/a.zip"
        try Data(archive.finish()).write(to: URL(filePath: path))
        let answer = try run("import", path)
        #expect(answer.code == 2 && answer.output.contains("192 new"), "\(answer.output)\(answer.errors)")
        #expect(
            answer.errors.contains("../out.csv") && answer.errors.contains(".hidden.csv"),
            "\(answer.errors)"
        )
        // Two entries of the directory that lead to the same bytes.
        var twins = ZipWriter()
        for name in ["a.csv", "b.csv"] { let isIn = twins.add(name, csv); try #require(isIn) }
        var bytes = twins.finish()
        let second = try #require(bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
        for index in 42..<46 { bytes[second + index] = 0 }
        try Data(bytes).write(to: URL(filePath: made.folder.path + "/twins.zip"))
        let overlap = try run("import", made.folder.path + "/twins.zip")
        #expect(overlap.code == 2 && overlap.errors.contains("overlap"), "\(overlap.errors)")
        // Many bodies of a capture, each small enough by itself.
        var flood = ZipWriter()
        let zeros = [UInt8](repeating: 0, count: 12 << 20)
        for name in ["info.xml", "production.json", "api_v1_production.json", "ivp_meters.json"] {
            let isIn = flood.add(name, zeros)
            try #require(isIn)
        }
        try Data(flood.finish()).write(to: URL(filePath: made.folder.path + "/flood.zip"))
        let refused = try run("import", made.folder.path + "/flood.zip")
        #expect(refused.code == 2 && refused.errors.contains("limit"), "\(refused.output)\(refused.errors)")
    }

    @Test("more archives than a process may open files are all taken")
    func manyArchives() throws {
        let folder = made.folder.path + "/zips"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for day in 1...28 {
            var archive = ZipWriter()
            let file = try report("one.csv", days: day...day)
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
            let isIn = archive.add("r.csv", bytes); try #require(isIn)
            try Data(archive.finish()).write(to: URL(filePath: "\(folder)/\(day).zip"))
        }
        let answer = try shell("ulimit -n 24; \"\(Program.path)\" import --store \"\(store)\" \"\(folder)\"")
        #expect(answer.code == 0, "\(answer)")
        #expect(try run("status").output.contains("\(28 * 96) rows"))
    }

    // MARK: The check

    @Test(
        "the check tells, leaves a heartbeat and its code whatever upkeep, reports or outputs do; what was not told is told"
    )
    func checkTells() throws {
        try run("import", report("home.csv", days: 1...20, without: 9))
        let heartbeat = store + "/heartbeat.json"
        // Nobody takes the output.
        let full = try shell("\"\(Program.path)\" check --store \"\(store)\" > /dev/full")
        #expect(full.code == 2 && FileManager.default.fileExists(atPath: heartbeat))
        let told = try run("check")
        // The silence with what it hid, and the age of the data.
        #expect(told.output.contains("2 findings, 2 new;"), "\(told.output)")
        let news = told.output.split(separator: "\n").count { $0.hasPrefix("  ") && !$0.hasPrefix("  still") }
        #expect(news > 0, "\(told.output)")
        #expect(try !run("check").output.contains(", 1 new"))
        // Nobody takes the errors, or there is no such stream.
        for stream in ["2>/dev/full", "2>&-", "2>&- >&-"] {
            try FileManager.default.removeItem(atPath: heartbeat)
            let answer = try shell("\"\(Program.path)\" check --store \"\(store)\" \(stream) < /dev/null")
            #expect(
                answer.code <= 2 && FileManager.default.fileExists(atPath: heartbeat),
                "\(stream): \(answer)"
            )
        }
        #expect(try run("verify").code == 0)
        // The reports cannot be written: the digest comes all the same.
        try Data("{\"reports\": \"/proc/none\"}".utf8).write(to: URL(filePath: store + "/config.json"))
        try run("import", report("more.csv", days: 21...25, without: 23))
        let unwritable = try run("check")
        #expect(unwritable.code == 2 && unwritable.output.contains("home: "), "\(unwritable.output)")
        #expect(unwritable.errors.contains("report of home"))
        #expect(try String(contentsOfFile: heartbeat, encoding: .utf8).contains("\"errors\""))
    }

    @Test("one damaged document or one damaged site does not silence the check")
    func checkBesideDamage() throws {
        try run("init", "--site", "other", "--time-zone", "UTC", "--latitude", "50", "--longitude", "0")
        try run("import", "--site", "home", report("home.csv", days: 1...20, without: 9))
        try run("import", "--site", "other", report("o.csv", days: 1...3, produced: 300))
        try run("check")
        try flip(try #require(files("data/main/site_interval/", ".parquet").last))
        try run("import", "--site", "home", made.folder.write("t.csv", "date,mean_c\n2024-02-01,4.5\n"))
        let answer = try run("check", "--full")
        #expect(answer.code == 2 && answer.errors.contains("cannot be checked"), "\(answer.errors)")
        #expect(
            try String(contentsOfFile: store + "/heartbeat.json", encoding: .utf8).contains(
                "cannot be checked"
            )
        )
    }

    // MARK: Modes and names

    @Test("what the program writes is its owner's alone")
    func modes() throws {
        try run("import", report("home.csv", days: 1...3))
        try run("check")
        for name in try FileManager.default.subpathsOfDirectory(atPath: store) + [""] {
            let path = "\(store)/\(name)"
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let mode = try #require(attributes[.posixPermissions] as? NSNumber).intValue
            #expect(mode & 0o077 == 0, "\(name): \(String(mode, radix: 8))")
        }
    }

    @Test("a store that may only be read is read, by other users too, and verified")
    func readOnly() throws {
        try run("import", report("home.csv", days: 1...3))
        let totals = try run("totals").output
        // As root a file is never unwritable: another user looks.
        guard getuid() == 0 else { return }
        _ = try shell(
            "chmod -R a+rX \"\(made.folder.path)\"; chmod a+rx \"\((Program.path as NSString).deletingLastPathComponent)\""
        )
        for verb in ["totals", "verify"] {
            let answer = try shell(
                "HOME=/ setpriv --reuid=65534 --clear-groups \"\(Program.path)\" \(verb) --store \"\(store)\""
            )
            // Where the checkout itself cannot be entered by others, this cannot be tried.
            if answer.code == 126 || answer.code == 127 { return }
            #expect(answer.code == 0, "\(verb): \(answer)")
            if verb == "totals" { #expect(answer.output == totals) }
        }
    }

    @Test("reports of sites whose names differ in odd characters have files of their own")
    func reportNames() throws {
        for name in ["a b", "a/b", "a_b"] {
            try run("init", "--site", name, "--time-zone", "UTC", "--latitude", "50", "--longitude", "0")
            try run(
                "import",
                "--site",
                name,
                report("\(name.count)\(name.hashValue).csv", days: 1...3, produced: name == "a b" ? 10 : 500)
            )
        }
        let folder = made.folder.path + "/reports"
        for name in ["a b", "a/b", "a_b"] {
            #expect(
                try run("report", "monthly", "--site", name, "--month", "2024-02", "--output", folder).code
                    == 0
            )
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.count == 6 && names.contains("a_b-2024-02.md"), "\(names)")
    }

    @Test("control characters of names and texts never reach a terminal")
    func terminal() throws {
        var archive = ZipWriter()
        let isIn = archive.add(
            "\u{1B}]0;pwned\u{7}\u{1B}[31mRED\nsunvigil: fine.csv",
            Array("a,b\n1,2\n".utf8)
        ); try #require(isIn)
        let path = made.folder.path + "/e.zip"
        try Data(archive.finish()).write(to: URL(filePath: path))
        let answer = try run("import", path)
        let text = answer.output + answer.errors
        #expect(text.contains("\\u001b") && !text.contains("\u{1B}") && !text.contains("\u{7}"))
        #expect(!text.contains("\nsunvigil: fine"))
        let site = try run(
            "init",
            "--site",
            "\u{1B}[31mX",
            "--time-zone",
            "UTC",
            "--latitude",
            "1",
            "--longitude",
            "1"
        )
        #expect(site.code == 2 && !site.errors.contains("\u{1B}"))
    }

    @Test("numbers of the configuration have bounds, and none of them traps")
    func configuration() throws {
        try run("import", report("home.csv", days: 1...3))
        for value in ["-1e10", "\"soon\"", "1e300", "null", "0", "true"] {
            try Data("{\"new_data_hours\": \(value)}".utf8).write(to: URL(filePath: store + "/config.json"))
            let answer = try run("check")
            #expect(answer.code <= 2, "\(value): \(answer.code)")
            let isRefused = !["null", "0", "true"].contains(value)
            #expect(answer.errors.contains("new_data_hours") == isRefused, "\(value): \(answer.errors)")
        }
        for value in ["1e300", "-5"] {
            try Data("{\"parameters\": {\"silent_hours\": \(value)}}".utf8).write(
                to: URL(filePath: store + "/config.json")
            )
            #expect(try run("check").errors.contains("silent_hours"))
        }
        for (name, value) in [("uneven_days", 0), ("clock_share", 2), ("history_days", 0)] {
            try Data("{\"parameters\": {\"\(name)\": \(value)}}".utf8).write(
                to: URL(filePath: store + "/config.json")
            )
            #expect(try run("check").errors.contains(name))
        }
        let unset = try shell(
            "env -u HOME -u XDG_DATA_HOME -u SUNVIGIL_STORE \"\(Program.path)\" status 2>&1"
        )
        #expect(unset.code == 2 && unset.output.contains("--store"), "\(unset)")
    }
}
