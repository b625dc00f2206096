// What findings need that are not found in a home's intervals: captures, bills, the utility's meter, a second history. What
// those of intervals need stands in DetectorNeed.

import Readings

/// Which records a site has.
package struct KnownRecords: Equatable, Sendable {
    /// Captures of the gateway.
    package var hasCaptures = false
    /// Firmware of devices.
    package var hasFirmware = false
    /// Intervals of the utility's meter.
    package var hasUtilityIntervals = false
    /// Bills.
    package var hasBills = false
    /// Histories of the site's energy.
    package var historyCount = 0

    /// Knows of none.
    package init() {}
}

/// A need of records.
enum RecordNeed: CaseIterable {
    case captures, firmware, utilityIntervals, bills, histories

    /// The kinds that need it.
    var kinds: [FindingKind] {
        switch self {
        case .captures:
            [
                .cloudSilent, .inverterLost, .relayOpenedItself, .batteriesDiverge, .meterFault, .clockSkewed,
                .counterStep,
            ]
        case .firmware: [.firmwareBehind]
        case .utilityIntervals: [.gridDisagreement]
        case .bills: [.mismatch]
        case .histories: [.stepDisagreement]
        }
    }

    /// Tells whether a site lacks it.
    func isLacking(_ known: KnownRecords) -> Bool {
        switch self {
        case .captures: !known.hasCaptures
        case .firmware: !known.hasFirmware
        case .utilityIntervals: !known.hasUtilityIntervals
        case .bills: !known.hasBills
        case .histories: known.historyCount < 2
        }
    }

    /// What is missing, and how to mend it.
    var reason: String {
        switch self {
        case .captures: "no capture of the gateway; import one"
        case .firmware: "no document tells of firmware; import a capture of the gateway"
        case .utilityIntervals: "no intervals of the utility's meter; import its download"
        case .bills: "no bill; add one"
        case .histories: "a single history has none to be held against"
        }
    }
}

extension DetectorReadiness {
    /// Returns all that a site's data do not allow to look for, those kinds left out that are found in another way too.
    ///
    /// - Parameter home: nil where nothing has intervals of an hour or less.
    package static func notLookedFor(_ home: HomeContext?, _ known: KnownRecords) -> [MissingDetector] {
        let ofHome =
            home.map { missing($0) }
            ?? missing(nil).map { detector in
                MissingDetector(
                    kinds: Detectors.all.flatMap { $0.profile.kinds }.reduce(into: []) { kinds, kind in
                        if !kinds.contains(kind) { kinds.append(kind) }
                    },
                    reason: detector.reason
                )
            }
        let ofRecords = RecordNeed.allCases.filter { $0.isLacking(known) }.map {
            MissingDetector(kinds: $0.kinds, reason: $0.reason)
        }
        let found = known.hasCaptures ? Detectors.sharedKinds : []
        return (ofHome + ofRecords).compactMap { detector in
            let kinds = detector.kinds.filter { !found.contains($0) }
            return kinds.isEmpty ? nil : MissingDetector(kinds: kinds, reason: detector.reason)
        }
    }
}
