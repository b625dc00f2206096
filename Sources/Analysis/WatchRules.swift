// The watch over the watch: are new data still coming in? See docs/analysis/watch.md.

import Readings

/// The version of the rules: another one asks for a full run.
package enum AnalysisRules {
    /// Rises with every change of a rule.
    package static let version = 1
}

/// Rules about the watch itself.
package enum WatchRules {
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
            rule: [("name", .text("newest_row_too_old")), ("hours", .number(hours, decimals: 1))],
            evidence: [
                ("table", .text("site_interval")),
                ("newest_row_ends", .text(Instant(utcSeconds: dataEnd).iso8601)),
            ]
        )
    }
}
