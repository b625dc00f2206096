// Files of spreadsheets and word processors, which are ZIP archives by their bytes: whatever their name is, nothing in them is a
// document as a source gave it.

/// Tells files of office programs.
package enum OfficeFile {
    /// Refuses a file of an office program.
    ///
    /// - Throws: `IngestError.unsupported`.
    package static func refuse(members: [String]) throws {
        guard let kind = kind(members: members) else { return }
        throw IngestError.unsupported(
            what: "it is \(kind), not the report itself",
            remedy: "download the report as CSV again and import it without opening it"
        )
    }

    /// Returns what an archive is, by the names of its members; nil where it is an archive of documents.
    package static func kind(members: [String]) -> String? {
        let names = Set(members)
        if names.contains("[Content_Types].xml") {
            return names.contains { $0.hasPrefix("xl/") }
                ? "an Excel workbook" : "a file of an office program"
        }
        if names.contains("mimetype"), names.contains("content.xml") { return "a spreadsheet (ODF)" }
        if names.contains(where: { $0.hasPrefix("Index/") && $0.hasSuffix(".iwa") })
            || names.contains("Index.zip")
        {
            return "a spreadsheet (Numbers)"
        }
        return nil
    }
}
