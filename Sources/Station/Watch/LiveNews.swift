// What a watch tells at once: that something began, grew worse or ended.

import Analysis
import Readings
import Words

/// Something that was found or is over.
package struct LiveNews {
    /// The finding as it is now.
    package let finding: Finding
    /// What became of it.
    package let turn: Turn

    /// What became of a finding.
    package enum Turn: String, Sendable {
        case began, updated, ended
    }

    init(_ change: LiveChange) {
        switch change {
        case .opened(let finding): (self.finding, turn) = (finding, .began)
        case .updated(let finding): (self.finding, turn) = (finding, .updated)
        case .ended(let finding): (self.finding, turn) = (finding, .ended)
        }
    }

    /// One line for people.
    ///
    /// - Parameter zone: the site's.
    package func text(zone: TimeZoneRules) -> String {
        let headline = OwnerWords.headline(finding, zone: zone)
        switch turn {
        case .began: return "\(finding.severity.rawValue): \(headline)"
        case .updated: return "\(finding.severity.rawValue), goes on: \(headline)"
        case .ended: return "over: \(headline)"
        }
    }
}
