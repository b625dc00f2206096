// Which rule found a finding, and with which parameters.

/// A rule and its parameters, as they were when it held.
package struct FindingRule: Equatable, Sendable {
    /// The rule as JSON, an object.
    package let json: JSONValue

    /// The members under which a rule's name may stand; the second is that of the reconciliation.
    private static let names = ["name", "rule"]

    /// Describes a rule.
    ///
    /// - Parameter parameters: with their names in JSON, in order.
    package init(_ name: RuleName, _ parameters: [(String, JSONValue)] = []) {
        json = .object(
            [(FindingRule.names[name.isOfReconciliation ? 1 : 0], .text(name.rawValue))] + parameters
        )
    }

    /// Takes a rule that is an object already.
    package init(object: JSONValue) { json = object }

    /// Takes a rule as it was kept.
    ///
    /// - Parameter text: a JSON object.
    package init(kept text: String) { json = .raw(text) }

    /// The rule's name; nil for one that another program knows.
    package var name: RuleName? { nameText.flatMap { RuleName(rawValue: $0) } }

    /// The rule's name as it is written.
    package var nameText: String? {
        let read = json.read
        return FindingRule.names.lazy.compactMap { read[$0]?.string }.first
    }
}

extension FindingRule: Codable {
    package init(from decoder: any Decoder) throws { json = try JSONValue(from: decoder) }

    package func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}
