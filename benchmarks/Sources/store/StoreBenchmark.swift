// Import, scan, size, memory and growth of the store beside other engines, on the same input in the same run.
//
// CPU time of whole processes of ours, start included; of peers without the start of Python and the import of the engine.
// Results are compared before a time is told. Three runs, the middle one counts.

import ArgumentParser
import Foundation

@main
struct StoreBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Measure the store beside DuckDB, Polars, pyarrow, ClickHouse and SQLite.",
        discussion: """
            EXAMPLES
              store ../.build/release/sunvigil --python .venv-peers/bin/python --work /tmp/bench
              store ../.build/release/sunvigil --python .venv-peers/bin/python --systems 5 --years 1 --work /tmp/bench
            """
    )

    @Argument(help: "The built program.") var program: String
    @Option(help: "A Python with duckdb==1.5.5, polars, pyarrow and chdb.") var python: String
    @Option(help: "Systems.") var systems = 100
    @Option(help: "Years.") var years = 5
    @Option(help: "Runs of each task.") var runs = 3
    @Option(help: "A folder for scratch.") var work: String
    @Option(help: "Where the table is written; a dated file in runs/ where nothing is named.") var output:
        String?
    @Flag(help: "Also measure that ten times the rows cost ten times as much.") var growth = false

    func run() throws {
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        var table = Table()
        let input = work + "/input"
        try? FileManager.default.removeItem(atPath: input)
        _ = try ours(["simulate", "--fleet", "--systems", "\(systems)", "--years", "\(years)", input])
        try FileManager.default.moveItem(
            atPath: input + "/gaps.csv",
            toPath: work + "/gaps-\(UUID().uuidString).csv"
        )
        try measureImport(input, &table)
        try measureReading(input, &table)
        if growth { try measureGrowth(&table) }
        let text = try heading() + table.markdown
        print(text)
        for name in try FileManager.default.contentsOfDirectory(atPath: work) where name.hasPrefix("old-") {
            try FileManager.default.removeItem(atPath: "\(work)/\(name)")
        }
        let day = ISO8601DateFormatter.string(from: Date(), timeZone: .gmt, formatOptions: [.withFullDate])
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "runs")
        let target = output ?? folder.appending(path: "\(day)-store-\(systems)x\(years).md").path
        try Data(text.utf8).write(to: URL(filePath: target))
    }

    // MARK: Import, size, memory

    private func measureImport(_ input: String, _ table: inout Table) throws {
        var one = try middle { try importing(input, threads: 1) }
        let two = try middle { try importing(input, threads: 2) }
        _ = try importing(input, threads: 1)
        let rows = try totals(["totals", "--json"]).rows
        let duck = try middle { try peer("ingest", "duckdb", input) }
        let gzip = try middle { try peer("ingest", "duckdb-gzip", input) }
        one.note(rows: rows)
        table.head("Import, CSV to durable commit", ["M rows per CPU-second", "CPU s", "ratio"])
        func add(_ name: String, _ seconds: Double, _ ratio: Double) {
            table.row([
                name, format(Double(rows) / seconds / 1e6, 2), format(seconds, 2), format(ratio, 2) + "x",
            ])
        }
        add("ours, 1 thread (floor 2.5x, aim 5x)", one.cpu, duck.cpu / one.cpu)
        add("DuckDB \(duck.version), Parquet V2 zstd", duck.cpu, 1)
        add("DuckDB, Parquet V2 gzip", gzip.cpu, duck.cpu / gzip.cpu)
        for engine in ["polars", "pyarrow", "chdb", "duckdb-native"] {
            let result = try peer("ingest", engine, input)
            add("\(engine) \(result.version), one run", result.cpu, duck.cpu / result.cpu)
        }
        table.head("Import, wall time", ["s", "against one thread"])
        table.row(["one thread", format(one.wall, 2), "1"])
        table.row([
            "two threads (floor 1.6x, aim 1.9x)", format(two.wall, 2), format(one.wall / two.wall, 2) + "x",
        ])
        table.head("Peak resident memory of the import", ["MB"])
        table.row(["one thread (floor 64, aim 32)", format(one.peakMB, 1)])
        table.row(["two threads", format(two.peakMB, 1)])
        let values = Double(rows * 6)
        let segments = try size(work + "/store/data")
        let catalogue = try size(work + "/store/catalog.sqlite")
        let all = Double(segments + catalogue) / values
        let gzipEach = Double(gzip.bytes) / values
        table.head("Size", ["bytes per value", "ratio to DuckDB gzip"])
        table.row([
            "ours, segments and catalogue (floor 0.95x, aim 0.80x)", format(all, 4),
            format(all / gzipEach, 3) + "x",
        ])
        table.row([
            "ours, segments", format(Double(segments) / values, 4),
            format(Double(segments) / values / gzipEach, 3) + "x",
        ])
        table.row(["DuckDB Parquet V2 gzip", format(gzipEach, 4), "1"])
        table.row([
            "DuckDB Parquet V2 zstd", format(Double(duck.bytes) / values, 4),
            format(Double(duck.bytes) / values / gzipEach, 3) + "x",
        ])
        let raw = Double(try size(work + "/store/raw")) / 1e6
        table.note(
            "Kept documents are not in the size: \(format(raw, 0)) MB as they came, compressed by `compact`."
        )
    }

    private func importing(_ input: String, threads: Int) throws -> Outcome {
        let store = work + "/store"
        // Not removed yet: a file system that has just lost many files is slow to make others.
        if FileManager.default.fileExists(atPath: store) {
            try FileManager.default.moveItem(atPath: store, toPath: work + "/old-\(UUID().uuidString)")
        }
        _ = try ours([
            "init", "--store", store, "--site", "model", "--time-zone", "Etc/UTC", "--latitude", "48",
            "--longitude", "8",
        ])
        return try ours([
            "import", "--store", store, "--new-sites-like", "model", "--threads", "\(threads)", input,
        ])
    }

    // MARK: Reading

    private func measureReading(_ input: String, _ table: inout Table) throws {
        let store = work + "/store"
        let files = try ours(["files", "--store", store, "site_interval"])
        try Data(files.output.utf8).write(to: URL(filePath: work + "/files"))
        let right = try totals(["totals", "--json"])
        let scanned = try totals(["totals", "--json", "--by-scan"])
        guard right.text == scanned.text else { throw Mismatch(what: "totals of rollups and of rows") }
        let kept = try middle { try ours(["totals", "--store", store, "--json"]) }
        let scan = try middle { try ours(["totals", "--store", store, "--json", "--by-scan"]) }
        let native = try middle { try agreed(try peer("totals", "duckdb-native", input), right) }
        let onOurs = try middle { try agreed(try peer("totals", "duckdb-ours", input), right) }
        let polars = try middle { try agreed(try peer("totals", "polars-ours", input), right) }
        table.head("Monthly totals of all systems", ["CPU ms", "ratio"])
        table.row([
            "ours, from kept days, whole process (floor 30x, aim 100x)", format(kept.cpu * 1e3, 1),
            format(native.cpu / kept.cpu, 1) + "x",
        ])
        table.row(["DuckDB native table, query only", format(native.cpu * 1e3, 1), "1"])
        table.row([
            "ours, by scanning segments, whole process (floor 1x, aim 2x)", format(scan.cpu * 1e3, 0),
            format(onOurs.cpu / scan.cpu, 2) + "x",
        ])
        table.row(["DuckDB on the same files", format(onOurs.cpu * 1e3, 0), "1"])
        table.row([
            "Polars on the same files", format(polars.cpu * 1e3, 0), format(onOurs.cpu / polars.cpu, 2) + "x",
        ])
        table.note("Ours are kept with the segments and verified against them; theirs are computed.")
        try measureGaps(input, store, &table)
        try measureMonth(input, store, &table)
    }

    private func measureGaps(_ input: String, _ store: String, _ table: inout Table) throws {
        let own = try middle { try ours(["gaps", "--store", store, "--count"]) }
        let polars = try middle { try peer("gaps", "polars", input) }
        let duck = try middle { try peer("gaps", "duckdb", input) }
        for result in [polars, duck] {
            let text = "\(result.json["gaps"] ?? 0) gaps, \(result.json["rows"] ?? 0) rows missing"
            guard own.output.hasPrefix(text) else { throw Mismatch(what: "gaps: \(own.output) and \(text)") }
        }
        let best = min(polars.cpu, duck.cpu)
        table.head("Gap scan of missing rows, all systems", ["CPU ms", "ratio"])
        table.row([
            "ours, whole process (floor 10x, aim 50x)", format(own.cpu * 1e3, 1),
            format(best / own.cpu, 1) + "x",
        ])
        table.row([
            "Polars, difference in sorted order, from Parquet", format(polars.cpu * 1e3, 1),
            format(best / polars.cpu, 1) + "x",
        ])
        table.row(["DuckDB, lag()", format(duck.cpu * 1e3, 1), format(best / duck.cpu, 2) + "x"])
    }

    private func measureMonth(_ input: String, _ store: String, _ table: inout Table) throws {
        guard
            let shell = ["/usr/bin/sqlite3", "/bin/sqlite3"].first(
                where: FileManager.default.isExecutableFile
            )
        else {
            table.note("The sqlite3 shell is missing: one system-month was not measured.")
            return
        }
        let small = work + "/small"
        try? FileManager.default.removeItem(atPath: small)
        try FileManager.default.createDirectory(atPath: small, withIntermediateDirectories: true)
        // SQLite gets a tenth of the systems: its time for one month does not depend on it, the loading does.
        let names = try FileManager.default.contentsOfDirectory(atPath: input).sorted()
        let system = 1_000_001 + systems / 20
        for name in names where (Int(name.prefix(7)) ?? 0) < 1_000_001 + max(1, systems / 10) {
            try FileManager.default.copyItem(atPath: "\(input)/\(name)", toPath: "\(small)/\(name)")
        }
        _ = try peer("sqlite", "sqlite", small)
        let (first, last) = (1_583_020_800_000_000, 1_585_699_200_000_000)
        let query =
            "SELECT * FROM r WHERE system_id = \(system) AND start_us >= \(first) AND start_us < \(last)"
        let theirs = try middle { try process(shell, [work + "/plain.sqlite", query]) }
        let own = try middle {
            try ours([
                "export", "--store", store, "--site", "system-\(system)", "--from", "2020-03-01", "--to",
                "2020-03-31",
            ])
        }
        let counts = (own.output.split(separator: "\n").count - 1, theirs.output.split(separator: "\n").count)
        guard counts.0 == counts.1, years > 1 || counts.0 == 0 else {
            throw Mismatch(what: "rows of a month: \(counts)")
        }
        table.head("One system, one month (\(counts.0) rows), cold process", ["CPU ms", "against sqlite3"])
        table.row(["ours (at most 2x)", format(own.cpu * 1e3, 1), format(own.cpu / theirs.cpu, 2) + "x"])
        table.row(["sqlite3 shell, plain indexed table", format(theirs.cpu * 1e3, 1), "1"])
    }

    // MARK: Growth

    private func measureGrowth(_ table: inout Table) throws {
        table.head("Growth", ["rows", "CPU s", "ns per row"])
        var last: Double?
        for (systems, months) in [(1, 1), (1, 12), (10, 12), (100, 12), (1_000, 12)]
        where systems <= self.systems * 10 {
            let input = work + "/growth"
            try? FileManager.default.removeItem(atPath: input)
            _ = try ours(["simulate", "--fleet", "--systems", "\(systems)", "--months", "\(months)", input])
            try FileManager.default.removeItem(atPath: input + "/gaps.csv")
            let result = try middle { try importing(input, threads: 1) }
            let rows = Double(try totals(["totals", "--json"]).rows)
            let each = result.cpu * 1e9 / rows
            let change = last.map { " (\(format(each / $0, 2))x per row)" } ?? ""
            last = each
            table.row([
                "\(systems) systems, \(months) months", format(rows, 0), format(result.cpu, 3),
                format(each, 0) + change,
            ])
        }
        try? FileManager.default.removeItem(atPath: work + "/growth")
    }

    // MARK: Processes

    private struct Mismatch: Error, CustomStringConvertible {
        let what: String
        var description: String { "results differ: \(what)" }
    }

    /// What a process did and cost.
    struct Outcome {
        var cpu: Double
        var wall: Double
        var peakMB: Double
        var output: String
        var json: [String: Any] = [:]
        private(set) var rows = 0
        var version: String { json["version"] as? String ?? "" }
        var bytes: Int { json["bytes"] as? Int ?? 0 }

        mutating func note(rows: Int) { self.rows = rows }
    }

    /// Runs a task several times and returns the run with the middle CPU time.
    private func middle(_ body: () throws -> Outcome) throws -> Outcome {
        let all = try (0..<max(1, runs)).map { _ in try body() }.sorted { $0.cpu < $1.cpu }
        return all[all.count / 2]
    }

    private func ours(_ words: [String]) throws -> Outcome { try process(program, words) }

    private func peer(_ task: String, _ engine: String, _ input: String) throws -> Outcome {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "peers/peer.py").path
        var outcome = try process(python, [script, task, engine, input, work])
        let line = outcome.output.split(separator: "\n").last.map(String.init) ?? ""
        outcome.json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        outcome.cpu = outcome.json["cpu"] as? Double ?? .nan
        return outcome
    }

    private func agreed(_ outcome: Outcome, _ right: Totals) throws -> Outcome {
        guard outcome.json["rows"] as? Int == right.rows, outcome.json["groups"] as? Int == right.groups,
            outcome.json["sums"] as? [Int] == right.sums
        else { throw Mismatch(what: "monthly totals: \(outcome.json) and \(right.rows) rows, \(right.sums)") }
        return outcome
    }

    private struct Totals {
        let text: String
        let rows: Int
        let groups: Int
        let sums: [Int]
    }

    /// Returns our totals: rows, months and the sums of produced, consumed, exported, imported, charged, discharged.
    private func totals(_ words: [String]) throws -> Totals {
        let text = try ours([words[0], "--store", work + "/store"] + words.dropFirst()).output
        let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
        func sum(_ name: String) -> Int { list.reduce(0) { $0 + ($1[name] as? Int ?? 0) } }
        let names = [
            "produced_wh", "consumed_wh", "exported_wh", "imported_wh", "charged_wh", "discharged_wh",
        ]
        return Totals(text: text, rows: sum("rows"), groups: list.count, sums: names.map(sum))
    }

    /// Runs a process with one thread for peers and measures it as a whole.
    private func process(_ path: String, _ words: [String]) throws -> Outcome {
        let output = work + "/output"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        var environment = ProcessInfo.processInfo.environment
        for name in ["POLARS_MAX_THREADS", "OMP_NUM_THREADS", "ARROW_NUM_THREADS"] { environment[name] = "1" }
        environment["TZ"] = "UTC"
        var arguments = ([path] + words).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var child = pid_t()
        let start = Date()
        guard posix_spawn(&child, path, &actions, nil, &arguments, &variables) == 0 else {
            throw ValidationError("\(path) cannot be started")
        }
        var status: Int32 = 0
        var usage = rusage()
        wait4(child, &status, 0, &usage)
        let wall = Date().timeIntervalSince(start)
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard status == 0 else { throw ValidationError("\(path) \(words.joined(separator: " ")) failed") }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return Outcome(
            cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            wall: wall,
            peakMB: Double(usage.ru_maxrss) / 1024,
            output: text
        )
    }

    private func size(_ path: String) throws -> Int {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        }
        return try FileManager.default.subpathsOfDirectory(atPath: path).reduce(0) { sum, name in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            return sum
                + (attributes[.type] as? FileAttributeType == .typeRegular
                    ? attributes[.size] as? Int ?? 0 : 0)
        }
    }

    private func heading() throws -> String {
        let version = try ours(["--version"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return """
            # Store: \(systems) systems, \(years) years, 15 minutes

            Sunvigil \(version), \(cores) cores, \(Date().formatted(.iso8601)). Middle of \(runs) runs, one thread, CPU time; input by
            `sunvigil simulate --fleet --systems \(systems) --years \(years)` (seed 7).

            """
    }

    private func format(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value)
    }
}

/// A Markdown table under headings.
private struct Table {
    private(set) var markdown = ""

    mutating func head(_ title: String, _ columns: [String]) {
        markdown +=
            "\n| \(title) | \(columns.joined(separator: " | ")) |\n|---|\(columns.map { _ in "---:" }.joined(separator: "|"))|\n"
    }

    mutating func row(_ cells: [String]) { markdown += "| \(cells.joined(separator: " | ")) |\n" }

    mutating func note(_ text: String) { markdown += "\n\(text)\n" }
}
