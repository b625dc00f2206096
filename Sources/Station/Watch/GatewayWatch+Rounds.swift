// The end of a round: the journal first, then rows and findings in one transaction, the sign of life, what is kept for ever and
// what is let go.

import Analysis
import Collect
import Foundation
import Lake
import Readings

/// A round whose rows and findings are to be stored.
struct WaitingRound {
    let work: LiveDesk.Work
    /// The place in the journal behind it; nil where the journal could not take it.
    let position: LivePosition?
}

/// Rounds that wait for the store, the earliest first.
struct WaitingRounds {
    private(set) var rounds: [WaitingRound] = []
    /// Rows of some rounds are only in the journal: they are too many to be held here.
    private(set) var hasOverflowed = false

    /// An hour and a half; rows of what waits longer are read out of the journal again.
    private static let mostRounds = 90

    /// Takes a round.
    mutating func take(_ round: WaitingRound) {
        rounds.append(round)
        guard rounds.count > WaitingRounds.mostRounds else { return }
        hasOverflowed = true
        // Findings stay: the journal is read for rows alone.
        rounds = rounds.filter { !$0.work.changes.isEmpty }.map {
            WaitingRound(work: LiveDesk.Work(changes: $0.work.changes), position: nil)
        }
    }

    /// The rounds that are stored next in one change: those up to the first in which something was found.
    var next: ArraySlice<WaitingRound> {
        rounds.firstIndex { !$0.work.changes.isEmpty }.map { rounds[...$0] } ?? rounds[...]
    }

    /// Lets go of so many rounds from the first on: they are stored.
    mutating func removeFirst(_ count: Int) { rounds.removeFirst(count) }

    /// The journal was stored, with the rows of all rounds in it.
    mutating func endOverflow() {
        hasOverflowed = false
        rounds = []
    }
}

extension GatewayWatch {
    func endRound(at moment: Moment) {
        let round = running
        running = RunningRound()
        let position = keep(round, at: moment)
        let work = self.work(
            LiveDesk.Round(
                replies: round.replies,
                signals: round.signals,
                end: moment,
                skewSeconds: appliedSkew,
                isOwnClockInDoubt: isOwnClockInDoubt
            )
        )
        waiting.take(WaitingRound(work: work, position: position))
        // Whatever becomes of the store, the owner hears it.
        tell(work.changes)
        heartbeat.toldUntil = Int64(nearest: moment.utcSeconds)
        if !work.changes.isEmpty || waiting.rounds.count >= GatewayWatch.roundsAtOnce {
            putWaiting(at: moment)
        }
        let hasBegun = work.changes.contains { if case .opened = $0 { true } else { false } }
        captureIfDue(round, hasBegun: hasBegun, at: moment)
        expireIfDue(at: moment)
        heartbeat.rounds += 1
        beat(at: moment)
        world.tell(.round(serial: entry.serial))
    }

    /// Puts a round into the journal; nil where that cannot be done.
    private func keep(_ round: RunningRound, at moment: Moment) -> LivePosition? {
        for case .clockSkew(let seconds, let doubt) in round.signals {
            // Not where our own clock is the one in doubt.
            let isSkewed = abs(seconds) > GatewayWatch.leastSkewSeconds
            isOwnClockInDoubt = doubt == .own && isSkewed
            appliedSkew = isSkewed && doubt != .own ? seconds : 0
        }
        let now = Int64(nearest: moment.utcSeconds)
        let end = JournalEntry.round(
            JournalEntry.End(
                atUTCSeconds: now,
                skewSeconds: appliedSkew,
                isOwnClockInDoubt: isOwnClockInDoubt,
                signals: round.signals,
                failures: round.failures
            )
        )
        do {
            let toldBefore = journal.notices.count
            let position = try journal.append(round.lines + [end.bytes], utcSeconds: now)
            for notice in journal.notices.dropFirst(toldBefore) { tell(remark: notice.text) }
            heartbeat.notKept = nil
            return position
        } catch {
            let reason = store.hooks.words(error)
            if heartbeat.notKept == nil { tell(remark: "replies cannot be kept: \(reason)") }
            heartbeat.notKept = reason
            return nil
        }
    }

    private static let leastSkewSeconds: Int64 = 120
    /// The journal has them: rows go into the store a quarter-hour at once, which writes a fifth of what single rounds do.
    static let roundsAtOnce = 15

    /// Makes rows and findings of a round.
    private func work(_ round: LiveDesk.Round) -> LiveDesk.Work {
        let work = desk.take(round)
        if let refusal = work.refusal, refusal != lastRefusal { tell(remark: refusal) }
        lastRefusal = work.refusal
        return work
    }

    /// Writes the sign of life.
    func beat(at moment: Moment) {
        heartbeat.at = Int64(nearest: moment.utcSeconds)
        heartbeat.roundsWaiting = isStoreAway ? waiting.rounds.count : 0
        if heartbeat.notKept == nil, !isStoreAway { heartbeat.keptUntil = heartbeat.at }
        heartbeat.neededFrom = desk.neededFromUTCSeconds
        heartbeat.take(session.status(at: moment))
        do {
            try journal.replace(.heartbeat, with: heartbeat.bytes)
            unwrittenBeats = 0
        } catch {
            unwrittenBeats += 1
            // What keeps it from being written is told of the replies, if it lasts.
            if unwrittenBeats == 2, heartbeat.notKept == nil {
                tell(remark: "the sign of life cannot be written: \(store.hooks.words(error))")
            }
        }
    }

