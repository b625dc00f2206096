// The night's work: take in the inbox, analyse what changed, keep the findings, tell them, write the month's report, look
// after the store.

import Analysis
import Foundation
import Lake
import Readings
import Report

/// What the check of all sites gave.
package struct CheckOutcome {
    package var sites: [(site: Site, check: SiteCheck.Outcome)] = []
    /// How each site is worded: those that were looked at, and those of which an earlier night could not tell what it found.
    package var views: [SiteView] = []
    /// Sites that could not be looked at, and what else went wrong, each in one line.
    package var errors: [String] = []
    /// What changed.
    package var changes = FindingChanges()
    /// All findings that are kept of these sites, each with its standing.
    package var stored: [StoredFinding] = []
}

/// One night's check of a store.
package struct CheckNight {
    /// What came of it.
    package struct Outcome {
        /// 0 where nothing needs attention, 1 where a finding does, 2 where something failed.
        package var code: Int32
        /// What failed beside the digest, each in one line.
        package var remarks: [String]
        /// The digest that was told.
        package let digest: CheckDigest
        /// CPU time of the analysis, seconds.
        package let analysisSeconds: Double
        /// What could not be told or written behind the night, each in one line; it changes no code.
        package var notices: [String] = []
        /// The pages that were written.
        package var pages: [String] = []
        /// What became of messages; nil where nobody is to be told.
        package var messages: Postman.Outcome?
    }

    private let station: Station<LakeWriter>
    private let configuration: Configuration
    private let heartbeat: Heartbeat
    private let site: String?
    private let isFull: Bool
    private let post: NightPost?
    /// The time of the run, seconds UTC.
    private let now: Int64
    private var lake: LakeWriter { station.lake }

    /// Does the night's work, and gives a sign of life whatever becomes of it.
    ///
    /// - Parameters:
    ///   - path: the store's folder, in which the sign of life is given where the store itself cannot be opened.
    ///   - open: opens the store for changing.
    ///   - site: only this one; nil for all.
    ///   - isFull: asks for all rows, also those that did not change.
    ///   - clock: the time, seconds UTC.
    ///   - words: words the error for which nothing could be done.
    ///   - post: the way out of the house for messages and signs of life; nil for none.
    ///   - tell: tells the owner the digest; returns 0, or the error number of the system.
    /// - Throws: `LakeError`, `StationError`: then nothing was told.
    package static func run(
        path: String,
        open: () throws -> Station<LakeWriter>,
        site: String?,
        isFull: Bool,
        clock: () -> Int64,
        words: (any Error) -> String = { "\($0)" },
        post: NightPost? = nil,
        tell: (CheckDigest) -> Int32
    ) throws -> Outcome {
        let now = clock()
        var heartbeat = Heartbeat(path: path + "/heartbeat.json")
        do {
            let station = try open()
            let configuration = try Configuration.load(station.lake)
            post?.begin(configuration.notify)
            heartbeat = Heartbeat(station.lake, configuration)
            let night = CheckNight(
                station: station,
                configuration: configuration,
                heartbeat: heartbeat,
                site: site,
                isFull: isFull,
                post: post,
                now: now
            )
            // Two nights of one store never run at once.
            var outcome = try station.lake.change { try night.run(tell) }
            night.send(&outcome)
            return outcome
        } catch LakeError.noStore(let path) {
            // Where there is no store there is no place for a sign of life.
            throw LakeError.noStore(path: path)
        } catch LakeError.notAStore(let path, let hasSegments) {
            throw LakeError.notAStore(path: path, hasSegments: hasSegments)
        } catch {
            try? heartbeat.fail(now: now, words(error))
            // The store, or the rest of config.json, may be what is wrong.
            if let post {
                let settings = NotifySettings(storePath: path, home: post.home)
                post.end(settings, isGood: false, "check: \(words(error))")
            }
            throw error
        }
    }

    /// Sends what the night planned, gives the sign of life and writes the numbers, behind the change: none of it changes what was
    /// found, and nobody waits for the store meanwhile.
    private func send(_ night: inout Outcome) {
        guard let post else { return }
        var isDelivering = true
        do {
            let send = post.send(configuration.notify)
            let ends = KnownEnds()
            let postman = Postman(lake, configuration, seed: post.seed, ends: ends, send: send)
            let messages = try postman.run(within: CheckNight.sendSeconds)
            night.messages = messages
            let failed = Set(messages.failures.map(\.channel))
            let hasFailedAll = configuration.notify.channels.allSatisfy { failed.contains($0.name) }
            isDelivering =
                try configuration.notify.channels.isEmpty || !hasFailedAll && postman.isAnyDelivering
            try SiteFactsMaker(lake, configuration, now: now, ends: ends).writeNumbers(
                lastCheck: (now, night.code)
            )
            .map { night.notices.append($0) }
        } catch {
            isDelivering = false
            night.notices.append("messages: \(station.hooks.words(error))")
        }
        post.end(configuration.notify, isGood: night.code != 2 && isDelivering, night.digest.line)
            .map { night.notices.append($0) }
    }

    /// So long may sending take, seconds.
    private static let sendSeconds = 60.0

    /// What is found is told, and a sign of life given, before anything else is done for the store; whatever fails is told
    /// with it.
    private func run(_ tell: (CheckDigest) -> Int32) throws -> Outcome {
        let lastRun = try lake.lastRun()?.atMicroseconds
        let chosen = try lake.chosenSites(site)
        let box = Inbox(station, configuration: configuration)
        var inbox = Inbox.Outcome()
        var errors: [String] = []
        do {
            inbox = try box.run()
        } catch {
            errors.append("inbox: \(station.hooks.words(error))")
        }
        var outcome = try check(chosen)
        outcome.errors = errors + (try slips()).map { "config.json: \($0)" } + outcome.errors
        let digest = CheckDigest(outcome: outcome, inbox: inbox)
        // First of all, should the reader of the output stop reading.
        try? heartbeat.beat(
            now: now,
            code: 2,
            digest,
            errors: ["the digest was not printed yet"] + digest.refusals
        )
        let told = tell(digest)
        var night = Outcome(
            code: !digest.refusals.isEmpty || !digest.failures.isEmpty ? 2 : digest.needsAttention ? 1 : 0,
            remarks: [],
            digest: digest,
            analysisSeconds: outcome.sites.map(\.check.seconds).reduce(0, +)
        )
        // A reader that went away is no error; but it was not told.
        if told != 0 && told != EPIPE {
            night.remarks.append("the digest cannot be printed: \(String(cString: strerror(told)))")
            night.code = 2
        }
        finish(&night, outcome, isTold: told == 0, box)
        let reports = writeReports(outcome)
        night.pages = reports.pages
        night.remarks += reports.remarks
        night.remarks += NightlyUpkeep(station).run(configuration, lastRun: lastRun)
        if !night.remarks.isEmpty {
            night.code = 2
            try? beat(night, outcome)
        }
        return night
    }

    /// What is wrong in the list of channels.
    private func slips() throws -> [SettingsFault] {
        let settings = configuration.notify
        return settings.faults + settings.faults(knownSites: try lake.sites().map(\.name))
    }

    /// Notes what was told, and gives the sign of life.
    private func finish(_ night: inout Outcome, _ outcome: CheckOutcome, isTold: Bool, _ box: Inbox) {
        func attempt(_ step: String, _ body: () throws -> Void) {
            do { try body() } catch { night.remarks.append("\(step): \(station.hooks.words(error))") }
        }
        let before = night
        attempt("heartbeat") { try beat(before, outcome) }
        guard isTold else { return }
        attempt("journal") { try lake.noteTold(runID: outcome.changes.runID) }
        // They stand in the heartbeat, and on stderr where somebody takes it.
        if night.remarks.isEmpty { attempt("inbox") { try box.noteTold() } }
    }

    private func beat(_ night: Outcome, _ outcome: CheckOutcome) throws {
        try heartbeat.beat(
            now: now,
            code: night.code,
            night.digest,
            errors: outcome.errors + night.digest.refusals + night.remarks
        )
    }

    private func check(_ sites: [Site]) throws -> CheckOutcome {
        var outcome = CheckOutcome()
        let began = ContinuousClock.now
        let nights = try Inbox.nights(lake)
        for (index, site) in sites.enumerated() {
            if station.hooks.isCancelled() {
                outcome.errors.append(
                    "the check was stopped; \(sites.count - index) sites were not looked at"
                )
                break
            }
            station.hooks.progress(.checking(number: index + 1, count: sites.count, site: site.name))
            let check = SiteCheck(
                lake: lake,
                site: site,
                configuration: configuration,
                now: now,
                isFull: isFull,
                nights: nights
            )
            do {
                outcome.sites.append((site, try check.run()))
            } catch {
                // One site's damage is not the others' silence.
                outcome.errors.append(
                    "\(ControlledText.oneLine(site.name)) cannot be checked: \(station.hooks.words(error))"
                )
            }
        }
        station.hooks.progress(.ended)
        let desk = NotifyDesk(
            lake,
            configuration.notify,
            views: outcome.sites.map { SiteView(site: $0, zone: $1.zone, end: $1.end, now: now) },
            now: lake.environment.nowMicroseconds()
        )
        outcome.changes = try lake.store(
            outcome.sites.map(\.check.findings),
            kind: "check",
            milliseconds: Int64((ContinuousClock.now - began) / .milliseconds(1)),
            telling: desk?.plan
        )
        for (site, check) in outcome.sites {
            try check.losses.map { try lake.keep($0, of: site) }
        }
        // What an earlier night found and could not tell is told now.
        outcome.changes.add(untold: try lake.untoldChanges(before: outcome.changes.runID))
        outcome.views = try views(outcome)
        let found = Dictionary(grouping: try lake.findings(), by: \.systemID)
        outcome.stored = try outcome.views.flatMap { view in
            try lake.standing(
                found[view.site.systemID] ?? [],
                view.site,
                dataEnd: view.dataEnd,
                now: now
            )
        }
        return outcome
    }

    /// The sites that were looked at, and those that were not and have something untold.
    private func views(_ outcome: CheckOutcome) throws -> [SiteView] {
        let seen = Set(outcome.sites.map(\.site.systemID))
        let changed = Set(
            (outcome.changes.opened + outcome.changes.reopened + outcome.changes.closed).map(\.systemID)
        )
        let looked = outcome.sites.map { site, check in
            SiteView(site: site, zone: check.zone, end: check.end, now: now)
        }
        let others = try lake.sites().filter { changed.contains($0.systemID) && !seen.contains($0.systemID) }
        return looked
            + others.map { site in
                let zone = (try? ZoneFiles.load(site.timeZone)) ?? .utc
                let end = (try? lake.siteEnd(site, zone)) ?? SiteEnd([:])
                return SiteView(site: site, zone: zone, end: end, now: now)
            }
    }

    /// Writes the report of the newest month of each site whose data changed.
    ///
    /// - Returns: the pages, and what went wrong, each in one line.
    private func writeReports(_ outcome: CheckOutcome) -> (pages: [String], remarks: [String]) {
        let folder = ReportFolder(path: configuration.reportFolder(lake.path))
        var pages: [String] = []
        var remarks: [String] = []
        for (site, check) in outcome.sites where check.isAnalysed {
            guard let end = check.seriesEnd else { continue }
            let month = CivilMonth(check.zone.wallClock(atUTCSeconds: end - 1).day)
            do {
                let reports = try SiteReports(lake: lake, site: site, configuration: configuration)
                let report = try reports.monthly(month)
                try report.skyScale.map { try lake.keep($0, of: site) }
                pages += try folder.write(
                    .month(report),
                    site: site.name,
                    [.markdown, .html]
                ).filter { $0.hasSuffix(ReportForm.html.suffix) }
            } catch {
                remarks.append(
                    "report of \(ControlledText.oneLine(site.name)), \(month): \(station.hooks.words(error))"
                )
            }
        }
        return (pages, remarks)
    }
}
