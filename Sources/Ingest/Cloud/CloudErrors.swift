// Error bodies of the API, reported as what they are: an error body belongs to no site and has no rows.

/// Reads error bodies.
package enum CloudErrors {
    /// Returns the refusal of a document that was recognised as an error body: what the API said, and what to do.
    ///
    /// - Parameter head: the first bytes of the document; real bodies are much shorter.
    /// - Throws: `IngestError.json` where they are no whole body, `.limit`.
    package static func refusal(head: [UInt8]) throws -> IngestError {
        refusal(try JSONDocument(head).root)
    }

    /// Refuses a body.
    static func read(_ root: JSONNode, _ reading: inout CloudReading) throws { throw refusal(root) }

    private static func refusal(_ root: JSONNode) -> IngestError {
        let code = root["code"]?.text ?? root["reason"]?.text ?? root["errorCode"]?.text ?? "?"
        let message =
            root["message"]?.text ?? root["message"]?.elements.compactMap(\.text).joined(separator: "; ")
            ?? root["errorMessages"]?.elements.compactMap(\.text).joined(separator: "; ") ?? ""
        let details =
            root["details"]?.text ?? root["details"]?.elements.compactMap(\.text).joined(separator: "; ")
            ?? ""
        let period = root["period"]?.text.map { "; limit \(root["limit"]?.text ?? "?") a \($0)" } ?? ""
        return IngestError.unsupported(
            what:
                "it is an error body of the API: \(word(code, 20)) \(word(message, 80))\(details.isEmpty ? "" : ": \(word(details, 160))")\(period)",
            remedy: remedy(code, hasPeriod: !period.isEmpty)
        )
    }

    private static func word(_ text: String, _ most: Int) -> String {
        String(text.prefix(most)).split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func remedy(_ code: String, hasPeriod: Bool) -> String {
        switch Int(code) {
        case 401, 403: "the application lacks access: renew its token, or its access control, and fetch again"
        case 404: "there is no such system or device for this account"
        case 409, 429:
            hasPeriod
                ? "fetch again when the period is over"
                : "wait a minute and fetch again; at the monthly cap wait for the next month"
        case 422: "ask for a range inside the system's own, which the details name"
        case 405, 501: "this path does not answer such a request"
        case 7: "the data are unavailable for the moment: fetch again later"
        case 473: "the gateway does not report: look at its connection"
        default: "fetch again"
        }
    }
}
