// A store with something of everything, for tests of damage.

import Foundation
import GRDB
@testable import Lake
import Readings
import TestSupport

/// A store with something of everything, and what each verb that reads says of it.
struct RichStore {
    let folder: ScratchFolder
    /// The store; damaged only in copies, or mended after each trial.
    let path: String
    /// A document that is not in the store.
    let other: String
    /// What reading verbs print, by their words.
    private(set) var answers: [[String]: String] = [:]

    /// The verbs that read, each with its words behind the store.
    static let readingVerbs: [[String]] = [
        ["totals"], ["gaps"], ["export"], ["files", "site_interval"], ["status"], ["devices"], ["events"],
        ["bills", "list"], ["history"], ["findings"], ["case", "list"],
        ["report", "monthly", "--month", "2024-02", "--format", "json"],
    ]

    /// The verbs that change the store or beside it.
    var writingVerbs: [[String]] {
        [
            ["import", other], ["check"], ["undo", "2"], ["compact"], ["flush"],
            ["expire", "--keep-days", "0"],
            ["cleanup", "--older-than-hours", "0"], ["repair"], ["rebuild"],
            ["backup", folder.path + "/target"],
            ["restore", folder.path + "/backup"], ["case", "open", "again"],
            ["init", "--update", "--site", "home", "--installed-w", "4100"],
            [
                "bills", "add", "--start", "2024-03-01", "--end", "2024-04-01", "--import-kwh", "90",
                "--export-kwh", "1",
            ],
            ["ack", "1"],
        ]
    }

    /// - Parameter isStaged: also has rows that wait in the catalogue.
    init(isStaged: Bool = true) throws {
        let made = try TestStore()
        (folder, path) = (made.folder, made.path)
        let home = try folder.write("home.csv", RichStore.report(days: 1...25, gap: 9, seed: 1))
        other = try folder.write("other.csv", RichStore.report(days: 20...28, gap: 0, seed: 2))
        let bills = try folder.write(
            "bills.csv",
            """
            start,end,import_kwh,export_kwh
            2024-01-01,2024-02-01,310,20
            2024-02-01,2024-03-01,250,40

            """
        )
        let temperature = try folder.write("t.csv", "date,mean_c\n2024-02-01,4.5\n2024-02-02,5.0\n")
        try RichStore.run(path, ["import", "--captured-at", "2024-03-01", home])
        try RichStore.run(path, ["import", bills])
        try RichStore.run(path, ["import", temperature])
        try RichStore.run(path, ["check"])
        try RichStore.run(path, ["case", "open", "the battery"])
        if isStaged {
            let lake = try LakeStore(path: path, environment: FaultStore.environment()).writer()
            let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
            try lake.stage([key: FaultStore.columns(from: 1_709_251_200, count: 30)])
            try lake.stage([FaultStore.records(from: 1_709_251_200, count: 5)], systemID: 1, source: .gateway)
            try lake.plan { desk, _ in try RichStore.messages(desk.findings(systemID: 1)) }
        }
        try RichStore.run(path, ["backup", folder.path + "/backup"])
        for verb in RichStore.readingVerbs { answers[verb] = try RichStore.run(path, verb).output }
    }

    /// A message and a mark for each finding.
    private static func messages(_ findings: [StoredFinding]) -> OutboxPlan {
        var plan = OutboxPlan()
        for finding in findings {
            let told = ToldEvent(.new, identity: finding.identity, severity: finding.severity)
            let at = finding.start.utcSeconds * 1_000_000
            plan.marks.append(ToldMark(channel: "mail", told: told, atMicroseconds: at))
            plan.items.append(
                OutboxItem(
                    channel: "mail",
                    systemID: 1,
                    dedupe: finding.identity,
                    events: [told],
                    createdMicroseconds: at,
                    dueMicroseconds: at
                )
            )
        }
        return plan
    }

    /// Runs a verb that must succeed, or tell of findings.
    @discardableResult
    static func run(_ store: String, _ verb: [String]) throws -> Program.Result {
        let result = try Program.run(arguments: words(verb, store))
        precondition(result.code < 2, "\(verb): \(result.errors)")
        return result
    }

    /// Returns the words of a verb with the store in their place.
    static func words(_ verb: [String], _ store: String) -> [String] {
        let isDouble = ["bills", "case", "report"].contains(verb[0])
        let head = isDouble ? 2 : 1
        return Array(verb.prefix(head)) + ["--store", store] + verb.dropFirst(head)
    }

    /// Runs a verb on a store that may be damaged; it has half a minute.
    static func attempt(_ verb: [String], _ store: String, environment: [String: String] = [:]) throws
        -> Program.Result
    {
        try Program.run(arguments: words(verb, store), environment: environment, seconds: 30)
    }

    /// Tells whether a run ended by itself, with an answer or an error.
    static func endedWell(_ result: Program.Result) -> Bool { [0, 1, 2].contains(result.code) }

    private static func report(days: ClosedRange<Int>, gap: Int, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        var text =
            "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh)\n"
        for day in days where day != gap {
            for slot in 0..<96 {
                let produced = (32...66).contains(slot) ? Int.random(in: 100..<600, using: &random) : 0
                let consumed = Int.random(in: 60..<300, using: &random)
                let net = produced - consumed
                text += String(
                    format: "02/%02d/2024 %02d:%02d,%d,%d,%d,%d\n",
                    day,
                    slot / 4,
                    slot % 4 * 15,
                    produced,
                    consumed,
                    max(0, net),
                    max(0, -net)
                )
            }
        }
        return text
    }

    /// Copies the store.
    func copy(_ name: String) throws -> String {
        let target = "\(folder.path)/\(name)"
        try? FileManager.default.removeItem(atPath: target)
        try FileManager.default.copyItem(atPath: path, toPath: target)
        return target
    }

    /// Returns all files below a folder of the store with their bytes.
    static func files(_ store: String, below part: String, _ suffix: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: store).filter {
            $0.hasPrefix(part) && $0.hasSuffix(suffix)
        }.sorted().map { "\(store)/\($0)" }
    }

    /// Returns the digests of all originals that are anywhere in the store, expanded.
    static func originals(_ store: String) throws -> Set<String> {
        let names = try FileManager.default.subpathsOfDirectory(atPath: store)
        return Set(
            names.compactMap { name in
                let last = (name as NSString).lastPathComponent
                let digest = last.hasSuffix(".gz") ? String(last.dropLast(3)) : last
                guard digest.count == 64, name.contains("raw/") else { return nil }
                var hash = SHA256()
                let isWhole =
                    (try? Lake.readDocument("\(store)/\(name)", sha256: digest) { hash.update($0) }) != nil
                return isWhole ? digest : nil
            }
        )
    }
}
