// All families, and which of them a format is of.

import Readings

/// The families of formats.
package enum FormatFamilies {
    /// All families in the order in which they are asked; of two that know a document the first has it.
    package static let all: [FormatFamily] = [.enlighten, .cloud, .gateway, .utility, .owner, .bills]

    private static let places: [DocumentFormat: (family: FormatFamily, facts: FormatFacts)] = Dictionary(
        all.flatMap { family in family.formats.map { ($0.format, (family, $0)) } }
    ) { first, _ in first }

    /// Returns the family of a format and what it knows of it. A test makes sure that every format has one.
    fileprivate static func place(of format: DocumentFormat) -> (family: FormatFamily, facts: FormatFacts) {
        guard let place = places[format] else {
            preconditionFailure("no family of FormatFamilies has the format \(format.rawValue)")
        }
        return place
    }
}

extension DocumentFormat {
    /// The family.
    package var family: FormatFamily { FormatFamilies.place(of: self).family }
    /// What the family knows of the format.
    package var facts: FormatFacts { FormatFamilies.place(of: self).facts }
    /// The name for people.
    package var title: String { facts.title }
    /// The origin under which the lake keeps the format's rows.
    package var source: Source { facts.source }
}
