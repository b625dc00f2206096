// How much a finding matters.

/// How much a finding matters.
package enum Severity: String, Comparable, CaseIterable, Codable, Sendable {
    /// Worth knowing.
    case notice
    /// Needs a look.
    case warning
    /// Money or hardware is being lost now.
    case critical

    private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}
