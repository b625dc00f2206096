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
        // The reader of the output may go away: the night's work goes on.
        signal(SIGPIPE, SIG_IGN)
        let now = Int64(Date().timeIntervalSince1970)
        var heartbeat = Heartbeat(path: try store.path + "/heartbeat.json")
        do {
            let lake = try store.open(.write)
            let configuration = try Configuration.load(lake.path)
            heartbeat = Heartbeat(path: configuration.heartbeat ?? lake.path + "/heartbeat.json")
            let code = try night(lake, configuration, heartbeat, now: now, started: started)
            if code != 0 { throw ExitCode(code) }
        } catch let code as ExitCode {
            throw code
        } catch LakeError.noStore(let path) {
            // Where there is no store there is no place for a sign of life.
            throw LakeError.noStore(path: path)
        } catch LakeError.notAStore(let path, let hasSegments) {
            throw LakeError.notAStore(path: path, hasSegments: hasSegments)
        } catch {
            try? heartbeat.fail(now: now, "\(error)")
            throw error
        }
    }

    /// What the check of all sites gave.
    struct Outcome {
        var sites: [(site: Site, check: SiteCheck.Outcome)] = []
        /// Sites that were not looked at, of which an earlier night found what it could not tell.
        var others: [(site: Site, zone: TimeZoneRules)] = []
        /// Sites that could not be looked at, and what else went wrong, each in one line.
        var errors: [String] = []
        var changes = FindingChanges()
        var stored: [StoredFinding] = []
    }

    /// The night: what is found is told, and a sign of life given, before anything else is done for the store; whatever
    /// fails is told with it.
    private func night(
        _ lake: Lake,
        _ configuration: Configuration,
        _ heartbeat: Heartbeat,
        now: Int64,
        started: Double
    ) throws -> Int32 {
        let lastRun = try lake.lastRun()?.atMicroseconds
        let chosen = try lake.chosenSites(site)
        let box = Inbox(lake: lake, configuration: configuration)
        var inbox = Inbox.Outcome()
        var errors: [String] = []
        do {
            inbox = try box.run()
        } catch {
            errors.append("inbox: \(error)")
        }
        var outcome = try check(chosen, lake, configuration, now: now)
        outcome.errors = errors + outcome.errors
        let digest = CheckDigest(outcome: outcome, inbox: inbox, now: now)
        // First of all, should the reader of the output stop reading.
        let refusals = inbox.refused.map { "cannot import \(Console.oneLine($0.path)): \($0.reason)" }
        try? heartbeat.beat(now: now, code: 2, digest, errors: ["the digest was not printed yet"] + refusals)
        let printed = digest.print(asJSON: json)
        // A reader that went away is no error; but it was not told.
        var remarks: [String] = []
        if printed != 0 && printed != EPIPE {
            remarks.append("the digest cannot be printed: \(String(cString: strerror(printed)))")
        }
        var code: Int32 =
            !inbox.refused.isEmpty || !outcome.errors.isEmpty || !remarks.isEmpty
            ? 2 : digest.needsAttention ? 1 : 0
        func attempt(_ step: String, _ body: () throws -> Void) {
            do { try body() } catch { remarks.append("\(step): \(error)") }
        }
        attempt("heartbeat") {
            try heartbeat.beat(now: now, code: code, digest, errors: outcome.errors + refusals + remarks)
        }
        if printed == 0 {
            attempt("journal") { try lake.noteTold(runID: outcome.changes.runID) }
            // They stand in the heartbeat, and on stderr where somebody takes it.
            if remarks.isEmpty { attempt("inbox") { try box.noteTold() } }
        }
        remarks += writeReports(lake, configuration, outcome)
        remarks += Maintenance.nightly(lake, configuration, lastRun: lastRun)
        for remark in remarks { Console.error("sunvigil: \(remark)") }
        if !remarks.isEmpty {
            code = 2
            try? heartbeat.beat(now: now, code: code, digest, errors: outcome.errors + refusals + remarks)
        }
        let seconds = JSONValue.fixed(CPUTime.seconds() - started, decimals: 2)
        let own = JSONValue.fixed(outcome.sites.map(\.check.seconds).reduce(0, +), decimals: 3)
        Console.error(digest.line + ", \(seconds) s CPU (analysis \(own))")
        return code
    }

    private func check(_ sites: [Site], _ lake: Lake, _ configuration: Configuration, now: Int64) throws
        -> Outcome
    {
        var outcome = Outcome()
        let began = Date()
        for (index, site) in sites.enumerated() {
            Console.progress("check: \(index + 1) of \(sites.count): \(site.name)")
            let check = SiteCheck(
                lake: lake,
                site: site,
                configuration: configuration,
                now: now,
                isFull: full
            )
            do {
                outcome.sites.append((site, try check.run()))
            } catch {
                // One site's damage is not the others' silence.
                outcome.errors.append("\(Console.oneLine(site.name)) cannot be checked: \(error)")
            }
        }
        Console.progress("")
        outcome.changes = try lake.store(
            outcome.sites.map(\.check.findings),
            kind: "check",
            milliseconds: Int64(Date().timeIntervalSince(began) * 1000)
        )
        outcome.stored = try lake.findings()
        // What an earlier night found and could not tell is told now.
        outcome.changes.add(untold: try lake.untoldChanges(before: outcome.changes.runID))
        // Of sites that were not looked at this time too.
        let seen = Set(outcome.sites.map(\.site.systemID))
        let changed = Set(
            (outcome.changes.opened + outcome.changes.reopened + outcome.changes.closed).map(\.systemID)
        )
        for site in try lake.sites() where changed.contains(site.systemID) && !seen.contains(site.systemID) {
            outcome.others.append((site, (try? ZoneFiles.load(site.timeZone)) ?? .utc))
        }
        return outcome
    }

    /// Writes the report of the newest month of each site whose data changed.
    ///
    /// - Returns: what went wrong, each in one line.
    private func writeReports(_ lake: Lake, _ configuration: Configuration, _ outcome: Outcome) -> [String] {
        let folder = ReportFolder(path: configuration.reportFolder(lake.path))
        var remarks: [String] = []
        for (site, check) in outcome.sites where check.isAnalysed {
            guard let end = check.dataEnd else { continue }
            let month = CivilMonth(check.zone.wallClock(atUTCSeconds: end - 1).day)
            do {
                let reports = try SiteReports(lake: lake, site: site, configuration: configuration)
                try folder.write(
                    .month(try reports.monthly(month)),
                    site: site.name,
                    [.markdown, .html]
                )
            } catch {
                remarks.append("report of \(Console.oneLine(site.name)), \(month): \(error)")
            }
        }
        return remarks
    }
}

/// The CPU time of this process.
enum CPUTime {
    static func seconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
