// The bounds that no file may exceed; a size is checked against them before memory is asked for. Checking is the business
// of whoever reads the size.

/// Limits of the reader. Source: docs/parquet.md, section "Hostile files".
enum Limits {
    /// Smallest file: magic, empty footer, length, magic.
    static let fileBytes = 12
    /// Largest footer.
    static let footerBytes = 64 << 20
    /// Deepest nesting of a Thrift structure.
    static let thriftDepth = 16
    /// Most values in one Thrift structure.
    static let thriftValues = 4_000_000
    /// Most elements of a schema.
    static let schemaElements = 10_000
    /// Largest page after decompression.
    static let pageBytes = 256 << 20
    /// Deflate's best ratio, and the slack that every page is granted.
    static let expansionRatio = 1_032
    /// Slack on top of the ratio.
    static let expansionSlackBytes = 64 << 10
    /// Longest block of DELTA_BINARY_PACKED.
    static let deltaBlockValues = 65_536
    /// How far pages may reach beyond the size that the footer states.
    static let oversizedHeaderBytes: Int64 = 100
    /// Most values of one page.
    static let pageValues = 1 << 24
    /// Most rows that a whole file may hold: far above a fleet's month, far below what a lying header could ask for.
    static let rows: Int64 = 1 << 26
}
