// Parts of reports as JSON that several members share. Field names are part of the command's contract; see
// docs/contract.md.

import Analysis
import Readings

/// Parts of reports as JSON.
enum ReportJSON {
    /// Returns what of a time has data.
    static func coverage(_ coverage: Coverage) -> JSONValue {
        .object([
            ("expected_intervals", .integer(Int64(coverage.expected))),
            ("present_intervals", .integer(Int64(coverage.present))),
            ("absent_intervals", .integer(Int64(coverage.absent))),
            ("not_downloaded_intervals", .integer(Int64(coverage.notDownloaded))),
            ("smeared_intervals", .integer(Int64(coverage.smearedRows))),
            (
                "channels",
                .object(
                    Channel.allCases.map {
                        ($0.name, .integer(Int64(coverage.presentByChannel[$0.rawValue])))
                    }
                )
            ),
        ])
    }

    /// Returns an energy per channel.
    static func energy(_ energy: [WattHours?]) -> JSONValue {
        .object(Channel.allCases.map { ("\($0.name)_wh", .optional(energy[$0.rawValue]?.value)) })
    }

    /// Returns two histories held against each other.
    static func comparison(_ comparison: SeriesComparison) -> JSONValue {
        .object([
            ("channel", .text(comparison.channel.name)),
            ("fine_seconds", .integer(Int64(comparison.fine.seconds))),
            ("coarse_seconds", .integer(Int64(comparison.coarse.seconds))),
            ("days", .integer(Int64(comparison.days))),
            ("equal_days", .integer(Int64(comparison.equalDays))),
            ("contradicting_days", .integer(Int64(comparison.contradictingDays.count))),
            ("largest_difference_wh", .integer(comparison.largestDifference)),
        ])
    }
}
