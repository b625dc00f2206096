// One format: what it is called, where its rows come from, where it is told of, and who reads it.

import Readings

/// What is known of a format.
package struct FormatFacts: Sendable {
    /// Makes the format's reader.
    package typealias MakeParser = @Sendable (DocumentOptions, TimeZoneRules) -> any DocumentParser

    /// The format.
    package let format: DocumentFormat
    /// The name for people.
    package let title: String
    /// The origin under which the lake keeps the format's rows.
    package let source: Source
    /// The page in docs/sources that tells of it.
    package let page: String
    /// Makes the reader.
    let makeParser: MakeParser

    /// Makes the facts of a format.
    init(
        _ format: DocumentFormat,
        title: String,
        source: Source,
        page: String,
        makeParser: @escaping MakeParser
    ) {
        self.format = format
        self.title = title
        self.source = source
        self.page = page
        self.makeParser = makeParser
    }
}
