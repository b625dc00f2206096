// A finding as it is told, in words alone. How it is made of a finding stands in FindingCard+Facts.swift.

/// A finding as it is told.
package struct FindingCard: Equatable, Sendable {
    /// `critical`, `warning` or `notice`; `ended` for one that has ended.
    package let severity: String
    /// The same in words, as `over, was critical`.
    package let label: String
    /// What it is, with the number that matters.
    package let headline: String
    /// Since when, how sure, what it costs, what to do, by which rule and rows: names and texts.
    package let lines: [(name: String, text: ReportText)]

    /// Tells whether two cards say the same.
    package static func == (left: FindingCard, right: FindingCard) -> Bool {
        left.label == right.label && left.headline == right.headline
            && left.lines.elementsEqual(right.lines, by: ==)
    }
}
