// Which finding a message speaks of: the one of its identity, or what became of it where its start has moved.

import Readings

/// A finding's identity in its parts.
struct ToldIdentity: Equatable {
    /// The site's number, as text.
    let system: String
    /// The device.
    let device: String
    /// The kind's name; this program may not know it.
    let kindName: String
    /// The start.
    let start: Instant

    /// Reads `SITE|DEVICE|KIND|START`; nil for another form. A device may hold the sign itself.
    init?(_ identity: String) {
        let parts = identity.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count >= 4, let last = parts.last, let seconds = Int64(last),
            abs(seconds) < 250_000_000_000
        else { return nil }
        system = String(parts[0])
        device = parts[1..<(parts.count - 2)].joined(separator: "|")
        kindName = String(parts[parts.count - 2])
        start = Instant(utcSeconds: seconds)
    }

    /// The kind; nil for one that another program knows.
    var kind: FindingKind? { FindingKind(rawValue: kindName) }
}

/// Finds what a message speaks of.
struct FindingSearch {
    /// A start that has moved further is that of another finding.
    private static let mostSeconds: Int64 = 7 * 86_400

    private let findings: [NotifiedFinding]
    private let places: [String: Int]

    init(_ findings: [NotifiedFinding]) {
        self.findings = findings
        places = Dictionary(
            findings.enumerated().map { ($1.identity, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Returns the finding of an identity: itself, else the one of the same site, device and kind in whose time its start lies,
    /// else the one whose start is the nearest within a week; nil where there is none.
    func finding(_ identity: String) -> NotifiedFinding? {
        if let place = places[identity] { return findings[place] }
        guard let told = ToldIdentity(identity) else { return nil }
        let alike = findings.filter {
            guard $0.finding.kind.rawValue == told.kindName, $0.finding.device == told.device else {
                return false
            }
            return ToldIdentity($0.identity).map { $0.system == told.system } ?? false
        }
        func distance(_ own: NotifiedFinding) -> Int64 {
            abs(own.finding.start.utcSeconds - told.start.utcSeconds)
        }
        let around = alike.filter { $0.finding.interval.contains(told.start.utcSeconds) }
        let near = alike.filter { distance($0) <= FindingSearch.mostSeconds }
        return (around.isEmpty ? near : around).min { distance($0) < distance($1) }
    }
}
