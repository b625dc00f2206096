// Files that are no text, by the bytes with which they begin. They are met in two places, which word them differently:
// as the document that the owner named, and by the reader of reports.

/// Kinds of files that are no text.
enum BinaryFile {
    /// Who looks.
    enum Place {
        /// What tells the format of a document; an archive was opened before, so one that is left lies inside another.
        case document
        /// The reader of Enlighten reports, to which anything may be given.
        case report
    }

    private struct Kind {
        let start: [UInt8]
        /// What it is called among documents, and by the reader of reports.
        let document: String
        let report: String

        init(_ start: [UInt8], _ document: String, report: String? = nil) {
            self.start = start
            self.document = document
            self.report = report ?? document
        }
    }

    private static let kinds = [
        Kind(
            [0x50, 0x4B, 0x03, 0x04],
            "a ZIP archive inside an archive",
            report: "a ZIP or Excel file"
        ),
        Kind([0x1F, 0x8B], "gzip inside an archive", report: "a gzip file"),
        Kind(Array("%PDF".utf8), "a PDF"),
        Kind([0xD0, 0xCF, 0x11, 0xE0], "an old spreadsheet", report: "an Excel file"),
        Kind(Array("PAR1".utf8), "a Parquet file"),
        Kind(Array("SQLite format".utf8), "an SQLite file", report: "an SQLite database"),
        Kind([0x89, 0x50, 0x4E, 0x47], "a picture"), Kind([0xFF, 0xD8, 0xFF], "a picture"),
    ]

    /// Refuses what is no text in UTF-8.
    ///
    /// - Parameters:
    ///   - bytes: the first bytes of the document.
    ///   - textBytes: so many of them may not hold a zero.
    /// - Throws: `IngestError.binary`, `.encoding`.
    static func refuse(
        _ bytes: some Collection<UInt8>,
        in place: Place,
        textBytes: Int = .max
    ) throws {
        for kind in kinds where bytes.starts(with: kind.start) {
            throw IngestError.binary(kind: place == .document ? kind.document : kind.report)
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw IngestError.encoding(found: "UTF-16")
        }
        if bytes.prefix(textBytes).contains(0) { throw IngestError.binary(kind: "binary data") }
    }
}
