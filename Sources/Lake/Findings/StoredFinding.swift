// A finding as the store keeps it, and what happened to it.

import Readings

/// A finding as the store keeps it: what was found, with the number by which the owner names it and what he said of it.
@dynamicMemberLookup
package struct StoredFinding: Sendable, Equatable {
    /// The number by which the owner names it; 0 before it is stored.
    package var findingID: Int64 = 0
    /// The site's number.
    package let systemID: Int64
    /// What was found. Of one that lasts the store does not know how far it is known: `known(to:)` says it.
    package let finding: Finding
    /// Whether the data still show it.
    package var state = FindingState.open
    /// The run that first found it; 0 before it is stored.
    package var openedRun: Int64 = 0
    /// Why it was closed; nil while it is open.
    package var closedBy: ClosingReason?
    /// When the owner said that he knows of it, microseconds UTC.
    package var acknowledgedMicroseconds: Int64?
    /// What it had cost when he said so, Wh; nil where that is not known yet.
    package var acknowledgedCostWh: Int64?
    /// What he said.
    package var note: String?
    /// Until when it is not to be told, microseconds UTC.
    package var mutedUntilMicroseconds: Int64?
    /// When the live watch saw it end; nil where it did not.
    package var liveEnd: Instant?
    /// Whether it asks for its owner; `.now` until `standing(_:_:dataEnd:now:)` of the store's reader has said it.
    package var standing = FindingStanding.now

    /// What stays the same over runs: site, device, kind and start.
    package var identity: String {
        "\(systemID)|\(finding.device)|\(finding.kind.rawValue)|\(finding.start.utcSeconds)"
    }

    /// Describes a finding that is not stored yet.
    package init(systemID: Int64, finding: Finding) {
        self.systemID = systemID
        self.finding = finding
    }

    /// A property of what was found.
    package subscript<Value>(dynamicMember path: KeyPath<Finding, Value>) -> Value { finding[keyPath: path] }

    /// Returns what was found, one that lasts as far as the data go.
    ///
    /// - Parameter now: the time: what a watch says is known up to it, not to the end of the data.
    package func known(to dataEnd: Instant, now: Instant? = nil) -> Finding {
        var known = finding
        let isOfNow = finding.kind.isOfWatch || finding.rule.name?.isLive == true
        let end = isOfNow ? now ?? dataEnd : dataEnd
        known.knownEnd = finding.end ?? max(finding.start, end)
        return known
    }

    /// Tells whether the owner has said that he knows of it, or does not want to hear of it now.
    package func isQuiet(atMicroseconds now: Int64) -> Bool {
        acknowledgedMicroseconds != nil || isMuted(atMicroseconds: now)
    }

    /// Tells whether the owner does not want to hear of it now.
    package func isMuted(atMicroseconds now: Int64) -> Bool {
        mutedUntilMicroseconds.map { $0 > now } ?? false
    }

    /// Returns one that lasts as far as its rows go, ended where the live watch saw its end, behind the last of them.
    func endingAsSeen(_ liveEnd: Instant?) -> StoredFinding {
        guard let liveEnd, finding.end == nil, finding.knownEnd <= liveEnd, finding.start <= liveEnd else {
            return self
        }
        var ended = finding
        ended.end = liveEnd
        ended.knownEnd = liveEnd
        return with(ended)
    }

    /// Returns it with another account of what was found, under the same number.
    func with(_ found: Finding) -> StoredFinding {
        var other = StoredFinding(systemID: systemID, finding: found)
        other.findingID = findingID
        other.state = state
        other.openedRun = openedRun
        other.closedBy = closedBy
        other.acknowledgedMicroseconds = acknowledgedMicroseconds
        other.acknowledgedCostWh = acknowledgedCostWh
        other.note = note
        other.mutedUntilMicroseconds = mutedUntilMicroseconds
        other.liveEnd = liveEnd
        other.standing = standing
        return other
    }
}
