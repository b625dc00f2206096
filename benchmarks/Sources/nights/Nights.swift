// nights: CPU time of the check of one home with devices over five years: of all rows, and of a night with one day more.

import ArgumentParser
import Foundation
import Scoring

@main
struct Nights: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the CPU time of a full check and of a nightly one.",
        discussion: """
            The home is simulated once and kept in WORK/home: five years of rows in `before`, the last day in `night`. Stores are
            made anew. Medians, of the whole command and of its analysis, as `check` says them.

            EXAMPLE
              nights ../.build/release/sunvigil --work /tmp/nights
            """
    )

    @Argument(help: "The built program.") var program: String
    @Option(help: "A folder for the home and its stores.") var work: String
    @Option(help: "Runs of each; the middle one counts.") var runs = 5

    func run() throws {
        let runner = Runner(program: program)
        let home = URL(filePath: work).appending(path: "home")
        if !FileManager.default.fileExists(atPath: home.path) { try Halves.make(home, runner) }
        print("| CPU seconds, median of \(runs) | command | analysis | import before it |\n|---|---|---|---|")
        try measure("devices and report", files: { [home.appending(path: $0).path] }, runner)
        try measure("report alone", files: { try report(home.appending(path: $0)) }, runner)
    }

    private func measure(_ name: String, files: (String) throws -> [String], _ runner: Runner) throws {
        let base = work + "/store"
        try? FileManager.default.removeItem(atPath: base)
        let start = try runner.run(["import", "--store", base] + files("before"), allowed: [0]).seconds
        row("\(name): first check", [try runner.check(base)], [start])
        row("\(name): check --full", try (0..<runs).map { _ in try runner.check(base, "--full") }, [])
        var checks: [(command: Double, analysis: Double)] = []
        var imports: [Double] = []
        for _ in 0..<runs {
            let store = work + "/night"
            try? FileManager.default.removeItem(atPath: store)
            try FileManager.default.copyItem(atPath: base, toPath: store)
            imports.append(
                try runner.run(["import", "--store", store] + files("night"), allowed: [0]).seconds
            )
            checks.append(try runner.check(store))
        }
        row("\(name): a day more, check", checks, imports)
    }

    private func row(_ name: String, _ times: [(command: Double, analysis: Double)], _ imports: [Double]) {
        func middle(_ values: [Double], _ digits: Int) -> String {
            quantile(values, 0.5).map { String(format: "%.\(digits)f", $0) } ?? ""
        }
        let cells = [middle(times.map(\.command), 2), middle(times.map(\.analysis), 3), middle(imports, 2)]
        print("| \(name) | \(cells.joined(separator: " | ")) |")
    }

    /// What an owner has who knows of no devices.
    private func report(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasPrefix("system") || $0.hasPrefix("enlighten") }
            .map { folder.appending(path: $0).path }
    }
}
