// What a gap hides, by comparison. An estimate with an interval, never a reading. See docs/analysis/estimates.md.

import Readings

/// Estimates the energy of stretches of time without data.
package struct GapEstimator: Sendable {
    private let presence: Presence
    private let zone: TimeZoneRules

    /// Makes an estimator for a series.
    package init(presence: Presence, zone: TimeZoneRules) {
        self.presence = presence
        self.zone = zone
    }

    /// Estimates a channel over a gap; nil where too little is known nearby.
    package func estimate(_ channel: Channel, over gap: Interval) -> EnergyEstimate? {
        guard presence.columns.hasChannel(channel) else { return nil }
        if presence.steps(from: gap.startUTCSeconds, to: gap.endUTCSeconds)
            <= EstimateConstants.neighbourRows,
            presence.key.seconds < SeriesKey.day
        {
            return fromNeighbours(channel, gap)
        }
        var total = EnergyEstimate.zero
        var day = zone.wallClock(atUTCSeconds: gap.startUTCSeconds).day
        let lastDay = zone.wallClock(atUTCSeconds: gap.endUTCSeconds - 1).day
        while day <= lastDay {
            if let part = zone.interval(of: day).intersection(gap) {
                guard let estimate = fromComparableDays(channel, over: part, of: day) else { return nil }
                total = total + estimate
            }
            day = day.advanced(by: 1)
        }
        return total
    }

    private func fromNeighbours(_ channel: Channel, _ gap: Interval) -> EnergyEstimate? {
        let columns = presence.columns
        let next = columns.firstRow(atOrAfter: gap.endUTCSeconds)
        let previous = columns.firstRow(atOrAfter: gap.startUTCSeconds) - 1
        let values = [previous, next].filter {
            columns.startUTCSeconds.indices.contains($0) && presence.isPresent[$0]
        }
        .map { columns[channel][$0] }.filter { $0 != ReadingColumns.missingWh }.map(Double.init)
        guard let low = values.min(), let high = values.max() else { return nil }
        let count = Double(presence.steps(from: gap.startUTCSeconds, to: gap.endUTCSeconds))
        let mean = values.reduce(0, +) / Double(values.count)
        return EnergyEstimate(low: low * count, middle: mean * count, high: high * count)
    }

    private func fromComparableDays(_ channel: Channel, over part: Interval, of day: CivilDate)
        -> EnergyEstimate?
    {
        let startOfDay = zone.startOfDay(day)
        let window = (part.startUTCSeconds - startOfDay)..<(part.endUTCSeconds - startOfDay)
        var sums: [Double] = []
        for direction: Int64 in [-1, 1] {
            var found = 0
            for distance in 1...EstimateConstants.reachDays where found < EstimateConstants.daysPerSide {
                let other = day.advanced(by: direction * distance)
                guard let sum = completeSum(channel, of: other, in: window) else { continue }
                sums.append(sum)
                found += 1
            }
        }
        guard sums.count >= EstimateConstants.minimumDays else { return nil }
        sums.sort()
        return EnergyEstimate(
            low: quantile(sums, EstimateConstants.lowQuantile),
            middle: quantile(sums, 0.5),
            high: quantile(sums, EstimateConstants.highQuantile)
        )
    }

    private func completeSum(_ channel: Channel, of day: CivilDate, in window: Range<Int64>) -> Double? {
        let columns = presence.columns
        let start = zone.startOfDay(day)
        // A day with another length has no such window at its end; the common part is compared.
        let end = min(start + window.upperBound, zone.startOfDay(day.advanced(by: 1)))
        guard start + window.lowerBound < end else { return nil }
        let part = Interval(startUTCSeconds: start + window.lowerBound, endUTCSeconds: end)
        let rows = columns.rowRange(in: part)
        guard !rows.isEmpty, rows.count == presence.steps(from: part.startUTCSeconds, to: end) else {
            return nil
        }
        var sum = 0.0
        for row in rows {
            guard presence.isPresent[row], columns[channel][row] != ReadingColumns.missingWh else {
                return nil
            }
            sum += Double(columns[channel][row])
        }
        return sum
    }

    private func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let position = share * Double(sorted.count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
    }
}
