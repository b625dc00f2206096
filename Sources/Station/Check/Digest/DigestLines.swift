// The open findings of a night in lines: what is new, what came again, what lasts and what is to be followed up, those of one
// cause as one. What is over stands in SiteDigest.

import Lake
import Readings

/// The lines of a night's open findings.
struct DigestLines {
    private let view: SiteView
    private let told: [ToldFinding]
    private let fresh: Set<Int64>
    private let reopened: Set<Int64>

    /// Gathers the lines.
    ///
    /// - Parameters:
    ///   - open: all open findings of the site, each with its standing and a number of its own.
    ///   - fresh: those that were not known before.
    ///   - reopened: those that were closed and hold again.
    init(_ view: SiteView, open: [StoredFinding], fresh: [StoredFinding], reopened: [StoredFinding] = []) {
        self.view = view
        told = view.told(open)
        self.fresh = Set(fresh.map(\.findingID))
        self.reopened = Set(reopened.map(\.findingID))
    }

    /// How many there are, those of one cause counted as one.
    var count: String { SiteView.count(told, fresh: told.count(where: isNew)) }

    /// A cause of which nothing was known before.
    private func isNew(_ own: ToldFinding) -> Bool { own.all.allSatisfy { fresh.contains($0.findingID) } }

    /// A cause that was told before, though something of it may be new.
    private func isKnown(_ own: ToldFinding) -> Bool { !own.has(fresh.union(reopened)) || isLater(own) }

    /// Tells whether a part of a cause was known, and a part is not.
    private func isLater(_ own: ToldFinding) -> Bool {
        let news = fresh.union(reopened)
        return own.has(news) && !own.all.allSatisfy { news.contains($0.findingID) }
    }

    /// What is new, what came again, and what came to a cause that was known.
    var news: [String] {
        let again = told.filter { $0.has(reopened) && !isLater($0) }
        return view.lines(told.filter(isNew)) + view.lines(again).map { "again: \($0)" }
            + told.filter(isLater).flatMap(later)
    }

    private func later(_ own: ToldFinding) -> [String] {
        own.all.flatMap { finding -> [String] in
            let isAgain = reopened.contains(finding.findingID)
            guard isAgain || fresh.contains(finding.findingID) else { return [] }
            let other = finding.findingID == own.lead.findingID ? own.others.first : own.lead
            let with = other.map { $0.findingID > 0 ? " (with #\($0.findingID))" : "" } ?? ""
            return view.lines(view.told([finding])).map { "\(isAgain ? "again: " : "")\($0)\(with)" }
        }
    }

    /// What was told before and lasts: one night's digest stands for itself. Then what ended lately and makes the exit code 1.
    var standing: [String] {
        let known = told.filter(isKnown)
        let following = known.filter {
            $0.standing == .followUp && $0.all.contains(where: SiteView.needsAttention)
        }
        return view.lines(known.filter { $0.standing == .now }).map { "still: \($0)" }
            + following.flatMap { own in
                view.lines([own]).map { "\(view.ended(own)), not acknowledged: \($0)" }
            }
    }
}
