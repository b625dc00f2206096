// reconciliation: estimates of the production in silences against the truth, on homes that are given and on homes that the
// program's own simulation writes.

import ArgumentParser
import Foundation
import Scoring

@main
struct ReconciliationBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconciliation",
        abstract: "Score what the built program says of silences.",
        discussion: """
            Given homes: a folder with home-NN.csv.gz, bills-NN.csv, temperature-NN.csv and home-NN.json, and beside it
            gap-reference.csv with the figures of a reference. Simulated homes are written by `sunvigil simulate --billed`.
            The program sees neither truth nor case; it runs `import` and `reconcile` as an owner would.

            EXAMPLES
              reconciliation ../.build/release/sunvigil --homes ../../shared/accuracy/gap-homes
              reconciliation ../.build/release/sunvigil --simulated 20 --losses
            """
    )

    @Argument(help: "The built program.") var program: String
    @Option(help: "The folder of given homes.") var homes: String?
    @Option(help: "Simulated homes per climate and state of the batteries.") var simulated = 0
    @Option(help: "Days of the silence of simulated homes.") var gapDays = 42
    @Flag(help: "Simulated homes that lost a part of their production, too.") var losses = false
    @Flag(help: "Give the array as the owner would say it; else it is fitted.") var array = false
    @Flag(help: "Each home.") var details = false

    func run() throws {
        let folder =
            NSTemporaryDirectory() + "sunvigil-reconciliation-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = Bench(runner: Runner(program: program), folder: folder, givesArray: array)
        if let homes { try given(bench, homes) }
        if simulated > 0 { try simulate(bench) }
    }

    // MARK: Given homes

    private func given(_ bench: Bench, _ homes: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: homes).sorted().filter {
            $0.hasPrefix("home-") && $0.hasSuffix(".json")
        }.map { String($0.dropFirst(5).dropLast(5)) }
        guard !names.isEmpty else { throw ValidationError("\(homes) has no home-NN.json") }
        let reference = Reference(path: "\(homes)/../gap-reference.csv")
        var table = Table()
        for name in names {
            FileHandle.standardError.write(Data("home \(name)\n".utf8))
            let home = try Home(path: "\(homes)/home-\(name).json")
            for (inputs, suffix, more) in [
                ("bills", "", []), ("bills, temperature", "-T", ["temperature-\(name).csv"]),
            ] {
                let files = ["home-\(name).csv.gz", "bills-\(name).csv"] + more
                let answer = try bench.answer(home, files.map { "\(homes)/\($0)" })
                for (estimator, estimate) in answer.estimates {
                    let own = estimator == "clear-sky" ? estimator : estimator + suffix
                    guard own != "clear-sky" || suffix.isEmpty else { continue }
                    table.add(own, home, estimate, reference[name, own], name)
                }
                table.take(inputs, answer, home)
            }
        }
        print("\nGiven homes: bias % / RMSE % / covered / half-width %")
        table.print(climates: true, details: details)
    }

    // MARK: Simulated homes

    private func simulate(_ bench: Bench) throws {
        for lost in losses ? [0, 0.1, 0.2, 0.3, 0.5, 1] : [0.0] {
            var table = Table()
            for climate in ["sunny", "cloudy"] {
                for batteries in ["none", "working", "flat", "half"] {
                    for seed in 1...simulated {
                        let name = "\(climate)-\(batteries)-\(seed)"
                        FileHandle.standardError.write(Data("\(name), lost \(lost)\n".utf8))
                        try one(bench, &table, climate, batteries, seed, lost, name)
                    }
                }
            }
            print(
                "\nSimulated homes, \(gapDays) days, lost \(lost): bias % / RMSE % / covered / half-width %"
            )
            table.print(climates: true, details: details)
        }
    }

    private func one(
        _ bench: Bench,
        _ table: inout Table,
        _ climate: String,
        _ batteries: String,
        _ seed: Int,
        _ lost: Double,
        _ name: String
    ) throws {
        let folder = bench.folder + "/home"
        var arguments = ["simulate", "--billed", "--seed", "\(seed)", "--batteries", batteries]
        arguments += ["--lost", "\(lost)", "--gap-days", "\(gapDays)"]
        if climate == "cloudy" { arguments.append("--cloudy") }
        _ = try bench.runner.run(arguments + [folder], allowed: [0])
        let home = try Home(path: folder + "/home.json")
        for (suffix, more) in [
            ("", []), ("-T", ["temperature.csv"]), ("-T-intervals", ["temperature.csv", "utility.csv"]),
        ] {
            let files = (["home.csv", "bills.csv"] + more).map { "\(folder)/\($0)" }
            let answer = try bench.answer(home, files)
            guard let combined = answer.estimates.first(where: { $0.0 == "combined" }) else { continue }
            table.add("combined" + suffix, home, combined.1, nil, name)
            table.take("combined" + suffix, answer, home)
        }
    }
}

