// What becomes of a round's replies: rows to keep, and what the rules say of them. Live or out of the journal, it is the same
// work, so that a watch that was ended goes on where it was.

import Analysis
import Collect
import Ingest
import Readings

/// Where the replies of one gateway become rows and findings.
struct LiveDesk {
    private var round: GatewayRound
    private var intervals: IntervalMaker
    private var devices = DeviceIntervals()
    private var thinning = RecordThinning()
    /// Nil where rows alone are wanted.
    private var rules: LiveRules?

    /// A round of the journal, ready to be worked on.
    struct Round {
        let replies: [JournalReply]
        let signals: [CollectorSignal]
        /// Its end by this machine's clocks.
        let end: Moment
        /// By how much the gateway's clock is ahead where its times are to be shifted; 0 where not.
        let skewSeconds: Int64
        /// This machine says itself that its clock is not right.
        var isOwnClockInDoubt = false
    }

    /// What a round gave.
    struct Work {
        /// Rows to keep.
        var batches: [RowBatch] = []
        /// What the rules say.
        var changes: [LiveChange] = []
        /// Replies that could not be read at all, in one line.
        var refusal: String?
    }

    /// Prepares the desk; rounds of the journal come first.
    init(_ site: Site, zone: TimeZoneRules, rules: LiveRules?) {
        let options = ImportSettings().options(
            .gatewayCapture,
            name: "",
            site: site,
            capturedUTCSeconds: 0
        )
        round = GatewayRound(zone: zone, options: options)
        intervals = IntervalMaker(isReplay: true)
        self.rules = rules
    }

    /// Since when rounds are needed to go on after a restart, seconds UTC; nil where none are.
    var neededFromUTCSeconds: Int64? {
        [intervals.replayFromUTCSeconds, devices.replayFromUTCSeconds].compactMap { $0 }.min()
    }

    /// Takes what the array usually gives, by hour of the local day, W.
    mutating func learn(usualProductionW: [Double?]) { rules?.learn(usualProductionW: usualProductionW) }

    /// Takes a round.
    mutating func take(_ own: Round) -> Work {
        var work = Work()
        let at = Int64(nearest: own.end.utcSeconds)
        var rows = GatewayRows(fetchedUTCSeconds: at, skewSeconds: own.skewSeconds)
        if !own.replies.isEmpty {
            do {
                let read = try round.rows(
                    of: own.replies.map { ($0.path, $0.status, $0.body) },
                    fetchedUTCSeconds: at
                )
                rows = GatewayRows(
                    read.rows,
                    summary: read.summary,
                    fetchedUTCSeconds: at,
                    skewSeconds: own.skewSeconds
                )
            } catch {
                work.refusal = ControlledText.oneLine("\(error)")
            }
        }
        rows.isOwnClockTrusted = !own.isOwnClockInDoubt
        let made = intervals.take(rows)
        work.batches = made.batches
        if !made.minutes.isEmpty { work.batches.append(.minutes(.gateway, made.minutes)) }
        let devices = devices.take(rows)
        if !devices.isEmpty { work.batches.append(.deviceReadings(devices)) }
        work.batches += thinning.kept(of: rows)
        work.changes =
            rules?.take(
                LiveRound(
                    atUTCSeconds: at,
                    monotonicSeconds: own.end.monotonicSeconds,
                    signals: own.signals,
                    readings: rows.readings,
                    states: rows.states,
                    events: rows.events
                )
            ) ?? []
        return work
    }
}
