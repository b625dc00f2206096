// Which rules cannot run for a home, and what they lack, by the needs that detectors state.

import Readings

/// A group of kinds that cannot be looked for.
package struct MissingDetector: Equatable, Sendable {
    /// The kinds.
    package let kinds: [FindingKind]
    /// What is missing.
    package let reason: String
    /// What the owner can tell to mend it; nil where that is data.
    package var remedy: Remedy?

    /// Names what cannot be looked for.
    package init(kinds: [FindingKind], reason: String, remedy: Remedy? = nil) {
        self.kinds = kinds
        self.reason = reason
        self.remedy = remedy
    }
}

/// Tells what a home's data do not allow.
package enum DetectorReadiness {
    /// Returns what cannot be looked for; `home` is nil where nothing has intervals of an hour or less.
    package static func missing(_ home: HomeContext?) -> [MissingDetector] {
        guard let home else { return [missing(.fineIntervals, hasBatteries: false)] }
        return DetectorNeed.Requirement.allCases.filter { $0.isLacking(home) }.map {
            missing($0, hasBatteries: !home.batteries.isEmpty)
        }
    }

    private static func missing(_ requirement: DetectorNeed.Requirement, hasBatteries: Bool)
        -> MissingDetector
    {
        let profiles = Detectors.all.map { $0.profile } + Detectors.ofSeries.map { $0.profile }
        let needs = profiles.flatMap(\.needs).filter { $0.requirement == requirement }
        let sorted = needs.enumerated().sorted {
            ($0.element.place, $0.offset) < ($1.element.place, $1.offset)
        }
        return MissingDetector(
            kinds: sorted.flatMap(\.element.kinds),
            reason: requirement.reason(hasBatteries: hasBatteries),
            remedy: requirement == .rating ? .tellRating(site: nil) : nil
        )
    }
}
