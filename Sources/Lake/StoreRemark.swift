// What is to be told of a store that is no error: damage that was found, what was moved aside, what may be wrong. What helps
// is a `Remedy`; who shows it words it.

import Readings

/// Something to be told of a store.
package struct StoreRemark: Sendable, Equatable {
    /// What it is, and where.
    package let text: String
    /// What helps; nil where the text says all.
    package let remedy: Remedy?

    /// Makes a remark.
    package init(_ text: String, _ remedy: Remedy? = nil) {
        self.text = text
        self.remedy = remedy
    }

    /// Tells of an error.
    package init(_ error: any Error) {
        self.init("\(error)", (error as? any RemediableError)?.remedy)
    }

    /// Tells whether the text has a part.
    package func contains(_ part: String) -> Bool { text.contains(part) }
}

extension StoreRemark: ExpressibleByStringInterpolation, CustomStringConvertible {
    package init(stringLiteral text: String) { self.init(text) }

    package var description: String { text }
}
