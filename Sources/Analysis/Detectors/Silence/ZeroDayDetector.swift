// Days without any production at a site that reports nothing else. Such a site cannot tell silence from snow.
// See docs/analysis/zero-days.md.

import Readings

/// Finds days of zero production in series that hold production alone.
package enum ZeroDayDetector {
    /// Returns one finding per run of such days inside a stretch of time; none where other channels are reported.
    package static func findings(
        _ presence: Presence,
        zone: TimeZoneRules,
        sun: SolarPosition,
        scope: Interval
    ) -> [Finding] {
        guard !presence.isMetered, let span = presence.span?.intersection(scope) else { return [] }
        var findings: [Finding] = []
        var run: (first: CivilDate, last: CivilDate, rows: Int)?
        var day = zone.wallClock(atUTCSeconds: span.startUTCSeconds).day
        let lastDay = zone.wallClock(atUTCSeconds: span.endUTCSeconds - 1).day
        var hasSeenEnergy = false
        while day <= lastDay {
            let whole = zone.interval(of: day)
            let rows = presence.columns.rowRange(in: whole)
            let hasEnergy = rows.contains { presence.columns[.produced][$0] != 0 }
            // Leading zeros are a site that was not yet built.
            if hasSeenEnergy && !hasEnergy && isComplete(rows, presence, whole) && isTelling(day, whole, sun)
            {
                run = (run?.first ?? day, day, (run?.rows ?? 0) + rows.count)
            } else {
                if let run { findings.append(finding(run, presence, zone)) }
                run = nil
            }
            hasSeenEnergy = hasSeenEnergy || hasEnergy
            day = day.advanced(by: 1)
        }
        if let run { findings.append(finding(run, presence, zone)) }
        return findings
    }

    private static func isComplete(_ rows: Range<Int>, _ presence: Presence, _ whole: Interval) -> Bool {
        presence.key.seconds == SeriesKey.day
            ? rows.count == 1
            : rows.count == presence.steps(from: whole.startUTCSeconds, to: whole.endUTCSeconds)
    }

    private static func isTelling(_ day: CivilDate, _ whole: Interval, _ sun: SolarPosition) -> Bool {
        guard case .rises(let sunrise, let sunset) = sun.day(day) else { return false }
        return sun.elevation(atUTCSeconds: (sunrise + sunset) / 2) >= GapConstants.zeroDaySunDegrees
    }

    private static func finding(
        _ run: (first: CivilDate, last: CivilDate, rows: Int),
        _ presence: Presence,
        _ zone: TimeZoneRules
    ) -> Finding {
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
                of: presence.key,
                first: start,
                last: zone.startOfDay(run.last),
                rowCount: run.rows,
                absentRows: 0
            ).with {
                $0.days = days
            },
            knownEnd: Instant(utcSeconds: end)
        )
    }
}