/// A home, as its description says it.
struct Home {
    let climate: String
    let latitude: Double
    let longitude: Double
    let zone: String
    let tilt: Double
    let azimuth: Double
    let batteryWh: Int
    let truth: Double
    /// What would have been produced without a loss.
    let base: Double

    private struct File: Decodable {
        struct Truth: Decodable {
            let production_kwh: Double
            let lost_share: Double?
        }
        let climate: String
        let latitude: Double
        let longitude: Double
        let zone: String
        let array_tilt_deg: Double
        let array_azimuth_deg: Double
        let battery_kwh: Double
        let truth: Truth
    }

    init(path: String) throws {
        let file = try JSONDecoder().decode(File.self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
        climate = file.climate
        latitude = file.latitude
        longitude = file.longitude
        zone = file.zone
        tilt = file.array_tilt_deg
        azimuth = file.array_azimuth_deg
        batteryWh = Int((file.battery_kwh * 1000).rounded())
        truth = file.truth.production_kwh
        let kept = 1 - (file.truth.lost_share ?? 0)
        // A stop leaves nothing to divide by: errors are then in kWh per 1,000.
        base = kept > 0 ? truth / kept : 1_000
    }
}

/// What the program says of a home's longest silence.
struct Answer {
    let estimates: [(String, (value: Double, halfWidth: Double))]
    let lowerBound: Double
    let verdict: String
    let seconds: Double
}

/// Runs the program on homes.
struct Bench {
    let runner: Runner
    let folder: String
    let givesArray: Bool

    func answer(_ home: Home, _ files: [String]) throws -> Answer {
        let store = folder + "/store"
        try? FileManager.default.removeItem(atPath: store)
        var facts = ["init", "--store", store, "--site", "home", "--time-zone", home.zone]
        facts += ["--latitude", "\(home.latitude)", "--longitude", "\(home.longitude)"]
        if home.batteryWh > 0 { facts += ["--battery-wh", "\(home.batteryWh)"] }
        if givesArray { facts += ["--tilt", "\(home.tilt)", "--azimuth", "\(home.azimuth)"] }
        _ = try runner.run(facts, allowed: [0])
        _ = try runner.run(["import", "--store", store] + files, allowed: [0])
        let (output, seconds) = try runner.run(
            ["reconcile", "--store", store, "--all", "--format", "json"],
            allowed: [0]
        )
        let report = try JSONDecoder().decode(Report.self, from: Data(output.utf8))
        guard let gap = report.gaps.max(by: { $0.days < $1.days }) else {
            throw ValidationError("no silence was found")
        }
        var estimates: [(String, (value: Double, halfWidth: Double))] = []
        if let value = gap.estimate_kwh, let width = gap.half_width_90_kwh {
            estimates.append(("combined", (value, width)))
        }
        if let sky = gap.clear_sky { estimates.append(("clear-sky", (sky.kwh, sky.half_width_90_kwh))) }
        if let own = gap.balance { estimates.append(("balance", (own.kwh, own.half_width_90_kwh))) }
        return Answer(
            estimates: estimates,
            lowerBound: gap.lower_bound_kwh ?? 0,
            verdict: gap.verdict,
            seconds: seconds
        )
    }

