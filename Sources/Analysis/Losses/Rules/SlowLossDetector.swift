// A loss that comes over weeks and months. The rule stands in SlowRule, which ProductionWatch asks day after day. See
// docs/analysis/degradation.md.

import Readings

/// Finds an array that gives less from month to month.
package enum SlowLossDetector: ProfiledRule {
    package static let profile = DetectorProfile(
        kinds: [.degradation: .month],
        // What it learns it keeps: see LossState.
        memoryDays: 0,
        page: "degradation.md"
    )
}
