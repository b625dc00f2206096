// The bounds that no document may exceed.

/// Limits of the readers of documents.
enum Limits {
    /// Longest line; the longest known report line has below 200 bytes.
    static let lineBytes = 64 << 10
    /// Most columns of a header.
    static let columns = 256
    /// Energy of 15 minutes that no house can use or make (4 MW): the row is refused.
    static let absurdWhPerQuarter: Int64 = 1_000_000
    /// Energy of 15 minutes (120 kW) above which a row is marked: formats of Enlighten reports, rule 8.
    static let implausibleWhPerQuarter: Int64 = 30_000
    /// How far production may exceed the array's rating.
    static let ratingFactor = 1.25
    /// Rows from whose distances the step is told.
    static let stepSampleRows = 1_000
    /// Rows that tell the step by themselves where all of them are equally far apart.
    static let clearSampleRows = 100
    /// Rows of a longer step in succession that show two steps in one file.
    static let coarseRun = 24
    /// Row errors that are kept in words.
    static let keptErrors = 5

    // MARK: Documents that are held whole

    /// Largest JSON document; the largest known, a lifetime of quarter hours in all channels, has 12 MB.
    static let jsonBytes = 20 << 20
    /// Most values of a JSON document, eight bytes each.
    static let jsonValues = 4 << 20
    /// Deepest nesting of JSON; the deepest known body has 8 levels.
    static let jsonDepth = 64
    /// Longest number in a document.
    static let numberBytes = 400
    /// Rows of a table other than site_interval that one document may give: 25 years of quarter hours.
    static let documentRows = 900_000
    /// Deepest nesting of XML; Green Button has 7 levels.
    static let xmlDepth = 32
    /// Longest text of an XML element, and longest tag.
    static let xmlTextBytes = 64 << 10
    /// Most attributes of an XML element.
    static let xmlAttributes = 64
    /// Most blocks of a Green Button document: one an hour for 20 years.
    static let greenButtonBlocks = 200_000
    /// Most descriptions, bills and names of a Green Button document.
    static let greenButtonResources = 10_000
    /// Most columns of a utility's CSV header.
    static let csvColumns = 256

    // MARK: Archives

    /// Most files of an archive or a capture.
    static let archiveMembers = 10_000
    /// Largest directory of an archive, bytes.
    static let archiveDirectoryBytes = 8 << 20
    /// Largest document that may come out of an archive; the largest known report has 60 MB.
    static let expandedBytes: Int64 = 512 << 20
    /// Most bytes that may come out of all members of an archive together.
    static let archiveExpandedBytes: Int64 = 16 << 30
    /// Processor time that a document may take, seconds: this much, and as much again for each megabyte. Readers take some
    /// hundredths of a second a megabyte.
    static let documentSeconds = 60.0
    static let documentSecondsPerMegabyte = 2.0
    /// Above this size a document may not be larger than `expansionRatio` times what it was compressed to.
    static let expansionFreeBytes: Int64 = 16 << 20
    /// Real reports shrink to a tenth; one of zeros only to a two-hundredth.
    static let expansionRatio: Int64 = 300
    /// Largest capture, all bodies together.
    static let captureBytes = 20 << 20
}
