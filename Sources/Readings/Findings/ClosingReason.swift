// Why a finding went.

/// Why the data no longer show a finding, with the documents that filled the hole.
package struct ClosingReason: Equatable, Sendable {
    /// The reason as JSON, an object.
    package let json: JSONValue

    /// The data no longer show it.
    package init() { json = .object([("reason", .text("the data no longer show it"))]) }

    /// Documents filled the hole.
    package init(filledBy documents: [(importID: Int64, name: String)]) {
        json = .object([
            ("reason", .text("new data fill it")),
            (
                "imports",
                .array(
                    documents.map {
                        .object([("import_id", .integer($0.importID)), ("name", .text($0.name))])
                    }
                )
            ),
        ])
    }

    /// Takes a reason as it was kept.
    ///
    /// - Parameter text: a JSON object.
    package init(kept text: String) { json = .raw(text) }

    /// The reason in words with the documents' names; nil where it was kept in another form.
    package var text: String? {
        let read = json.read
        guard let text = read["reason"]?.string else { return nil }
        let names = (read["imports"]?.elements ?? []).compactMap { $0["name"]?.string }
        return names.isEmpty ? text : "\(text): \(names.joined(separator: ", "))"
    }
}
