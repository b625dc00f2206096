// Histories of different steps, and the gateway's own beside the cloud's, held against each other day by day. They are never
// added up.

import Readings

/// The agreement of two series of a site in one channel.
package struct SeriesComparison: Equatable, ProfiledRule {
    /// Where another history is held against a series, a run looks at all rows.
    package static let profile = DetectorProfile(
        kinds: [.stepDisagreement: .nineDays],
        memoryDays: 0,
        page: "step-disagreement.md"
    )

    /// The series with the finer step; of two with one step the first by precedence.
    package let fine: SeriesKey
    /// The other series.
    package let coarse: SeriesKey
    /// The channel.
    package let channel: Channel
    /// Days that both cover wholly.
    package var days = 0
    /// Days with the same energy to the Wh.
    package var equalDays = 0
    /// Days that differ by more than the share and more than 100 Wh.
    package var contradictingDays: [CivilDate] = []
    /// The largest difference, fine less coarse, in Wh.
    package var largestDifference: Int64 = 0
    /// The day of the largest difference.
    package var largestDifferenceDay: CivilDate?

    /// Tells whether two series are held against each other: histories of different steps, or of the gateway and another
    /// source.
    static func isAsked(_ one: SeriesKey, _ other: SeriesKey) -> Bool {
        one.seconds != other.seconds || isWithGateway(one, other)
    }

    private static func isWithGateway(_ one: SeriesKey, _ other: SeriesKey) -> Bool {
        one.source != other.source && (one.source == .gateway || other.source == .gateway)
    }

    /// The share by which days differ that contradict each other.
    private var share: Double {
        SeriesComparison.isWithGateway(fine, coarse)
            ? ComparisonConstants.gatewayShare : ComparisonConstants.share
    }

    /// Compares two series; nil where they share no whole day with the channel.
    package init?(_ fine: Presence, _ coarse: Presence, channel: Channel, zone: TimeZoneRules) {
        self.fine = fine.key
        self.coarse = coarse.key
        self.channel = channel
        guard let shared = fine.span.flatMap({ own in coarse.span.flatMap { own.intersection($0) } }) else {
            return nil
        }
        var day = zone.wallClock(atUTCSeconds: shared.startUTCSeconds).day
        let lastDay = zone.wallClock(atUTCSeconds: shared.endUTCSeconds - 1).day
        while day <= lastDay {
            let whole = zone.interval(of: day)
            if let left = SeriesComparison.sum(fine, of: channel, over: whole),
                let right = SeriesComparison.sum(coarse, of: channel, over: whole)
            {
                record(left - right, base: max(abs(left), abs(right)), day)
            }
            day = day.advanced(by: 1)
        }
        if days == 0 { return nil }
    }

    /// Days that evidence names at most.
    private static let mostDays = 50

    private mutating func record(_ difference: Int64, base: Int64, _ day: CivilDate) {
        days += 1
        if difference == 0 { equalDays += 1 }
        if abs(difference) > abs(largestDifference) {
            largestDifference = difference
            largestDifferenceDay = day
        }
        if abs(difference) > ComparisonConstants.energyWh,
            Double(abs(difference)) > share * Double(base)
        {
            contradictingDays.append(day)
        }
    }

    /// Returns the energy of a whole day; nil where a row is missing.
    private static func sum(_ presence: Presence, of channel: Channel, over whole: Interval) -> Int64? {
        let columns = presence.columns
        let rows = columns.rowRange(in: whole)
        guard rows.count == presence.steps(from: whole.startUTCSeconds, to: whole.endUTCSeconds),
            !rows.isEmpty
        else {
            return nil
        }
        var total: Int64 = 0
        for row in rows {
            let value = columns[channel][row]
            guard value != ReadingColumns.missingWh else { return nil }
            total += Int64(value)
        }
        return total
    }

    /// The finding that the two contradict each other; nil where they agree.
    package func finding(zone: TimeZoneRules) -> Finding? {
        guard let first = contradictingDays.first, let last = contradictingDays.last else { return nil }
        let start = zone.startOfDay(first)
        let end = Instant(utcSeconds: zone.startOfDay(last.advanced(by: 1)))
        return Finding(
            device: "site",
            kind: .stepDisagreement,
            start: Instant(utcSeconds: start),
            end: end,
            alert: Instant(utcSeconds: zone.startOfDay(first.advanced(by: 1))),
            severity: .notice,
            rule: FindingRule(
                .dailySums,
                [
                    ("share", .number(share, decimals: 2)),
                    ("energy_wh", .integer(ComparisonConstants.energyWh)),
                ]
            ),
            evidence: Evidence {
                $0.table = "site_interval"
                $0.systemID = Int(fine.systemID)
                $0.channel = channel.name
                $0.source = fine.source.name
                $0.otherSource = coarse.source.name
                $0.fineSeconds = Int(fine.seconds)
                $0.coarseSeconds = Int(coarse.seconds)
                $0.days = days
                $0.equalDays = equalDays
                $0.contradictingDays = contradictingDays.prefix(SeriesComparison.mostDays).map { "\($0)" }
                $0.largestDifferenceWh = Int(largestDifference)
            },
            knownEnd: end
        )
    }
}
