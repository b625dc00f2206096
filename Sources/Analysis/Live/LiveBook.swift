// Claims become findings: opened, made worse, ended after a least stay; what opens again and again is one that comes and
// goes. What is claimed is the business of the rules.

import Readings

/// The findings that are open, and how often each opened lately.
struct LiveBook {
    private struct Entry {
        var finding: Finding
        var grade: Int
        /// When it was opened, by the clock that never goes back.
        var openedAt: Double
        /// When it was over, seconds UTC; nil while it holds.
        var overAt: Int64?
        /// Since when it has been over, by the clock that never goes back.
        var calmSince = 0.0
        /// How often it opened within six hours; more than three are one finding.
        var openings: Int
        var news: String
        /// How often news were told, and when last.
        var newsTold = 0
        var newsAt = -Double.infinity
        var isRepeated: Bool { openings > LiveBook.mostOpenings }
    }

    private var entries: [LiveClaim.Key: Entry] = [:]
    private var openings: [LiveClaim.Key: [Double]] = [:]
    private let muted: Set<FindingKind>

    /// The least time for which a finding stays open, seconds.
    static let leastStay = 600.0
    /// So many openings within so many seconds are told one by one.
    static let mostOpenings = 3
    static let openingSeconds = 21_600.0
    /// So many findings of one kind are open at most.
    static let mostOfKind = 32
    /// So many things are remembered that opened lately.
    private static let mostRemembered = 512
    /// News of a finding are told so often at once, then no oftener than this, seconds.
    private static let promptNews = 2
    private static let newsSeconds = 3_600.0
    /// The parameter of a rule that keeps the grade over a restart.
    private static let gradeName = "level"

    /// Kinds that are told, and end, while the gateway does not answer.
    private static let ownKinds: Set<FindingKind> = [
        .gatewayUnreachable, .watchOffline, .tokenExpiring, .keyChanged, .serialChanged, .firmwareChanged,
    ]

    /// Goes on with findings that were open.
    init(muted: Set<FindingKind>, open: [Finding]) {
        self.muted = muted
        for finding in open where finding.end == nil && finding.rule.name?.isLive == true {
            let key = LiveClaim.Key(kind: finding.kind, device: finding.device)
            let grade = finding.rule.json.read[LiveBook.gradeName]?.double ?? 1
            entries[key] = Entry(
                finding: finding,
                grade: Whole.of(grade),
                openedAt: -.infinity,
                openings: finding.evidence.openingCount ?? 1,
                news: LiveBook.news(of: finding.evidence)
            )
        }
    }

    /// What of evidence is news, as claims say it.
    private static func news(of evidence: Evidence) -> String {
        evidence.grid ?? evidence.after ?? evidence.clockInDoubt
            ?? (evidence.serials ?? []).joined(separator: " ")
    }

    /// How many findings are open.
    var openCount: Int { entries.count }

    /// Tells whether a finding is open.
    func isOpen(_ kind: FindingKind, _ device: String) -> Bool {
        entries[LiveClaim.Key(kind: kind, device: device)] != nil
    }

    /// Takes the claims of a round.
    mutating func take(_ claims: [LiveClaim], _ time: LiveTime) -> [LiveChange] {
        var changes: [LiveChange] = []
        // What holds by one rule is not over by another.
        for claim in claims where claim.standing == .isOver { end(claim, time) }
        for claim in claims where claim.standing == .holds && !muted.contains(claim.key.kind) {
            if let change = hold(claim, time) { changes.append(change) }
        }
        for key in entries.keys.sorted() {
            guard time.isKnown || LiveBook.ownKinds.contains(key.kind) else { continue }
            if let change = close(key, time) { changes.append(change) }
        }
        return changes
    }

    private mutating func end(_ claim: LiveClaim, _ time: LiveTime) {
        guard let entry = entries[claim.key], entry.overAt == nil else { return }
        let end = time.plausible(claim.at)
        guard !claim.endsBehindStart || end > entry.finding.start.utcSeconds else { return }
        entries[claim.key]?.overAt = end
        entries[claim.key]?.calmSince = time.monotonic
    }

