// Homes of system.json and reports: made into stores with the built program as an owner would, and scored. Not their table.

import Foundation
import Scoring

/// A scored home with losses.
struct LossHome: Sendable {
    let name: String
    let findings: [LossFinding]
    /// Late alerts pair, too.
    let free: LossOutcome
    let byDeadline: LossOutcome
    /// The years that its data span.
    let years: Double
    /// CPU seconds of the check, and of its analysis.
    let check: Double
    let analysis: Double

    /// Tells whether nothing is lost there.
    var isClean: Bool { name.hasPrefix("clean-") }
}

/// Runs homes with losses.
struct LossHomes: Sendable {
    let runner: Runner
    let folder: String
    let stores: String

    /// Scores homes, two at a time; in the order of their names.
    func scored(_ names: [String]) async throws -> [LossHome] {
        try await withThrowingTaskGroup(of: (Int, LossHome).self) { group in
            var homes: [Int: LossHome] = [:]
            for (index, name) in names.enumerated() {
                if index >= 2, let (done, home) = try await group.next() { homes[done] = home }
                FileHandle.standardError.write(Data("\(name)\n".utf8))
                group.addTask { (index, try scored(name)) }
            }
            for try await (done, home) in group { homes[done] = home }
            return names.indices.compactMap { homes[$0] }
        }
    }

    /// Makes a home's store anew, checks it and scores the findings.
    private func scored(_ name: String) throws -> LossHome {
        let home = "\(folder)/\(name)"
        let store = "\(stores)/\(name)"
        try? FileManager.default.removeItem(atPath: store)
        let system = try Reading.decoder.decode(System.self, from: try read("\(home)/system.json"))
        _ = try runner.run(system.facts(store), allowed: [0])
        let reports = try FileManager.default.contentsOfDirectory(atPath: home).sorted().filter {
            $0.hasSuffix(".csv.gz")
        }
        _ = try runner.run(
            ["import", "--store", store] + reports.map { "\(home)/\($0)" },
            allowed: [0]
        )
        let time = try runner.check(store)
        let findings = try runner.run(["findings", "--store", store, "--json"], allowed: [0]).output
        let status = try runner.run(["status", "--store", store, "--json"], allowed: [0]).output
        let (end, years) = try Reading.span(Data(status.utf8))
        let truths = try Reading.lossTruths(try read("\(home)/truth.json"))
        let told = try Reading.lossFindings(Data(findings.utf8), openEnd: end)
        return LossHome(
            name: name,
            findings: told,
            free: Losses.score(truths, told, byDeadline: false),
            byDeadline: Losses.score(truths, told, byDeadline: true),
            years: years,
            check: time.command,
            analysis: time.analysis
        )
    }

    private func read(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
}

/// What an owner knows of a home.
private struct System: Decodable {
    let time_zone: String
    let latitude: Double
    let longitude: Double
    let installed_w: Double
    let battery_wh: Double?

    /// The arguments that make its store.
    func facts(_ store: String) -> [String] {
        var facts = ["init", "--store", store, "--site", "home", "--time-zone", time_zone]
        facts += ["--latitude=\(latitude)", "--longitude=\(longitude)"]
        facts += ["--installed-w", "\(Int(installed_w.rounded()))"]
        if let battery_wh, battery_wh > 0 { facts += ["--battery-wh", "\(Int(battery_wh.rounded()))"] }
        return facts
    }
}

extension Reading {
    private struct LossRow: Decodable {
        struct Detail: Decodable {
            let type: String?
            let fraction: Double?
            let lost_kwh: Double?
        }
        let due: Int64?
        let also: [String]?
        let quiet: Bool?
        let detail: Detail?
    }

    private struct Told: Decodable {
        struct Evidence: Decodable {
            enum Key: String, CodingKey { case fault, fraction, lost_kwh }
            let fault: String?
            let fraction: Double?
            let lostKwh: Double?

            /// Takes what it knows: other kinds may use a name for something else.
            init(from decoder: any Decoder) throws {
                let values = try decoder.container(keyedBy: Key.self)
                fault = try? values.decode(String.self, forKey: .fault)
                fraction = try? values.decode(Double.self, forKey: .fraction)
                lostKwh = try? values.decode(Double.self, forKey: .lost_kwh)
            }
        }
        let state: String
        let evidence: Evidence?
    }

    static func lossTruths(_ data: Data) throws -> [LossTruth] {
        let rows = try decoder.decode([LossRow].self, from: data)
        return zip(try truths(data), rows).map { truth, row in
            LossTruth(
                truth,
                due: row.due ?? .max,
                also: row.also ?? [],
                isQuiet: row.quiet ?? false,
                type: row.detail?.type ?? "",
                fraction: row.detail?.fraction,
                lostKwh: row.detail?.lost_kwh
            )
        }
    }

    static func lossFindings(_ data: Data, openEnd: Int64) throws -> [LossFinding] {
        let told = try decoder.decode([Told].self, from: data).filter { $0.state == "open" }
        return zip(try predictions(data, openEnd: openEnd), told).map { prediction, row in
            LossFinding(
                prediction,
                fault: row.evidence?.fault,
                fraction: row.evidence?.fraction,
                lostKwh: row.evidence?.lostKwh
            )
        }
    }
}
