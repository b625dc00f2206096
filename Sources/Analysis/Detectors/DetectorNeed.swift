// What detectors need of a home, and what is said where it lacks that.

import Readings

/// What some kinds of findings need.
package struct DetectorNeed: Sendable {
    /// What a home must have, in the order in which it is told.
    package enum Requirement: CaseIterable, Sendable {
        /// Intervals of an hour or less; of a home without them, these kinds are told and nothing else.
        case fineIntervals
        /// An inverter with intervals.
        case inverters
        /// Inverters enough to have neighbours.
        case neighbours
        /// A battery with intervals.
        case batteries
        /// A second battery.
        case batteryPeers
        /// When rows arrived.
        case arrivals
        /// The state of the grid relay.
        case relay
        /// The load, or all from which it follows.
        case load
        /// The rating of the array.
        case rating
        /// The channel of production.
        case production
        /// Days to learn by.
        case history
    }

    /// What is needed.
    package let requirement: Requirement
    /// The kinds that need it.
    package let kinds: [FindingKind]
    /// Their place among those that need the same, as scripts know it; kinds without one follow in the order of the detectors.
    package let place: Int

    /// Describes a need.
    init(_ requirement: Requirement, for kinds: [FindingKind], place: Int = .max) {
        self.requirement = requirement
        self.kinds = kinds
        self.place = place
    }
}

extension DetectorNeed.Requirement {
    /// Inverters of which each has neighbours.
    private static let leastInverters = 4
    /// Days of data before which rules that learn say nothing.
    private static let learningDays = 14

    /// Tells whether a home lacks it. A home without any device of a kind lacks that, not a second one.
    func isLacking(_ home: HomeContext) -> Bool {
        switch self {
        case .fineIntervals: false
        case .inverters: home.inverterCount == 0
        case .neighbours: (1..<Self.leastInverters).contains(home.inverterCount)
        case .batteries: home.batteries.isEmpty
        case .batteryPeers: home.batteries.count == 1
        case .arrivals: home.columns.delay.isEmpty
        case .relay: !home.columns.changes.contains { $0.isRelayOpen != nil }
        case .load: home.columns.siteKey != nil && !home.tellsLoad
        case .rating: home.installedW == nil
        case .production: home.channel(.produced) == nil
        case .history: home.dayCount < Self.learningDays
        }
    }

    /// Returns what is missing, and how to mend it.
    ///
    /// - Parameter hasBatteries: without a relay they are what is left to go by.
    func reason(hasBatteries: Bool) -> String {
        switch self {
        case .fineIntervals: "no data at intervals of an hour or less; import a 15-minute report"
        case .inverters:
            "no inverter has intervals; import the API's per-device telemetry or a device readings CSV"
        case .neighbours: "fewer than four inverters: there are not enough neighbours"
        case .batteries:
            "no battery has intervals; import the API's per-device telemetry or a device readings CSV"
        case .batteryPeers: "a single battery has no others to be held against"
        case .arrivals: "no source tells when its rows arrived"
        case .relay:
            hasBatteries
                ? "no relay state: time off the grid is only suspected, from energy"
                : "no relay state and no battery: time off the grid cannot be told"
        case .load:
            "without consumption a silence at night cannot be told; choose that column too when downloading"
        case .rating:
            "the array's rating is not known, so production beyond it is not seen"
        case .production: "production is not reported"
        case .history: "fewer than \(Self.learningDays) days of data: these rules learn first"
        }
    }
}
