// Production that is lost or wrongly measured while the reports are complete. See docs/analysis/production-lost.md.

import Readings

/// Finds production that is lost or wrongly measured.
package enum LossDetector: SeriesDetector {
    package static let profile = DetectorProfile(
        kinds: [
            .productionLost: .twoDays, .degradation: .twoDays, .consumptionMeterWrong: .twoDays,
        ],
        memoryDays: 0,
        page: "production-lost.md"
    )

    /// Returns one finding for each time.
    package static func findings(_ series: SeriesContext) -> [Finding] { [] }
}
