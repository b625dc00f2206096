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
        _superCommandName: Sunvigil.name,
        abstract:
            "The nightly job: take in the inbox, analyse what changed, keep the findings, write the month's report.",
        discussion: """
            Exit code 0: nothing needs attention. 1: a warning or worse is new, lasts, or ended less than 45 days before
            the newest data, and you have neither acknowledged nor muted it. 2: an error.

            config.json in the store's folder names inbox folders, the folder of reports, the heartbeat file and the
            rules' parameters; see docs/check.md. Two checks of one store never run at once.

            EXAMPLES
              30 4 * * * sunvigil check                     (cron, every night at 4:30)
              sunvigil check --as-of 2025-03-13T04:30:00Z   (what that night's check would have said)
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Analyse all rows, not only what changed.") var full = false
    @Option(
        help: ArgumentHelp(
            "Say what was known at a past time, UTC, and what was new that night; nothing is kept.",
            valueName: "time"
        )
    )
    var asOf: String?
    @Flag(help: "Print {run, sites: [{site, data_until, new, reopened, closed, open}], inbox}.") var json =
        false

    func run() throws {
        let started = CPUTime.seconds()
        if let asOf {
            guard let instant = Instant(iso8601: asOf) else {
                throw CommandError("--as-of is a time as 2025-03-13T04:30:00Z, not \(asOf)")
            }
            let lake = try store.open(.read)
            let replay = NightReplay(lake: lake, configuration: try Configuration.load(lake.path))
            if try replay.tell(try lake.chosenSites(site), at: instant.utcSeconds) { throw ExitCode(1) }
            return
        }
        let lake = try store.open(.write)
        let configuration = try Configuration.load(lake.path)
        let now = Int64(Date().timeIntervalSince1970)
        let heartbeat = Heartbeat(path: configuration.heartbeat ?? lake.path + "/heartbeat.json")
        do {
            let inbox = try Inbox(lake: lake, configuration: configuration).run()
            let outcome = try check(lake, configuration, now: now)
            let digest = CheckDigest(outcome: outcome, inbox: inbox, now: now)
            try writeReports(lake, configuration, outcome)
            try Maintenance.nightly(lake, configuration)
            digest.print(asJSON: json)
            let code: Int32 = !inbox.refused.isEmpty ? 2 : digest.needsAttention ? 1 : 0
            let seconds = JSONValue.fixed(CPUTime.seconds() - started, decimals: 2)
            let own = JSONValue.fixed(outcome.sites.map(\.check.seconds).reduce(0, +), decimals: 3)
            Console.error(digest.line + ", \(seconds) s CPU (analysis \(own))")
            try heartbeat.beat(now: now, code: code, digest)
            if code != 0 { throw ExitCode(code) }
        } catch let code as ExitCode {
            throw code
        } catch {
            try? heartbeat.fail(now: now, "\(error)")
            throw error
        }
    }

    /// What the check of all sites gave.
    struct Outcome {
        var sites: [(site: Site, check: SiteCheck.Outcome)] = []
        var changes = FindingChanges()
        var stored: [StoredFinding] = []
    }

    private func check(_ lake: Lake, _ configuration: Configuration, now: Int64) throws -> Outcome {
        var outcome = Outcome()
        let began = Date()
        let sites = try lake.chosenSites(site)
        for (index, site) in sites.enumerated() {
            Console.progress("check: \(index + 1) of \(sites.count): \(site.name)")
            let check = SiteCheck(
                lake: lake,
                site: site,
                configuration: configuration,
                now: now,
                isFull: full
            )
            outcome.sites.append((site, try check.run()))
        }
        Console.progress("")
        outcome.changes = try lake.store(
            outcome.sites.map(\.check.findings),
            kind: "check",
            milliseconds: Int64(Date().timeIntervalSince(began) * 1000)
        )
        outcome.stored = try lake.findings()
        return outcome
    }

    /// Writes the report of the newest month of each site whose data changed.
    private func writeReports(_ lake: Lake, _ configuration: Configuration, _ outcome: Outcome) throws {
        let folder = ReportFolder(path: configuration.reportFolder(lake.path))
        for (site, check) in outcome.sites where check.analysis != nil {
            guard let end = check.dataEnd else { continue }
            let month = CivilMonth(check.zone.wallClock(atUTCSeconds: end - 1).day)
            let reports = try SiteReports(lake: lake, site: site, configuration: configuration)
            try folder.write(
                .month(try reports.monthly(month)),
                site: site.name,
                [.markdown, .html]
            )
        }
    }
}

/// The CPU time of this process.
enum CPUTime {
    static func seconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