    private struct Report: Decodable {
        struct Pair: Decodable {
            let kwh: Double
            let half_width_90_kwh: Double
        }
        struct Gap: Decodable {
            let days: Double
            let estimate_kwh: Double?
            let half_width_90_kwh: Double?
            let lower_bound_kwh: Double?
            let verdict: String
            let clear_sky: Pair?
            let balance: Pair?
        }
        let gaps: [Gap]
    }
}

/// The figures of a reference, where there is a file of them.
struct Reference {
    private var values: [String: (value: Double, halfWidth: Double)] = [:]

    init(path: String) {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",")
            guard fields.count == 4, let value = Double(fields[2]), let width = Double(fields[3]) else {
                continue
            }
            values["\(fields[0])|\(fields[1])"] = (value, width)
        }
    }

    subscript(home: String, estimator: String) -> (value: Double, halfWidth: Double)? {
        values["\(home)|\(estimator)"]
    }
}

/// What was scored.
struct Table {
    private var results: [String: [(climate: String, result: GapResult)]] = [:]
    private var references: [String: [(climate: String, result: GapResult)]] = [:]
    private var order: [String] = []
    private var verdicts: [String: [String: Int]] = [:]
    private var bounds: [String: [(bound: Double, truth: Double, base: Double)]] = [:]
    private var seconds: [Double] = []

    mutating func add(
        _ estimator: String,
        _ home: Home,
        _ estimate: (value: Double, halfWidth: Double),
        _ reference: (value: Double, halfWidth: Double)?,
        _ name: String
    ) {
        func result(_ estimate: (value: Double, halfWidth: Double)) -> GapResult {
            GapResult(
                home: name,
                estimate: estimate.value,
                halfWidth: estimate.halfWidth,
                truth: home.truth,
                base: home.base
            )
        }
        if results[estimator] == nil { order.append(estimator) }
        results[estimator, default: []].append((home.climate, result(estimate)))
        if let reference { references[estimator, default: []].append((home.climate, result(reference))) }
    }

    mutating func take(_ inputs: String, _ answer: Answer, _ home: Home) {
        verdicts[inputs, default: [:]][answer.verdict, default: 0] += 1
        bounds[inputs, default: []].append((answer.lowerBound, home.truth, home.base))
        seconds.append(answer.seconds)
    }

    func print(climates: Bool, details: Bool) {
        func fixed(_ value: Double) -> String { String(format: "%.1f", value) }
        func text(_ results: [GapResult]) -> String {
            guard let score = GapScore(results) else { return "–" }
            return
                "\(fixed(score.bias)) / \(fixed(score.rootMeanSquare)) / \(score.covered) of \(score.count) / \(fixed(score.halfWidth))"
        }
        Swift.print("| estimator | all | reference | sunny | cloudy |\n|---|---|---|---|---|")
        for estimator in order {
            let own = results[estimator] ?? []
            let known = references[estimator] ?? []
            let parts = ["sunny", "cloudy"].map { climate in
                text(own.filter { $0.climate == climate }.map(\.result))
            }
            Swift.print(
                "| \(estimator) | \(text(own.map(\.result))) | \(text(known.map(\.result))) | \(parts.joined(separator: " | ")) |"
            )
        }
        for inputs in bounds.keys.sorted() {
            let own = bounds[inputs] ?? []
            let held = own.count { $0.bound <= $0.truth + 1e-9 }
            let mean = own.reduce(0) { $0 + $1.bound / $1.base } / Double(max(1, own.count))
            let found = (verdicts[inputs] ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            Swift.print(
                "\(inputs): lower bound holds in \(held) of \(own.count), mean \(fixed(100 * mean)) %; \(found.joined(separator: ", "))"
            )
        }
        let mean = seconds.reduce(0, +) / Double(max(1, seconds.count))
        Swift.print("CPU time of reconcile: \(String(format: "%.3f", mean)) s")
        guard details else { return }
        for estimator in order {
            for (_, result) in results[estimator] ?? [] {
                Swift.print(
                    "\(estimator) \(result.home): \(fixed(result.estimate)) ± \(fixed(result.halfWidth)), truth \(fixed(result.truth)), error \(fixed(result.error)) %\(result.isCovered ? "" : ", not covered")"
                )
            }
        }
    }
}
