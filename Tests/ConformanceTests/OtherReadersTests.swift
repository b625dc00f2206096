// DuckDB, pyarrow and Polars read the store and see what the report says. Needs Python with the packages of
// scripts/conformance-environment; skipped where that environment is absent, except in continuous integration.

import Foundation
import TestSupport
import Testing

private let python = Checkout.root.appending(path: ".venv-conformance/bin/python").path
private let isPresent =
    ProcessInfo.processInfo.environment["CI"] != nil || FileManager.default.fileExists(atPath: python)

@Suite("other readers", .enabled(if: isPresent))
struct OtherReadersTests {
    @Test("three other readers agree with the report to the Wh; pruning and time travel work")
    func agreement() throws {
        let made = try TestStore(timeZone: "Europe/London")
        let store = made.path
        let data = Checkout.root.appending(path: "datasets/story-house").path
        for name in [
            "other-dialects/custom_report.csv", "daily_production_report.csv", "monthly_energy_report.csv",
        ] {
            let result = try Program.run(
                "import",
                "--store",
                store,
                "--captured-at",
                "2025-08-01",
                "\(data)/\(name)"
            )
            #expect(result.code == 0, "\(result.errors)")
        }
        let files = try Program.run("files", "--store", store, "site_interval").output.split(separator: "\n")
            .map(String.init)
        for month in ["2025-02", "2025-03", "2025-06"] {
            let report = try #require(
                try JSONSerialization.jsonObject(
                    with: Data(
                        try Program.run(
                            "report",
                            "monthly",
                            "--store",
                            store,
                            "--month",
                            month,
                            "--format",
                            "json"
                        ).output.utf8
                    )
                )
                    as? [String: Any]
            )
            let energy = try #require(report["energy"] as? [String: Any])
            let period = try #require(report["period"] as? [String: String])
            let answers = try read(store, period["start"] ?? "", period["end"] ?? "", files)
            var engines = 0
            for answer in answers {
                switch answer["engine"] as? String {
                case "snapshots": #expect(answer["counts"] as? [Int] == [0, 2972, 3153, 17_553])
                case "months":
                    let months = try #require(answer["produced_kwh"] as? [String: Double])
                    let produced = Double(energy["produced_wh"] as? Int ?? -1) / 1000
                    #expect(months[month] == produced && months.count == 6, "\(months)")
                case "pruning": #expect((answer["files_read"] as? Int ?? 99) <= 2, "\(answer)")
                default:
                    engines += 1
                    for (channel, value) in energy {
                        #expect(answer[channel] as? Int == value as? Int, "\(month) \(channel) \(answer)")
                    }
                }
            }
            #expect(engines == 4)
        }
    }

    @Test("devices, events, utility intervals and bills are read by others as the program reads them")
    func recordTables() throws {
        let made = try TestStore(timeZone: "Europe/London")
        let data = Checkout.root.appending(path: "datasets/story-house").path
        let imported = try Program.run(
            "import",
            "--store",
            made.path,
            "--captured-at",
            "2025-05-05",
            "\(data)/cloud-web",
            "\(data)/gateway",
            "\(data)/utility/green_button.xml",
            "\(data)/bills/bills.csv"
        )
        #expect(imported.code == 0, "\(imported.errors)")
        let status = try #require(
            try JSONSerialization.jsonObject(
                with: Data(try Program.run("status", "--store", made.path, "--json").output.utf8)
            )
                as? [String: Any]
        )
        let site = try #require((status["sites"] as? [[String: Any]])?.first)
        var rows: [String: Int] = [:]
        for record in try #require(site["records"] as? [[String: Any]]) {
            rows[record["table"] as? String ?? "", default: 0] += record["rows"] as? Int ?? 0
        }
        #expect(rows.count == 5 && rows["utility_interval"] == 572)
        let files = try rows.keys.sorted().flatMap { table in
            try Program.run("files", "--store", made.path, table).output.split(separator: "\n")
                .map { "\(table)=\($0)" }
        }
        var sums: [String: Set<Double>] = [:]
        for answer in try run("read_tables.py", [made.path] + files) {
            let engine = answer["engine"] as? String
            if engine == "bills" {
                let bills = try #require(answer["rows"] as? [[Any]])
                #expect(bills.count == 7)
                #expect(
                    bills.first?[0] as? String == "2025-01-01" && bills.first?[1] as? String == "2025-02-01"
                )
            } else if engine == "states" {
                #expect(answer["charging"] as? Int == 2)
            } else if let table = answer["table"] as? String {
                #expect(answer["rows"] as? Int == rows[table, default: 0], "\(answer)")
                if let sum = answer["sum"] as? Double { sums[table, default: []].insert(sum) }
            }
        }
        #expect(sums.count == 3 && sums.values.allSatisfy { $0.count == 1 }, "\(sums)")
    }

    @Test("minutes of a watch are read by others once they are in segments")
    func minutes() throws {
        let folder = try ScratchFolder()
        let store = folder.path + "/s"
        try FileManager.default.copyItem(
            atPath: Checkout.root.appending(path: "Tests/LakeTests/Stores/v10").path,
            toPath: store
        )
        #expect(try Program.run("flush", "--store", store).code == 0)
        let files = try Program.run("files", "--store", store, "site_minute").output.split(separator: "\n")
        let answers = try run("read_tables.py", [store] + files.map { "site_minute=\($0)" })
            .filter { $0["table"] as? String == "site_minute" }
        #expect(answers.count == 2, "\(answers)")
        for answer in answers {
            #expect(answer["rows"] as? Int == 8 && answer["sum"] as? Double == 280, "\(answer)")
        }
    }

    @Test("DuckDB that reads while imports, an undo and a compaction run sees committed states and no others")
    func readsWhileWriting() throws {
        let made = try TestStore()
        let end = made.folder.path + "/end"
        let output = try made.folder.write("watched", "")
        let watch = Process()
        watch.executableURL = URL(filePath: python)
        watch.arguments = [
            Checkout.root.appending(path: "Tests/ConformanceTests/watch_store.py").path, made.path, end,
        ]
        let handle = try FileHandle(forWritingTo: URL(filePath: output))
        watch.standardOutput = handle
        try watch.run()
        func waitForAnswer(_ count: Int) throws {
            // The watcher must have seen the state before the next change, else nothing is tried.
            let deadline = Date().addingTimeInterval(30)
            while try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").count < count {
                guard Date() < deadline, watch.isRunning else { break }
                usleep(5_000)
            }
        }
        try waitForAnswer(1)
        var expected: Set<[Int]> = [[0, 0, 0]]
        var rows = 0
        var produced = 0
        for month in 1...8 {
            var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
            for day in 1...28 {
                for hour in 0..<24 {
                    text += String(
                        format: "%02d/%02d/2023 %02d:00,%d,7\n",
                        month,
                        day,
                        hour,
                        month * 100 + hour
                    )
                    rows += 1
                    produced += month * 100 + hour
                }
            }
            expected.insert([rows, produced, rows])
            let file = try made.folder.write("\(month).csv", text)
            #expect(try Program.run("import", "--store", made.path, file).code == 0)
            if month % 3 == 0 { try waitForAnswer(1 + month) }
        }
        #expect(try Program.run("compact", "--store", made.path).output.contains("8 segments merged into 1"))
        #expect(try Program.run("undo", "--store", made.path, "8").code == 0)
        let last = (1...7).reduce(0) { sum, month in sum + 28 * (0..<24).reduce(0) { $0 + month * 100 + $1 } }
        expected.insert([7 * 28 * 24, last, 7 * 28 * 24])
        _ = try made.folder.write("end", "")
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0)
        var seen: [[Int]] = []
        for line in try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n") {
            let answer = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Int]
            )
            guard let rows = answer["rows"] else { continue }
            seen.append([rows, answer["produced"] ?? -1, answer["starts"] ?? -1])
        }
        #expect(seen.allSatisfy(expected.contains), "\(seen)")
        #expect(seen.count >= 4 && seen.last == [7 * 28 * 24, last, 7 * 28 * 24], "\(seen)")
    }

    private func read(_ store: String, _ start: String, _ end: String, _ files: [String]) throws -> [[String:
        Any]]
    {
        func plain(_ text: String) -> String { text.replacing("T", with: " ").replacing("Z", with: "") }
        return try run("read_store.py", [store, plain(start), plain(end)] + files)
    }

    /// Runs a script and returns its answers.
    private func run(_ script: String, _ arguments: [String]) throws -> [[String: Any]] {
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments =
            [Checkout.root.appending(path: "Tests/ConformanceTests/\(script)").path] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }
}
