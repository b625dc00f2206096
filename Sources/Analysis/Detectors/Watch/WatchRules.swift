// The watch over the watch: are new data still coming in? See docs/analysis/watch.md.

import Readings

/// Rules about the watch itself.
package enum WatchRules: ProfiledRule {
    package static let profile = DetectorProfile(
        kinds: [.noNewData: .nineDays, .promiseOverdue: .nineDays],
        memoryDays: 0,
        page: "watch.md"
    )

    /// Returns a finding where no new data came in for longer than the owner expects; nil where he expects nothing.
    ///
    /// - Parameters:
    ///   - dataEnd: the end of the newest interval, seconds UTC.
    ///   - now: the time of the run, seconds UTC.
    package static func noNewData(dataEnd: Int64?, now: Int64, hours: Double?) -> Finding? {
        guard let hours, let dataEnd, Double(now - dataEnd) > hours * 3600 else { return nil }
        return .ofRecords(
            .noNewData,
            "site",
            start: dataEnd,
            end: nil,
            alert: dataEnd + Int64(hours * 3600),
            knownEnd: now,
            severity: .warning,
            rule: FindingRule(.newestRowTooOld, [("hours", .number(hours, decimals: 1))]),
            evidence: Evidence {
                $0.table = "site_interval"
                $0.newestRowEnds = Instant(utcSeconds: dataEnd)
            }
        )
    }

    /// A promise of an open case.
    package struct Promise: Sendable, Equatable {
        /// The case's number and title.
        package let caseID: Int64
        package let title: String
        /// Who promised, and what.
        package let by: String
        package let text: String
        /// The end of the day by which it was to be kept, seconds UTC.
        package let dueUTCSeconds: Int64

        /// Describes a promise.
        package init(caseID: Int64, title: String, by: String, text: String, dueUTCSeconds: Int64) {
            self.caseID = caseID
            self.title = title
            self.by = by
            self.text = text
            self.dueUTCSeconds = dueUTCSeconds
        }
    }

    /// Returns a finding for each promise that is overdue.
    ///
    /// - Parameter now: the time of the run, seconds UTC.
    package static func overdue(_ promises: [Promise], now: Int64) -> [Finding] {
        promises.filter { $0.dueUTCSeconds <= now }.map { promise in
            .ofRecords(
                .promiseOverdue,
                "case \(promise.caseID)",
                start: promise.dueUTCSeconds,
                end: nil,
                alert: promise.dueUTCSeconds,
                knownEnd: now,
                severity: .warning,
                rule: FindingRule(.promiseOverdue),
                evidence: Evidence {
                    $0.caseID = Int(promise.caseID)
                    $0.title = promise.title
                    $0.promisedBy = promise.by
                    $0.text = promise.text
                }
            )
        }
    }
}
