// The start of a watch: what is known of the gateway, the token, the rules with what is open, and the journal from where the
// last watch ended.

import Analysis
import Collect
import Foundation
import Ingest
import Lake
import Readings

extension GatewayWatch {
    /// Rounds before what is stored are read again for so long at least: rules look back no farther, seconds; and at most: what
    /// an inverter said on the evening before is not worth reading a night.
    private static let lookBackSeconds: ClosedRange<Int64> = 7_200...21_600
    /// A watch that was away for longer does not know what happened meanwhile, seconds.
    private static let awaySeconds: Int64 = 600

    // MARK: What is known of the gateway

    /// What was known of a gateway when it was watched last; its key is the owner's word.
    static func memory(_ storePath: String, _ entry: GatewayEntry) -> GatewayMemory {
        let folder = try? LiveFolder(storePath: storePath, serial: entry.serial)
        let bytes = folder.flatMap { try? Lake.file($0.path(of: .memory)) }
        var memory =
            bytes.flatMap { try? JSONDecoder().decode(GatewayMemory.self, from: Data($0)) } ?? GatewayMemory()
        memory.serial = entry.serial
        // The owner's word, and without it what was learnt: nothing secret goes there before he accepts it.
        memory.pin = entry.key ?? memory.pin
        return memory
    }

    /// What is known of a gateway, as it is written.
    static func bytes(_ memory: GatewayMemory) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return [UInt8](try encoder.encode(memory))
    }

    // MARK: Rules

    /// Returns the rules of a site, with what they hold open.
    static func rules(
        _ site: Site,
        zone: TimeZoneRules,
        entry: GatewayEntry,
        in lake: any LakeReader,
        now: Int64
    )
        throws -> LiveRules
    {
        let gateways = try Configuration.load(lake).gateways.filter { $0.site == site.name }
        let live = LiveSite(
            zone: zone,
            gateway: entry.serial,
            place: site.place,
            installedW: site.installed.map { Double($0.value) },
            isOneOfSeveral: gateways.count > 1,
            muted: entry.mute,
            usualProductionW: try usualProduction(site, zone: zone, in: lake, now: now)
        )
        return LiveRules(site: live, open: try lake.findings(systemID: site.systemID).map(\.finding))
    }

    private static let usualDays: Int64 = 30
    /// Fewer quarter-hours of an hour tell nothing.
    private static let leastQuarters = 28

    /// By hour of the local day the power that nine of ten quarter-hours of the last thirty days exceeded, W, by the gateway's
    /// own rows.
    static func usualProduction(_ site: Site, zone: TimeZoneRules, in lake: any LakeReader, now: Int64)
        throws
        -> [Double?]
    {
        let span = Interval(startUTCSeconds: now - usualDays * 86_400, endUTCSeconds: now)
        let key = SeriesKey(systemID: site.systemID, source: .gateway, seconds: 900)
        guard let columns = try lake.readings(systemID: site.systemID, interval: span)[key] else { return [] }
        var hours: [[Double]] = Array(repeating: [], count: 24)
        for (start, energy) in zip(columns.startUTCSeconds, columns[.produced])
        where energy != ReadingColumns.missingWh {
            hours[Int(zone.wallClock(atUTCSeconds: start).secondOfDay / 3600)].append(Double(energy) * 4)
        }
        return hours.map { powers in
            powers.count < leastQuarters ? nil : powers.sorted()[powers.count / 10]
        }
    }

    // MARK: The journal

    /// Reads the journal from where the store is, and a while before.
    func goOn(at moment: Moment) throws {
        let staged = try store.reader().liveStaged(serial: entry.serial)
        // What rounds up to the last sign of life found was told when it was found.
        let toldUntil = heartbeat.toldUntil ?? .min
        var newest: Int64?
        try readJournal(staged, at: moment) { round, position, isStaged in
            newest = max(newest ?? .min, position.utcSeconds)
            var work = LiveDesk.Work()
            if let round {
                (appliedSkew, isOwnClockInDoubt) = (round.skewSeconds, round.isOwnClockInDoubt)
                for reply in round.replies where reply.status == 200 { latest[reply.path] = reply }
                work = desk.take(round)
            }
            world.isAlive()
            guard !isStaged else {
                // Rows of a round come out of later ones too: what a watch that was cut off did not live to see is made up for.
                if wasCutOff, !work.batches.isEmpty {
                    waiting.take(WaitingRound(work: LiveDesk.Work(batches: work.batches), position: nil))
                    if waiting.rounds.count >= GatewayWatch.roundsAtOnce { putWaiting(at: moment) }
                }
                return
            }
            if Int64(nearest: round?.end.utcSeconds ?? 0) > toldUntil { tell(work.changes) }
            waiting.take(WaitingRound(work: work, position: position))
            if waiting.rounds.count >= GatewayWatch.roundsAtOnce { putWaiting(at: moment) }
        }
        if !waiting.rounds.isEmpty { putWaiting(at: moment) }
        for notice in journal.notices { tell(remark: notice.text) }
        // What happened while nobody looked is not known.
        let now = Int64(nearest: moment.utcSeconds)
        if newest.map({ now - $0 > GatewayWatch.awaySeconds }) ?? true { running.signals.append(.started) }
    }

    /// Hands on the rounds of the journal that are not in the store, and those of a while before.
    ///
    /// - Parameter take: gets each round, nil for one that cannot be read, the place behind it, and whether its rows are in the
    ///   store already.
    func readJournal(
        _ staged: [String: LivePosition],
        at moment: Moment,
        _ take: (_ round: LiveDesk.Round?, _ position: LivePosition, _ isStaged: Bool) throws -> Void
    ) throws {
        let bounds = GatewayWatch.lookBackSeconds
        // A clock that was ahead once is no measure of what is stored.
        let latest = Int64(nearest: moment.utcSeconds) + 3_600
        let until = staged.values.map(\.utcSeconds).filter { $0 <= latest }.max()
        let from =
            until.map { until in
                let needed = (heartbeat.neededFrom ?? until) - GatewayRound.recallSeconds
                return until - min(max(until - needed, bounds.lowerBound), bounds.upperBound)
            } ?? .min
        let remarks = try journal.folder.read(from: from) { round in
            let place = staged[round.position.hour]
            let isStaged = place.map { round.position.byteCount <= $0.byteCount } ?? false
            try take(LiveDesk.Round(round.lines, at: moment), round.position, isStaged)
        }
        for remark in remarks { tell(remark: remark.text) }
    }
}

extension LiveDesk.Round {
    /// Reads a round of the journal; nil where it has no end, and then nothing can be made of it.
    ///
    /// - Parameter moment: now: the monotonic clock of an earlier start is another one.
    fileprivate init?(_ lines: [[UInt8]], at moment: Moment) {
        var replies: [JournalReply] = []
        for line in lines {
            switch JournalEntry(line) {
            case .reply(let reply)?: replies.append(reply)
            case .round(let end)?:
                let ago = moment.utcSeconds - Double(end.atUTCSeconds)
                self.init(
                    replies: replies,
                    signals: end.signals,
                    end: Moment(
                        monotonicSeconds: moment.monotonicSeconds - ago,
                        utcSeconds: Double(end.atUTCSeconds)
                    ),
                    skewSeconds: end.skewSeconds,
                    isOwnClockInDoubt: end.isOwnClockInDoubt
                )
                return
            case nil: continue
            }
        }
        return nil
    }
}
