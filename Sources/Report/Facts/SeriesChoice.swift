// Which series speaks for a stretch of time. What it says stands in PeriodTotals.

import Analysis
import Readings

/// Which of several series speaks for a stretch of time.
enum SeriesChoice {
    /// How much less complete than the best a series may be that is preferred for its step, as a share.
    private static let completeEnough = 0.05

    /// Returns the first series by precedence that is about as complete as any of its kind; nil where none has rows.
    static func best(_ analysis: SiteAnalysis, _ interval: Interval) -> Presence? {
        var seen: Set<SeriesKey> = []
        let inside = analysis.series.map(\.presence).filter { presence in
            !presence.columns.rowRange(in: interval).isEmpty && seen.insert(presence.key).inserted
        }
        // Production alone does not take the place of a meter: its zeros may be silence.
        let metered = inside.filter(\.isMetered)
        let candidates = metered.isEmpty ? inside : metered
        func share(_ presence: Presence) -> Double {
            let covered = presence.span.flatMap { interval.intersection($0) }
            guard let covered else { return 0 }
            let own = Coverage(presence, in: interval, span: presence.span).share
            return own * Double(covered.seconds) / Double(interval.seconds)
        }
        let best = candidates.map(share).max() ?? 0
        return candidates.first { share($0) >= best - completeEnough } ?? candidates.first
    }
}
