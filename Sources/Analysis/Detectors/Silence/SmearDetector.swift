// Averaged vectors that stand for several intervals. The rows were marked when they were read, where the neighbours
// of every row are at hand; here marked rows become findings. See docs/analysis/smears.md.

import Readings

/// Finds smears in a series.
package enum SmearDetector: SeriesDetector {
    package static let profile = DetectorProfile(
        kinds: [.smear: .halfDay],
        memoryDays: 0,
        // A repeated vector is told once: as a smear where a part of it repeats, as stale where the whole does.
        effects: [SideEffectRule(.smear, bringsAbout: .stale, devices: ["meter_prod", "meter_net"])],
        effectsPlace: 1,
        page: "smears.md"
    )

    /// Returns one finding per run of equal marked rows.
    package static func findings(_ series: SeriesContext) -> [Finding] {
        let presence = series.presence
        let columns = presence.columns
        let step = Int64(presence.key.seconds)
        var findings: [Finding] = []
        let rows = columns.rowRange(in: series.scope)
        var row = rows.lowerBound
        let last = rows.upperBound
        while row < last {
            guard columns.quality(ofRow: row).contains(.smear) else {
                row += 1
                continue
            }
            var end = row + 1
            while end < last, columns.quality(ofRow: end).contains(.smear),
                columns.startUTCSeconds[end] == columns.startUTCSeconds[end - 1] + step,
                Channel.allCases.allSatisfy({ columns[$0][end] == columns[$0][row] })
            { end += 1 }
            findings.append(finding(presence, row..<end))
            row = end
        }
        return findings
    }

    private static func finding(_ presence: Presence, _ rows: Range<Int>) -> Finding {
        let columns = presence.columns
        let start = columns.startUTCSeconds[rows.lowerBound]
        let lastStart = columns.startUTCSeconds[rows.upperBound - 1]
        let end = Instant(utcSeconds: presence.end(ofRow: rows.upperBound - 1))
        var vector: [(String, JSONValue)] = []
        for channel in Channel.allCases where columns[channel][rows.lowerBound] != ReadingColumns.missingWh {
            vector.append(("\(channel.name)_wh", .integer(Int64(columns[channel][rows.lowerBound]))))
        }
        let needed = min(rows.count, SmearRule.rowsWithProduction)
        return Finding(
            device: "site",
            kind: .smear,
            start: Instant(utcSeconds: start),
            end: end,
            alert: Instant(utcSeconds: presence.end(ofRow: rows.lowerBound + needed - 1)),
            severity: .notice,
            rule: FindingRule(
                .equalVectors,
                [
                    ("rows_with_production", .integer(Int64(SmearRule.rowsWithProduction))),
                    ("rows_with_residual", .integer(Int64(SmearRule.rowsWithResidual))),
                ]
            ),
            evidence: Evidence.rows(
                of: presence.key,
                first: start,
                last: lastStart,
                rowCount: rows.count,
                absentRows: 0
            ).with {
                $0.vector = .object(vector)
            },
            knownEnd: end
        )
    }
}
