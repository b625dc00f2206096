// The only list of detectors. Whoever asks what can be found, what it needs, how far it looks, or what it brings about,
// asks here.

import Readings

/// All detectors.
package enum Detectors {
    /// Those of a home. Each sees what those before it found; a new one goes to the end.
    package static let all: [any Detector.Type] = [
        DeviceSilenceDetector.self, PinnedBatteryDetector.self, IdleBatteryDetector.self,
        UnevenBatteryDetector.self, DeepDischargeDetector.self, LateReportDetector.self, StaleDetector.self,
        ClockShiftDetector.self, ImpossibleValueDetector.self, IslandDetector.self,
        DegradedInverterDetector.self,
    ]

    /// Those of a series, asked for each.
    package static let ofSeries: [any SeriesDetector.Type] = [
        GapDetector.self, SmearDetector.self, ZeroDayDetector.self, PlaceDetector.self,
    ]

    /// Those of records.
    package static let ofRecords: [any RecordDetector.Type] = [
        CaptureEventDetector.self, FirmwareDetector.self, GridDisagreementDetector.self,
        StuckBatteryDetector.self,
    ]

    /// Rules that somebody else asks: the comparison of histories, the watch over the watch, the reconciliation, the live watch.
    package static let others: [any ProfiledRule.Type] = [
        SeriesComparison.self, ClampDetector.self, LossDetector.self, SlowLossDetector.self, WatchRules.self,
        Reconciliation.self, LiveRules.self,
    ]

    /// The profiles of all of them.
    package static let profiles: [DetectorProfile] =
        all.map { $0.profile } + ofSeries.map { $0.profile } + ofRecords.map { $0.profile }
        + others.map { $0.profile }

    /// Kinds that two detectors may find: devices silent, and batteries that stand still, in captures of the gateway and in
    /// their intervals. The rule of such a finding tells by which.
    package static let sharedKinds: Set<FindingKind> = [
        .deviceSilent, .partialSite, .batteryPinned, .batteryNoCharge,
    ]

    /// Days that the longest memory reaches back.
    package static let memoryDays = profiles.map(\.memoryDays).max() ?? 0

    private static let reaches: [FindingKind: FindingReach] = Dictionary(
        profiles.flatMap { profile in profile.kinds.map { ($0, profile.reach(of: $0)) } },
        uniquingKeysWith: { first, _ in first }
    )

    /// Returns how far the rule of a kind looks beyond what it found.
    package static func reach(of kind: FindingKind) -> FindingReach { reaches[kind] ?? .nineDays }

    /// What findings bring about, in the order in which that is asked.
    package static let sideEffects: [SideEffectRule] = {
        let sorted = profiles.enumerated().sorted {
            ($0.element.effectsPlace, $0.offset) < ($1.element.effectsPlace, $1.offset)
        }
        return sorted.flatMap(\.element.effects)
    }()
}