    private mutating func close(_ key: LiveClaim.Key, _ time: LiveTime) -> LiveChange? {
        guard let entry = entries[key], let overAt = entry.overAt else { return nil }
        let isLong =
            entry.isRepeated
            ? time.monotonic - entry.calmSince >= LiveBook.openingSeconds
            : time.monotonic - entry.openedAt >= LiveBook.leastStay
        guard isLong else { return nil }
        var finding = entry.finding
        let end = Instant(utcSeconds: max(overAt, finding.start.utcSeconds))
        (finding.end, finding.knownEnd) = (end, end)
        entries[key] = nil
        if entry.isRepeated { openings[key] = nil }
        return .ended(finding)
    }

    private mutating func hold(_ claim: LiveClaim, _ time: LiveTime) -> LiveChange? {
        guard var entry = entries[claim.key] else { return open(claim, time) }
        defer { entries[claim.key] = entry }
        let isBack = entry.overAt != nil
        entry.overAt = nil
        entry.finding.knownEnd = Instant(utcSeconds: max(time.at, entry.finding.start.utcSeconds))
        var isTold = false
        if isBack && entry.isRepeated {
            entry.openings += 1
            // One that goes on coming and going is told less and less often.
            isTold = entry.openings & (entry.openings - 1) == 0
        }
        let isNews =
            !claim.news.isEmpty && claim.news != entry.news
            && (entry.newsTold < LiveBook.promptNews
                || time.monotonic - entry.newsAt >= LiveBook.newsSeconds)
        if isNews {
            (entry.news, entry.newsTold, entry.newsAt) = (claim.news, entry.newsTold + 1, time.monotonic)
        }
        guard claim.grade > entry.grade || isNews || isTold else { return nil }
        entry.grade = max(entry.grade, claim.grade)
        entry.finding.severity = max(entry.finding.severity, claim.severity)
        entry.finding.rule = LiveBook.rule(claim, grade: entry.grade)
        entry.finding.evidence = LiveBook.evidence(claim, openings: entry.openings)
        return .updated(entry.finding)
    }

    private mutating func open(_ claim: LiveClaim, _ time: LiveTime) -> LiveChange? {
        let key = claim.key
        guard claim.isSaid || time.isSettled,
            entries.count(where: { $0.key.kind == key.kind }) < LiveBook.mostOfKind
        else { return nil }
        forget(time)
        guard openings[key] != nil || openings.count < LiveBook.mostRemembered else { return nil }
        openings[key, default: []].append(time.monotonic)
        let count = openings[key]?.count ?? 1
        // A device whose clock is ahead has no future either.
        let start = min(time.plausible(claim.at), time.at)
        let finding = Finding(
            device: key.device,
            kind: key.kind,
            start: Instant(utcSeconds: start),
            end: claim.isMoment && count <= LiveBook.mostOpenings ? Instant(utcSeconds: start) : nil,
            alert: Instant(utcSeconds: max(start, time.at)),
            severity: claim.severity,
            sureness: claim.sureness,
            rule: LiveBook.rule(claim, grade: claim.grade),
            evidence: LiveBook.evidence(claim, openings: count),
            knownEnd: Instant(utcSeconds: max(start, time.at))
        )
        if finding.end == nil {
            entries[key] = Entry(
                finding: finding,
                grade: claim.grade,
                openedAt: time.monotonic,
                openings: count,
                news: claim.news
            )
        }
        return .opened(finding)
    }

    /// Lets go of openings that lie longer back than is counted.
    private mutating func forget(_ time: LiveTime) {
        for (key, times) in openings {
            let recent = times.filter { time.monotonic - $0 < LiveBook.openingSeconds }
            openings[key] = recent.isEmpty ? nil : recent
        }
    }

    private static func rule(_ claim: LiveClaim, grade: Int) -> FindingRule {
        FindingRule(claim.rule, [(gradeName, .integer(Int64(grade)))])
    }

    private static func evidence(_ claim: LiveClaim, openings: Int) -> Evidence {
        openings > mostOpenings ? claim.evidence.with { $0.openingCount = openings } : claim.evidence
    }
}
