// Registers that counted while the monitor was silent: what they show of a silence.

import Readings

/// Takes the production of a silence from registers. Whether what it takes can be true is asked in GapJudge.
package struct RegisterReconciler {
    let series: [(presence: Presence, scope: Interval)]

    /// The longest stretch beside a silence within which a register must be read, seconds.
    package static let reach: Int64 = 62 * 86_400
    /// The share of a stretch outside of the silence that must be recorded.
    private static let recordedShare = 0.995

    /// Returns what a register shows of a silence; nil where it was not read on both sides of any of it, went back, or the
    /// time around was not recorded.
    func evidence(_ register: RegisterSeries, _ gap: Interval) -> RegisterEvidence? {
        let near = register.readings.filter {
            $0.atUTCSeconds > gap.startUTCSeconds - RegisterReconciler.reach
                && $0.atUTCSeconds < gap.endUTCSeconds + RegisterReconciler.reach
        }
        guard
            let first = near.last(where: { $0.atUTCSeconds <= gap.startUTCSeconds })
                ?? near.first(where: { gap.contains($0.atUTCSeconds) }),
            let last = near.first(where: { $0.atUTCSeconds >= gap.endUTCSeconds })
                ?? near.last(where: { gap.contains($0.atUTCSeconds) }),
            last.atUTCSeconds > first.atUTCSeconds, last.energyKWh >= first.energyKWh
        else { return nil }
        let reads = Interval(startUTCSeconds: first.atUTCSeconds, endUTCSeconds: last.atUTCSeconds)
        guard let inside = reads.intersection(gap), inside.seconds > 0 else { return nil }
        var recorded = 0.0
        for (start, end) in [
            (reads.startUTCSeconds, gap.startUTCSeconds), (gap.endUTCSeconds, reads.endUTCSeconds),
        ] where end > start {
            let part = Interval(startUTCSeconds: start, endUTCSeconds: end)
            guard let energy = production(in: part) else { return nil }
            recorded += energy
        }
        let counted = last.energyKWh - first.energyKWh
        let value = max(0, counted - recorded)
        // A read falls somewhere inside an interval; half a kilowatt-hour is what an hour of a home's array may give.
        let variance =
            squared(register.limitOfError) / 3 * squared(value) + squared(0.005 * recorded) / 3
            + 2 * squared(0.25)
        return RegisterEvidence(
            device: register.device,
            reads: reads,
            countedKWh: counted,
            recordedKWh: recorded,
            production: Estimate(value: value, variance: variance, degreesOfFreedom: 30),
            isWhole: inside == gap
        )
    }

    /// The recorded production of a stretch, kWh; nil where it is not recorded wholly. Rows at its ends count by share.
    private func production(in part: Interval) -> Double? {
        var energy = 0.0
        var seconds = 0.0
        for (presence, scope) in series {
            let columns = presence.columns
            guard let own = part.intersection(scope) else { continue }
            let first = max(0, columns.firstRow(atOrAfter: own.startUTCSeconds) - 1)
            for row in first..<max(first, columns.rowCount) {
                let start = columns.startUTCSeconds[row]
                guard start < own.endUTCSeconds else { break }
                let end = presence.end(ofRow: row)
                let inside = Double(min(end, own.endUTCSeconds) - max(start, own.startUTCSeconds))
                let value = columns[.produced][row]
                guard inside > 0, presence.isPresent[row], value != ReadingColumns.missingWh else { continue }
                energy += Double(value) / 1000 * inside / Double(end - start)
                seconds += inside
            }
        }
        return seconds >= RegisterReconciler.recordedShare * Double(part.seconds) ? energy : nil
    }
}
