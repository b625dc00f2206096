// The reader of a document.

import Readings

/// Makes readers.
package enum DocumentParsers {
    /// Returns the reader of a document; a gateway capture comes as a bundle of its bodies.
    package static func make(_ options: DocumentOptions, zone: TimeZoneRules) -> any DocumentParser {
        options.format.facts.makeParser(options, zone)
    }
}
