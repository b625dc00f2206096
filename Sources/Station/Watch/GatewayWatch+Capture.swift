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
    func captureIfDue(_ round: RunningRound, _ signals: [CollectorSignal], hasBegun: Bool, at moment: Moment)
    {
        let day = Int64(moment.utcSeconds).flooredDivision(by: 86_400)
        if day != captures.day { captures = CaptureCount(day: day) }
        if let since = session.endedFullSetUTCSeconds {
            heartbeat.fullSet = Int64(moment.utcSeconds)
            keep(latest.values.filter { $0.atMilliseconds >= since * 1000 }, at: moment)
        } else if hasBegun || signals.contains(where: GatewayWatch.isEvent),
            captures.events < GatewayWatch.mostEventsADay
        {
            captures.events += 1
            let own = Set(round.replies.map(\.path))
            let since = Int64(moment.utcSeconds * 1000) - GatewayWatch.freshMilliseconds
            let others = latest.values.filter { !own.contains($0.path) && $0.atMilliseconds >= since }
            keep(round.replies + others, at: moment)
        }
    }

    private static func isEvent(_ signal: CollectorSignal) -> Bool {
        switch signal {
        case .firmwareChanged, .keyChanged, .keyTrusted, .serialChanged, .badBody: true
        default: false
        }
    }

    /// Imports replies as a capture of this gateway.
    private func keep(_ replies: [JournalReply], at moment: Moment) {
        // The last answer of a path counts, where one came twice.
        var byPath: [String: JournalReply] = [:]
        for reply in replies { byPath[reply.path] = reply }
        let files = GatewayRound.capture(
            of: byPath.values.sorted { $0.path < $1.path }.map { ($0.path, $0.status, $0.body) }
        )
        let time = Int64(moment.utcSeconds)
        let document = InputDocument(
            path: "gateway \(entry.serial) \(Instant(utcSeconds: time).iso8601)",
            modifiedUTCSeconds: time,
            isNamed: true,
            read: { _ in },
            capture: { files }
        )
        let resolver = SiteResolver(lake: station.lake, named: site.name, mappings: [], newSitesLike: nil)
        var job = DocumentImport(station, resolver: resolver, settings: ImportSettings())
        do { _ = try job.run(document) } catch {
            tell(
                remark:
                    "the capture of \(Instant(utcSeconds: time).iso8601) is not kept: \(station.hooks.words(error))"
            )
        }
    }
}

/// Captures of a day.
struct CaptureCount {
    /// The day in UTC, since 1970.
    var day: Int64 = 0
    /// Those of events.
    var events = 0
}
