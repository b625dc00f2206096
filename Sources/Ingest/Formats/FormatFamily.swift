// Formats that are told and read alike. Each family is one value in a file of its own folder: EnlightenFamily.swift and
// its like; FormatFamilies lists them.

/// A family of formats.
package struct FormatFamily: Sendable {
    /// Looks at the first bytes of a document.
    typealias Recognise = @Sendable (ArraySlice<UInt8>) -> Recognition
    /// Looks at the fields of a line that may be the header of a CSV file.
    typealias RecogniseHeader = @Sendable ([String]) -> Recognition
    /// Finds by what the first bytes of a document name its site.
    typealias Identify = @Sendable (ArraySlice<UInt8>) -> [String: String]
    /// Finds what the name of a document may say of its site.
    typealias IdentifyByName = @Sendable (String) -> [String: String]

    /// The formats.
    package let formats: [FormatFacts]
    /// Tells whether the first line of a document is enough to know the family.
    let isToldByFirstLine: Bool
    /// Tells whether its readers mark rows from before the site's first data, and so must know of them.
    package let marksCommissioning: Bool
    private let recognise: Recognise
    private let recogniseHeader: RecogniseHeader
    private let identify: Identify
    private let identifyByName: IdentifyByName

    /// Makes a family.
    ///
    /// - Parameters:
    ///   - identify: without one of its own a family is identified as JSON of the cloud is.
    ///   - recognise: left out by a family that is told by headers alone.
    ///   - recogniseHeader: left out by a family that has no CSV, or is told by first bytes alone.
    init(
        formats: [FormatFacts],
        isToldByFirstLine: Bool = false,
        marksCommissioning: Bool = false,
        identify: @escaping Identify = { SystemNumber.identifiers(in: $0) },
        identifyByName: @escaping IdentifyByName = { _ in [:] },
        recognise: @escaping Recognise = { _ in .no },
        recogniseHeader: @escaping RecogniseHeader = { _ in .no }
    ) {
        self.formats = formats
        self.isToldByFirstLine = isToldByFirstLine
        self.marksCommissioning = marksCommissioning
        self.recognise = recognise
        self.recogniseHeader = recogniseHeader
        self.identify = identify
        self.identifyByName = identifyByName
    }

    /// Tells what the first bytes of a document say about the family.
    func recognition(prefix: ArraySlice<UInt8>) -> Recognition { recognise(prefix) }

    /// Tells what a line of a CSV file says about the family.
    func recognition(header fields: [String]) -> Recognition { recogniseHeader(fields) }

    /// Returns the identifiers by which the first bytes of a document name the site.
    package func identifiers(prefix: ArraySlice<UInt8>) -> [String: String] { identify(prefix) }

    /// Returns the identifiers that a document's name may give. They prove little: the owner must have asked for them.
    package func identifiers(name: String) -> [String: String] { identifyByName(name) }
}
