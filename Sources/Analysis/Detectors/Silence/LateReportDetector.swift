// Rows that arrived long after their interval: the cloud filled a hole later. See docs/analysis/late-reports.md.

import Readings

/// Finds backfilled rows.
package enum LateReportDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.lateBackfill: .twoDays],
        needs: [DetectorNeed(.arrivals, for: [.lateBackfill])],
        memoryDays: 0,
        page: "late-reports.md"
    )

    /// Returns one finding per run of late rows.
    package static func findings(_ home: HomeContext) -> [Finding] {
        let delay = home.columns.delay
        guard !delay.isEmpty else { return [] }
        let limit = Int32(home.parameters.lateHours * 3600)
        let reach = home.grid.slots(hours: 1) + home.parameters.lateRows
        var findings: [Finding] = []
        var rows: [Int] = []
        func close() {
            defer { rows = [] }
            guard rows.count >= home.parameters.lateRows, let first = rows.first, let last = rows.last else {
                return
            }
            findings.append(finding(home, slots: first..<(last + 1), rows: rows))
        }
        for slot in 0..<delay.count where delay[slot] != HomeColumns.missing {
            if delay[slot] > limit {
                // A few rows that are missing from the backfill do not split it.
                if let last = rows.last, slot - last > reach { close() }
                rows.append(slot)
            } else if !rows.isEmpty {
                close()
            }
        }
        close()
        return findings
    }

    private static func finding(_ home: HomeContext, slots: Range<Int>, rows: [Int]) -> Finding {
        let delay = home.columns.delay
        let arrivals = rows.prefix(home.parameters.lateRows).map { home.grid.end($0) + Int64(delay[$0]) }
        var finding = home.finding(
            .lateBackfill,
            of: "site",
            in: slots,
            alertSlot: slots.lowerBound,
            severity: .notice,
            sureness: .sure,
            rule: FindingRule(
                .reportedLate,
                [
                    ("hours", .number(home.parameters.lateHours, decimals: 1)),
                    ("rows", .integer(Int64(home.parameters.lateRows))),
                ]
            ),
            evidence: home.siteRows(slots).with {
                $0.lateRows = rows.count
                $0.longestDelaySeconds = Int(rows.map { delay[$0] }.max() ?? 0)
            }
        )
        finding.alert = Instant(utcSeconds: arrivals.max() ?? home.grid.end(slots.lowerBound))
        return finding
    }
}
