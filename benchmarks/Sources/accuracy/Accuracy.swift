// accuracy: imports homes with known faults with the built program, checks them and scores the findings.

import ArgumentParser
import Foundation
import Scoring

@main
struct Accuracy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Score the built program on homes with known faults.",
        discussion: """
            Each folder below HOMES with a truth.json is a home; the part of its name before the last hyphen is its tier.
            The program sees neither truth nor tier: it runs `import` and `check` as an owner would.

            EXAMPLES
              accuracy ../.build/release/sunvigil ../../shared/accuracy/scenarios
              accuracy ../.build/release/sunvigil ../../shared/accuracy/scenarios --without-relay --details
              accuracy ../.build/release/sunvigil ../../shared/accuracy/losses --losses --details --stores /tmp/losses
            """
    )

    @Argument(help: "The built program.") var program: String
    @Argument(help: "The folder of homes.") var homes: String
    @Option(help: "Where stores are kept between runs (default: none are kept).") var stores: String?
    @Option(help: "Only homes whose name begins so.") var only: String?
    @Flag(help: "Do without the state of the grid relay.") var withoutRelay = false
    @Flag(help: "Homes of system.json and reports, with losses: score by their rules, two homes at a time.")
    var losses = false
    @Flag(help: "Name each false alarm and each miss.") var details = false

    func run() async throws {
        let keep =
            stores ?? NSTemporaryDirectory()
            + "sunvigil-accuracy-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: keep, withIntermediateDirectories: true)
        defer { if stores == nil { try? FileManager.default.removeItem(atPath: keep) } }
        let names = try FileManager.default.contentsOfDirectory(atPath: homes).sorted().filter {
            FileManager.default.fileExists(atPath: "\(homes)/\($0)/truth.json")
                && $0.hasPrefix(only ?? "")
        }
        guard !names.isEmpty else { throw ValidationError("no folder below \(homes) has a truth.json") }
        guard !losses else {
            let homes = LossHomes(runner: Runner(program: program), folder: homes, stores: keep)
            return LossTable(homes: try await homes.scored(names)).print(details: details)
        }
        var tiers: [String: [Home]] = [:]
        for name in names {
            FileHandle.standardError.write(Data("\(name)\n".utf8))
            let tier = name.lastIndex(of: "-").map { String(name[..<$0]) } ?? name
            tiers[tier, default: []].append(try home(name, keep))
        }
        for tier in tiers.keys.sorted() { Table.print(tier, tiers[tier] ?? [], details: details) }
    }

    private func home(_ name: String, _ keep: String) throws -> Home {
        let store = "\(keep)/\(name)"
        let runner = Runner(program: program)
        if !FileManager.default.fileExists(atPath: store) {
            _ = try runner.run(["import", "--store", store, "\(homes)/\(name)"], allowed: [0])
        }
        let configuration = withoutRelay ? "{\"parameters\": {\"island_uses_relay\": false}}" : "{}"
        try configuration.write(toFile: store + "/config.json", atomically: true, encoding: .utf8)
        let check = try runner.run(["check", "--store", store], allowed: [0, 1])
        let text = try runner.run(["findings", "--store", store, "--json"], allowed: [0]).output
        let status = try runner.run(["status", "--store", store, "--json"], allowed: [0]).output
        let truths = try Reading.truths(
            try Data(contentsOf: URL(fileURLWithPath: "\(homes)/\(name)/truth.json"))
        )
        let (end, years) = try Reading.span(Data(status.utf8))
        return Home(
            name: name,
            truths: truths,
            predictions: try Reading.predictions(Data(text.utf8), openEnd: end),
            years: years,
            seconds: check.seconds
        )
    }
}

/// A scored home.
struct Home {
    let name: String
    let truths: [Truth]
    let predictions: [Prediction]
    /// The years that its data span.
    let years: Double
    /// CPU time of the check.
    let seconds: Double
}

/// Reads truths and findings.
enum Reading {
    private struct TruthRow: Decodable {
        let kind: String
        let device: String
        let start: Int64
        let end: Int64
        let observable: Double
    }

    private struct FindingRow: Decodable {
        let kind: String
        let device: String
        let start: Date
        let end: Date?
        let alert: Date
        let severity: String
        let state: String
    }

