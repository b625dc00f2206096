// Histories of different steps held against each other. How they are compared stands in Analysis.

import Analysis
import Readings
import Words

/// The histories of a site beside each other.
struct HistorySection {
    /// The time.
    let facts: PeriodFacts

    /// A line for each pair; none where there is one history only.
    var blocks: [ReportBlock] {
        let lines = facts.material.analysis.comparisons.map { check -> ReportText in
            let largest = check.largestDifferenceDay.map {
                ", largest difference \(check.largestDifference) Wh on \($0)"
            }
            return
                "\(check.channel.name), \(StepText.words(check.fine.seconds)) against \(StepText.words(check.coarse.seconds)): \(check.equalDays) of \(check.days) days equal to the Wh\(largest ?? "")"
        }
        return lines.isEmpty ? [] : [.list(lines)]
    }
}
