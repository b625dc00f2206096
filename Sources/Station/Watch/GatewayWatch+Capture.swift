// Captures that are kept for ever: a full set a day, and one where something began. They are documents like any other.

import Analysis
import Collect
import Ingest
import Lake
import Readings

extension GatewayWatch {
    /// A body is of this capture where it is no older, seconds.
    private static let freshMilliseconds: Int64 = 900_000
    /// A day with more trouble than this is well enough kept.
    private static let mostEventsADay = 12

    /// Keeps a capture where one is due: of the day, or of what began in this round.
    func captureIfDue(_ round: RunningRound, hasBegun: Bool, at moment: Moment) {
        let now = Int64(nearest: moment.utcSeconds)
        let day = now.flooredDivision(by: 86_400)
        if day != heartbeat.captureDay {
            (heartbeat.captureDay, heartbeat.captures, heartbeat.badPaths) = (day, 0, [])
        }
        if let since = session.endedFullSetUTCSeconds {
            (heartbeat.fullSet, uncapturedSince) = (now, since)
        } else if roundCount == 1, session.isInFullSet {
            // A watch of one round does not wait for paths that fail.
            (heartbeat.fullSet, uncapturedSince) = (now, round.replies.first.map { $0.atMilliseconds / 1000 })
        }
        if let since = uncapturedSince {
            // Where the store is not to be had, the next round tries again.
            if keep(latest.values.filter { $0.atMilliseconds >= since * 1000 }, at: moment) {
                uncapturedSince = nil
            }
            return
        }
        guard isEventful(round.signals, hasBegun: hasBegun), heartbeat.captures < GatewayWatch.mostEventsADay
        else {
            return
        }
        let own = Set(round.replies.map(\.path))
        let since = Int64(nearest: moment.utcSeconds * 1000) - GatewayWatch.freshMilliseconds
        let others = latest.values.filter { !own.contains($0.path) && $0.atMilliseconds >= since }
        if keep(round.replies + others, at: moment) { heartbeat.captures += 1 }
    }

    /// Tells whether a round is worth keeping: something began in it, or a path gave its first bad body of the day.
    private func isEventful(_ signals: [CollectorSignal], hasBegun: Bool) -> Bool {
        var isNew = hasBegun || signals.contains(where: GatewayWatch.isEvent)
        for case .badBody(let path) in signals where heartbeat.badPaths.insert(path).inserted { isNew = true }
        return isNew
    }

    private static func isEvent(_ signal: CollectorSignal) -> Bool {
        switch signal {
        case .firmwareChanged, .keyChanged, .keyTrusted, .serialChanged: true
        default: false
        }
    }

    /// Imports replies as a capture of this gateway; false where it could not be kept.
    private func keep(_ replies: [JournalReply], at moment: Moment) -> Bool {
        guard !replies.isEmpty else { return true }
        let files = GatewayRound.capture(
            of: replies.sorted { $0.path < $1.path }.map { ($0.path, $0.status, $0.body) }
        )
        let time = Int64(nearest: moment.utcSeconds)
        let document = InputDocument(
            path: "gateway \(entry.serial) \(Instant(utcSeconds: time).iso8601)",
            modifiedUTCSeconds: time,
            isNamed: true,
            read: { _ in },
            capture: { files }
        )
        do {
            let station = try store.station()
            let resolver = SiteResolver(lake: station.lake, named: site.name, mappings: [], newSitesLike: nil)
            // One small document: who asks to stop waits for it.
            var hooks = station.hooks
            hooks.isCancelled = { false }
            let unhurried = Station(lake: station.lake, hooks: hooks)
            var job = DocumentImport(unhurried, resolver: resolver, settings: ImportSettings())
            _ = try job.run(document)
            return true
        } catch LakeError.locked {
            return false
        } catch is IngestError {
            // Nothing in it can be read, and the journal has it as it came.
            return true
        } catch {
            tell(
                remark:
                    "the capture of \(Instant(utcSeconds: time).iso8601) is not kept: \(store.hooks.words(error))"
            )
            return true
        }
    }
}
