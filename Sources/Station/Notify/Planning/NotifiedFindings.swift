// Findings as the store keeps them, made ready for messages: how they stand, what is told with what, how often they came back.

import Lake
import Notify
import Readings

extension SiteView {
    /// Returns all findings of a site as messages know them.
    ///
    /// - Parameters:
    ///   - stored: all of the site, each with its standing.
    ///   - timesBack: how often each came back, by number.
    ///   - fresh: numbers of those that this run opened.
    func notified(_ stored: [StoredFinding], timesBack: [Int64: Int], fresh: Set<Int64>) -> [NotifiedFinding]
    {
        FindingState.allCases.flatMap { state in
            told(stored.filter { $0.state == state }).flatMap { own in
                own.all.map { finding in
                    let isLeader = finding.findingID == own.lead.findingID
                    var notified = NotifiedFinding(
                        identity: finding.identity,
                        number: finding.findingID,
                        finding: isLeader ? own.finding : known(finding)
                    )
                    notified.state = state
                    notified.standing = isLeader ? own.standing : finding.standing
                    notified.closedBy = finding.closedBy
                    notified.isQuiet = finding.isQuiet(atMicroseconds: now * 1_000_000)
                    notified.isMuted = finding.isMuted(atMicroseconds: now * 1_000_000)
                    notified.acknowledgedMicroseconds = finding.acknowledgedMicroseconds
                    notified.timesBack = timesBack[finding.findingID] ?? 0
                    notified.leader = isLeader ? nil : own.lead.identity
                    notified.companions = isLeader ? own.others.map(headline) : []
                    notified.isFresh = fresh.contains(finding.findingID)
                    return notified
                }
            }
        }
    }
}
