// A loss as it is put to the witnesses: the rows in which it is looked for, and those before to hold them against. What a witness
// makes of them is its own business.

import Readings

/// A loss, and the time before it.
struct LossCase {
    /// The kinds that are put to witnesses.
    static let kinds: Set<FindingKind> = [.productionLost, .degradation]

    let finding: Finding
    /// The series that shows it.
    let presence: Presence
    /// The part of it that is looked at.
    let time: Interval
    /// The time before it in which all was well, in order.
    let before: [Interval]
    /// The share of the energy that is missing, 0 to 1; nil where that is not known.
    let fraction: Double?

    private static let day: Int64 = 86_400
    /// Days before a loss to which it is held, and how far back they may lie where other losses stand between.
    private static let daysBefore: Int64 = 28
    private static let reachDays: Int64 = 90
    /// Days of a loss that are looked at.
    private static let mostDays: Int64 = 56

    /// Takes a finding; nil where its rows are not known.
    init?(_ finding: Finding, among findings: [Finding], _ presences: [Presence]) {
        let evidence = finding.evidence
        guard
            let presence = presences.first(where: {
                Int($0.key.seconds) == evidence.seconds && $0.key.source.name == evidence.source
            })
        else { return nil }
        self.finding = finding
        self.presence = presence
        let whole = finding.interval
        let isSlow = finding.kind == .degradation
        fraction = evidence.fault == "all" ? 1 : evidence.fraction
        // What comes slowly is there at its end; what comes at once is nearest to what was before at its beginning.
        time =
            isSlow
            ? Interval(
                startUTCSeconds: max(
                    whole.startUTCSeconds,
                    whole.endUTCSeconds - LossCase.daysBefore * LossCase.day
                ),
                endUTCSeconds: whole.endUTCSeconds
            )
            : Interval(
                startUTCSeconds: whole.startUTCSeconds,
                endUTCSeconds: min(
                    whole.endUTCSeconds,
                    whole.startUTCSeconds + LossCase.mostDays * LossCase.day
                )
            )
        var free = [
            Interval(
                startUTCSeconds: whole.startUTCSeconds - LossCase.reachDays * LossCase.day,
                endUTCSeconds: whole.startUTCSeconds
            )
        ]
        for other in findings
        where other.start < finding.start
            && (LossCase.kinds.contains(other.kind) || other.kind == .productionMeterWrong)
        {
            free = free.flatMap { SiteAnalysis.subtract(other.interval, from: $0) }
        }
        before = LossCase.latest(free)
    }

    /// The last days of some times.
    private static func latest(_ times: [Interval]) -> [Interval] {
        var left = daysBefore * day
        var result: [Interval] = []
        for time in times.reversed() where left > 0 {
            let start = max(time.startUTCSeconds, time.endUTCSeconds - left)
            left -= time.endUTCSeconds - start
            result.append(Interval(startUTCSeconds: start, endUTCSeconds: time.endUTCSeconds))
        }
        return result.reversed()
    }

    /// A stretch of rows, and what the meter counted in it, Wh.
    struct Bin {
        var startUTCSeconds: Int64
        var endUTCSeconds: Int64
        var meteredWh: Double
    }

    /// Returns stretches of whole rows of at least so many seconds. Rows without a value of production, and those that are
    /// silence, are left out.
    func bins(in time: Interval, seconds: Int64) -> [Bin] {
        let columns = presence.columns
        let produced = columns[.produced]
        let step = Int64(presence.key.seconds)
        let width = max(step, seconds)
        let isDaily = step == LossCase.day
        let parts = isDaily ? 1 : Int(width / step)
        var result: [Bin] = []
        var count = 0
        for row in columns.rowRange(in: time) {
            let value = produced[row]
            // Where nothing but production is reported, a zero may be silence or loss: that is what is asked.
            guard value != ReadingColumns.missingWh,
                presence.isPresent[row] || !presence.isMetered || presence.isDoubtful(row)
            else { continue }
            let start = columns.startUTCSeconds[row]
            let own = isDaily ? start : start - start.flooredRemainder(by: width)
            if let last = result.last, last.startUTCSeconds == own {
                result[result.count - 1].meteredWh += Double(value)
                count += 1
            } else {
                if !result.isEmpty, count < parts { result.removeLast() }
                let end = isDaily ? presence.end(ofRow: row) : own + width
                result.append(Bin(startUTCSeconds: own, endUTCSeconds: end, meteredWh: Double(value)))
                count = 1
            }
        }
        if !result.isEmpty, count < parts { result.removeLast() }
        return result
    }
}