    private struct Status: Decodable {
        struct Site: Decodable {
            struct Series: Decodable {
                let first: Date
                let last: Date
                let seconds: Double
            }
            let series: [Series]
        }
        let sites: [Site]
    }

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }

    static func truths(_ data: Data) throws -> [Truth] {
        try decoder.decode([TruthRow].self, from: data).map {
            Truth(kind: $0.kind, device: $0.device, start: $0.start, end: $0.end, observable: $0.observable)
        }
    }

    static func predictions(_ data: Data, openEnd: Int64) throws -> [Prediction] {
        try decoder.decode([FindingRow].self, from: data).filter { $0.state == "open" }.map {
            Prediction(
                kind: $0.kind,
                device: $0.device,
                start: Int64($0.start.timeIntervalSince1970),
                end: $0.end.map { Int64($0.timeIntervalSince1970) } ?? openEnd,
                alert: Int64($0.alert.timeIntervalSince1970),
                severity: $0.severity
            )
        }
    }

    static func span(_ data: Data) throws -> (end: Int64, years: Double) {
        let series = try decoder.decode(Status.self, from: data).sites.flatMap(\.series)
        let first = series.map(\.first).min() ?? Date(timeIntervalSince1970: 0)
        let last = series.map { $0.last.addingTimeInterval($0.seconds) }.max() ?? first
        return (Int64(last.timeIntervalSince1970), last.timeIntervalSince(first) / (365.25 * 86_400))
    }
}

/// Prints a tier.
enum Table {
    static func print(_ tier: String, _ homes: [Home], details: Bool) {
        var scores: [Double] = []
        var scoresAtDeadline: [Double] = []
        var delays: [Int64] = []
        var lines: [String] = []
        var falseAlarms: [Prediction] = []
        Swift.print("\n\(tier): \(homes.count) homes")
        Swift.print("kind              tp/fp/fn     F1    tp/fp/fn@D   F1@D   median h")
        for (kind, days) in Kinds.deadlineDays {
            var free = Counts()
            var bound = Counts()
            var own: [Int64] = []
            for home in homes {
                let plain = Matching.score(
                    kind: kind,
                    truths: home.truths,
                    predictions: home.predictions,
                    deadlineDays: nil
                )
                let timed = Matching.score(
                    kind: kind,
                    truths: home.truths,
                    predictions: home.predictions,
                    deadlineDays: days
                )
                free = free + plain.counts
                bound = bound + timed.counts
                own += timed.delays
                falseAlarms += plain.falseAlarms
                lines += timed.falseAlarms.map { "false  \(home.name) \(text($0))" }
                lines += timed.misses.map { "missed \(home.name) \(text($0))" }
            }
            delays += own
            scores.append(free.f1)
            scoresAtDeadline.append(bound.f1)
            func cell(_ counts: Counts) -> String { "\(counts.hits)/\(counts.falseAlarms)/\(counts.misses)" }
            Swift.print(
                kind.padding(toLength: 18, withPad: " ", startingAt: 0)
                    + cell(free).padding(toLength: 13, withPad: " ", startingAt: 0)
                    + String(format: "%.3f  ", free.f1)
                    + cell(bound).padding(toLength: 12, withPad: " ", startingAt: 0)
                    + String(format: "%.3f  ", bound.f1)
                    + (quantile(hours(own), 0.5).map { String(format: "%.1f", $0) } ?? "-")
            )
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        let years = homes.map(\.years).reduce(0, +)
        let critical = falseAlarms.count { $0.severity == "critical" }
        Swift.print(
            String(
                format: "MEF1 %.3f, with deadlines %.3f; false alarms %d (%.2f a year, critical %d); "
                    + "time to detect median %.1f h, 90 %% %.1f h; check %.2f s CPU a home",
                mean(scores),
                mean(scoresAtDeadline),
                falseAlarms.count,
                Double(falseAlarms.count) / max(0.01, years),
                critical,
                quantile(hours(delays), 0.5) ?? 0,
                quantile(hours(delays), 0.9) ?? 0,
                mean(homes.map(\.seconds))
            )
        )
        if details { lines.forEach { Swift.print($0) } }
    }

    private static func hours(_ seconds: [Int64]) -> [Double] { seconds.map { Double($0) / 3600 } }

    static func stamp(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    private static func text(_ value: Prediction) -> String {
        let hours = String(format: "%.2f h", Double(value.end - value.start) / 3600)
        return "\(value.kind) \(value.device) \(stamp(value.start)) \(hours), told \(stamp(value.alert))"
    }

    private static func text(_ value: Truth) -> String {
        let hours = String(format: "%.2f h", Double(value.end - value.start) / 3600)
        return "\(value.kind) \(value.device) \(stamp(value.start)) \(hours), observable \(value.observable)"
    }
}
