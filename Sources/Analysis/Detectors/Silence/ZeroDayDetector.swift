// Days without any production at a site that reports nothing else. Such a site cannot tell silence from snow.
// See docs/analysis/zero-days.md.

import Readings

/// Finds days of zero production in series that hold production alone.
package enum ZeroDayDetector: SeriesDetector {
    package static let profile = DetectorProfile(
        kinds: [.zeroDay: .nineDays],
        memoryDays: 0,
        page: "zero-days.md"
    )

    /// Days of zero production on end.
    private struct Run {
        var first: CivilDate
        var last: CivilDate
        var rowCount: Int
    }

    /// Returns one finding per run of such days; none where other channels are reported.
    package static func findings(_ series: SeriesContext) -> [Finding] {
        let presence = series.presence
        let zone = series.zone
        // Neither production nor export tells a night.
        guard !presence.tellsSilence, presence.columns.hasChannel(.produced),
            let span = presence.span?.intersection(series.scope)
        else { return [] }
        var findings: [Finding] = []
        var run: Run?
        var day = zone.wallClock(atUTCSeconds: span.startUTCSeconds).day
        let lastDay = zone.wallClock(atUTCSeconds: span.endUTCSeconds - 1).day
        var hasSeenEnergy = false
        while day <= lastDay {
            let whole = zone.interval(of: day)
            let rows = presence.columns.rowRange(in: whole)
            let hasEnergy = rows.contains { presence.columns[.produced][$0] != 0 }
            // Leading zeros are a site that was not yet built.
            if hasSeenEnergy && !hasEnergy && isComplete(rows, of: presence, over: whole)
                && isTelling(day, over: whole, series.sun)
            {
                run = Run(first: run?.first ?? day, last: day, rowCount: (run?.rowCount ?? 0) + rows.count)
            } else {
                if let run { findings.append(finding(run, of: series)) }
                run = nil
            }
            hasSeenEnergy = hasSeenEnergy || hasEnergy
            day = day.advanced(by: 1)
        }
        if let run { findings.append(finding(run, of: series)) }
        return findings
    }

    private static func isComplete(_ rows: Range<Int>, of presence: Presence, over whole: Interval) -> Bool {
        presence.key.seconds == SeriesKey.day
            ? rows.count == 1
            : rows.count == presence.steps(from: whole.startUTCSeconds, to: whole.endUTCSeconds)
    }

    private static func isTelling(_ day: CivilDate, over whole: Interval, _ sun: SolarPosition) -> Bool {
        guard case .rises(let sunrise, let sunset) = sun.day(day) else { return false }
        return sun.elevation(atUTCSeconds: (sunrise + sunset) / 2) >= GapConstants.zeroDaySunDegrees
    }

    private static func finding(_ run: Run, of series: SeriesContext) -> Finding {
        let zone = series.zone
        let start = zone.startOfDay(run.first)
        let end = zone.startOfDay(run.last.advanced(by: 1))
        let days = Int(run.last.daysSince1970 - run.first.daysSince1970) + 1
        return Finding(
            device: "site",
            kind: .zeroDay,
            start: Instant(utcSeconds: start),
            end: Instant(utcSeconds: end),
            alert: Instant(utcSeconds: zone.startOfDay(run.first.advanced(by: 1))),
            severity: days >= GapConstants.zeroDayWarningDays ? .warning : .notice,
            rule: FindingRule(
                .zeroProductionDay,
                [("sun_at_noon_degrees", .number(GapConstants.zeroDaySunDegrees, decimals: 0))]
            ),
            evidence: Evidence.rows(
                of: series.presence.key,
                first: start,
                last: zone.startOfDay(run.last),
                rowCount: run.rowCount,
                absentRows: 0
            ).with {
                $0.days = days
            },
            knownEnd: Instant(utcSeconds: end)
        )
    }
}
