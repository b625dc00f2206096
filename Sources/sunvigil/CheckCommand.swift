// sunvigil check

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Analyse all sites and keep the findings.",
        discussion: """
            Exit code 0: nothing needs attention. 1: a warning or worse is new, lasts, or ended less than 45 days before
            the newest data. 2: an error.

            EXAMPLE (cron, every night at 4:30)
              30 4 * * * sunvigil check
            """
    )

    /// How long an ended finding still asks for attention, in seconds.
    private static let attentionSeconds: Int64 = 45 * 86_400

    @OptionGroup var store: StoreOptions
    @Option(help: "Only this site.") var site: String?

    func run() throws {
        let lake = try store.open(.write)
        let started = Date()
        let known = Set(try lake.findings().map(\.identity))
        var findings: [StoredFinding] = []
        var needsAttention = false
        let sites = try lake.chosenSites(site)
        for site in sites {
            let (analysis, zone) = try lake.analyse(site)
            let dataEnd = analysis.series.compactMap { $0.presence.span?.endUTCSeconds }.max() ?? 0
            var fresh: [Finding] = []
            for finding in analysis.findings {
                let stored = try lake.stored(finding, site)
                findings.append(stored)
                let isFresh = !known.contains(stored.identity)
                if isFresh { fresh.append(finding) }
                if finding.severity >= .warning,
                    isFresh || finding.end == nil
                        || dataEnd - finding.knownEnd.utcSeconds < CheckCommand.attentionSeconds
                {
                    needsAttention = true
                }
            }
            Console.print("\(site.name): \(analysis.findings.count) findings, \(fresh.count) new")
            for line in OwnerWords.lines(fresh, zone: zone) { Console.print("  \(line)") }
        }
        let milliseconds = Int64(Date().timeIntervalSince(started) * 1000)
        let changes = try lake.store(
            findings: findings,
            systemIDs: sites.map(\.systemID),
            kind: "check",
            milliseconds: milliseconds
        )
        Console.error(
            "check \(changes.runID): \(changes.opened) opened, \(changes.reopened) reopened, \(changes.closed) closed, \(changes.known) known"
        )
        if needsAttention { throw ExitCode(1) }
    }
}

extension Lake {
    /// A finding with the documents from which its rows come.
    func stored(_ finding: Finding, _ site: Site) throws -> StoredFinding {
        let months = CivilMonth.utcMonths(of: finding.interval)
        let documents = try imports(systemID: site.systemID, months: months).compactMap(\.sha256)
        var evidence = finding.evidence
        if case .object(let members) = evidence {
            evidence = .object(members + [("documents", .array(documents.map { .text($0) }))])
        }
        return StoredFinding(
            systemID: site.systemID,
            device: finding.device,
            kind: finding.kind.rawValue,
            start: finding.start,
            end: finding.end,
            alert: finding.alert,
            state: "open",
            severity: finding.severity.rawValue,
            rule: finding.rule.compact,
            evidence: evidence.compact
        )
    }
}
