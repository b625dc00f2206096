// A web page where a document should be: what a browser saves when the session has ended, whatever name the file has.

/// Tells web pages.
enum WebPage {
    private static let starts = ["<!doctype html", "<html", "<head", "<body", "<script"]

    /// Refuses a web page.
    ///
    /// - Throws: `IngestError.unsupported`.
    static func refuse(_ prefix: ArraySlice<UInt8>) throws {
        let text = prefix.withoutByteOrderMark.drop { $0 <= 32 }.prefix(400)
        guard text.first == UInt8(ascii: "<") else { return }
        let words = String(decoding: text, as: UTF8.self).lowercased()
        guard starts.contains(where: words.hasPrefix) || words.contains("<html") else { return }
        throw IngestError.unsupported(
            what: "it is a web page (HTML), such as the page for signing in, and no data",
            remedy: "sign in again, and save the report or the JSON itself"
        )
    }
}