    /// Tells what was found.
    func tell(_ changes: [LiveChange]) {
        for change in changes { world.tell(.finding(site: site, zone, change)) }
    }

    // MARK: The store

    /// Puts what waits into the store; where it is not to be had, it goes on waiting.
    func putWaiting(at given: Moment? = nil) {
        let moment = given ?? world.now()
        do {
            let station = try store.station()
            if waiting.hasOverflowed {
                // Findings first: what is found is not in the journal.
                while let round = waiting.rounds.first(where: { !$0.work.changes.isEmpty }) {
                    try put(
                        [WaitingRound(work: LiveDesk.Work(changes: round.work.changes), position: nil)],
                        station
                    )
                    waiting.removeFirst(waiting.next.count)
                }
                try storeJournal(station)
                waiting.endOverflow()
            }
            while !waiting.rounds.isEmpty {
                let next = waiting.next
                try put(next, station)
                waiting.removeFirst(next.count)
            }
            (storeAwaySince, awayToldAt) = (nil, -.infinity)
        } catch {
            let now = moment.monotonicSeconds
            if case LakeError.locked = error { isStoreLocked = true } else { isStoreLocked = false }
            let since = storeAwaySince ?? now
            storeAwaySince = since
            // An import and a night's check have it for a while; and where replies cannot be kept either, that was said. What
            // lasts is told each hour.
            let isNews = !isStoreLocked || now - since >= GatewayWatch.usualLockSeconds
            if isNews, heartbeat.notKept == nil, now - awayToldAt >= 3_600 {
                tell(remark: "rows wait for the store: \(store.hooks.words(error))")
                awayToldAt = now
            }
        }
    }

    /// For so long another process may have the store without a word.
    private static let usualLockSeconds = 180.0

    /// Puts rounds into the store, of which the last one alone may have found something.
    private func put(_ rounds: ArraySlice<WaitingRound>, _ station: Station<LakeWriter>) throws {
        let changes = rounds.flatMap(\.work.changes)
        var update = LiveFindingUpdate()
        for change in changes {
            var finding = change.finding
            finding.writeSideEffects()
            switch change {
            case .opened: update.opened.append(finding)
            case .updated: update.updated.append(finding)
            case .ended: update.ended.append(finding)
            }
        }
        let desk = changes.isEmpty ? nil : try desk(station.lake)
        _ = try station.lake.stageLive(
            rounds.flatMap(\.work.batches),
            systemID: site.systemID,
            findings: update,
            staged: rounds.compactMap(\.position),
            telling: desk?.plan
        )
        if desk != nil { world.notify(false) }
    }

    /// Where messages are planned of what a round found; nil where nobody is to be told, or the list of channels cannot be
    /// read: that is told by the night's check, and keeps no round.
    private func desk(_ lake: LakeWriter) throws -> NotifyDesk? {
        guard let configuration = try? Configuration.load(lake), !configuration.notify.channels.isEmpty else {
            return nil
        }
        let now = world.now().utcSeconds
        let end = try lake.siteEnd(site, zone)
        return NotifyDesk(
            lake,
            configuration.notify,
            views: [SiteView(site: site, zone: zone, end: end, now: Int64(nearest: now))],
            now: Int64(nearest: now) * 1_000_000
        )
    }

    /// Puts rows that were too many to hold into the store, round by round out of the journal.
    private func storeJournal(_ station: Station<LakeWriter>) throws {
        // The journal is not read for nothing.
        try station.lake.reach()
        var desk = LiveDesk(site, zone: zone, rules: nil)
        let staged = try station.lake.liveStaged(serial: entry.serial)
        var group: [WaitingRound] = []
        try readJournal(staged, at: world.now()) { round, position, isStaged in
            let work = round.map { desk.take($0) } ?? LiveDesk.Work()
            guard !isStaged else { return }
            group.append(WaitingRound(work: work, position: position))
            guard group.count >= GatewayWatch.roundsAtOnce else { return }
            try put(group[...], station)
            group = []
        }
        if !group.isEmpty { try put(group[...], station) }
    }

    // MARK: What is let go

    /// Lets go of old replies and old rows of minutes, once a day; not by a clock that is a made-up one or in doubt.
    private func expireIfDue(at moment: Moment) {
        let now = Int64(nearest: moment.utcSeconds)
        let day = now.flooredDivision(by: 86_400)
        guard day != heartbeat.expiredDay, !world.isPretended,
            abs(session.status(at: moment).skewSeconds ?? 0) < 86_400
        else { return }
        do {
            let station = try store.station()
            // Nothing is read for it while another process has the store.
            try station.lake.reach()
            let own = try Configuration.load(station.lake).gateways.filter { $0.site == site.name }
            desk.learn(
                usualProductionW: try GatewayWatch.usualProduction(
                    site,
                    zone: zone,
                    in: station.lake,
                    now: now
                )
            )
            _ = try station.lake.expireLive(serial: entry.serial, rawDays: entry.rawDays, now: now)
            _ = try station.lake.expireMinutes(
                systemID: site.systemID,
                keepDays: own.map(\.minuteDays).max() ?? entry.minuteDays,
                now: now
            )
            heartbeat.expiredDay = day
        } catch {
            // The next round tries again; what else is wrong with the store is told where rows wait.
        }
    }
}
