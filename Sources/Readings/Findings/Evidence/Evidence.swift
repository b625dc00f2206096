// The evidence of a finding: facts with a name, a type and a fixed form, in the order in which a detector gave them. Which
// facts there are stands in EvidenceFields.swift.

/// The evidence of a finding.
///
/// Every fact is a property by the name that `EvidenceFields` gives it, at the end that writes as at the end that reads:
/// `evidence.lossPercent = 12` is written as `"loss_pct":12.0`. Facts that this program does not know are kept as they are.
@dynamicMemberLookup
package struct Evidence: Equatable, Sendable {
    /// The facts as JSON, an object.
    package private(set) var json: JSONValue

    private static let fields = EvidenceFields()

    /// Makes evidence without facts.
    package init() { json = .object([]) }

    /// Makes evidence of facts, in their order: `Evidence { $0.lossPercent = 12 }`.
    package init(_ facts: (inout Evidence) -> Void) {
        self.init()
        facts(&self)
    }

    /// Takes facts that are an object already.
    package init(object: JSONValue) { json = object }

    /// Takes evidence as it was kept.
    ///
    /// - Parameter text: a JSON object.
    package init(kept text: String) { json = .raw(text) }

    /// A fact; nil where it is not given, or of another type. Setting nil says that it was looked for and is not known.
    package subscript<Value>(dynamicMember path: KeyPath<EvidenceFields, EvidenceField<Value>>) -> Value? {
        get {
            let field = Evidence.fields[keyPath: path]
            return json[field.name].flatMap(field.decode)
        }
        set {
            let field = Evidence.fields[keyPath: path]
            set(field.name, newValue.map(field.encode) ?? .null)
        }
    }

    /// Returns the evidence with more facts.
    package func with(_ facts: (inout Evidence) -> Void) -> Evidence {
        var more = self
        facts(&more)
        return more
    }

    /// Takes a fact away.
    package mutating func remove<Value>(_ path: KeyPath<EvidenceFields, EvidenceField<Value>>) {
        let name = Evidence.fields[keyPath: path].name
        if case .raw(let text) = json { json = JSONValue(parsing: text) ?? .object([]) }
        guard case .object(let members) = json else { return }
        json = .object(members.filter { $0.0 != name })
    }

    private mutating func set(_ name: String, _ value: JSONValue) {
        if case .raw(let text) = json { json = JSONValue(parsing: text) ?? .object([]) }
        guard case .object(var members) = json else { return }
        if let place = members.firstIndex(where: { $0.0 == name }) {
            members[place].1 = value
        } else {
            members.append((name, value))
        }
        json = .object(members)
    }
}

extension Evidence: Codable {
    package init(from decoder: any Decoder) throws { json = try JSONValue(from: decoder) }

    package func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

/// A fact: its name in JSON, its type and its form.
package struct EvidenceField<Value: Sendable>: Sendable {
    let name: String
    let encode: @Sendable (Value) -> JSONValue
    let decode: @Sendable (JSONValue) -> Value?
}

extension EvidenceField {
    static func number(_ name: String, decimals: Int) -> EvidenceField<Double> {
        EvidenceField<Double>(name: name, encode: { .number($0, decimals: decimals) }, decode: { $0.double })
    }

    static func count(_ name: String) -> EvidenceField<Int> {
        EvidenceField<Int>(
            name: name,
            encode: { .integer(Int64($0)) },
            decode: { $0.double.flatMap { Int(exactly: $0) } }
        )
    }

    static func text(_ name: String) -> EvidenceField<String> {
        EvidenceField<String>(name: name, encode: { .text($0) }, decode: { $0.string })
    }

    static func time(_ name: String) -> EvidenceField<Instant> {
        EvidenceField<Instant>(
            name: name,
            encode: { .text($0.iso8601) },
            decode: { $0.string.flatMap { Instant(iso8601: $0) } }
        )
    }

    /// A list whose elements have a form of their own.
    static func list<Element>(_ name: String, of element: EvidenceField<Element>) -> EvidenceField<[Element]>
    {
        EvidenceField<[Element]>(
            name: name,
            encode: { .array($0.map(element.encode)) },
            decode: { $0.elements.compactMap(element.decode) }
        )
    }

    /// Counts of rows in order, some of which have none.
    static func gaps(_ name: String) -> EvidenceField<[Int?]> {
        EvidenceField<[Int?]>(
            name: name,
            encode: { .array($0.map { .optional($0.map { Int64($0) }) }) },
            decode: { $0.elements.map { $0.double.flatMap { Int(exactly: $0) } } }
        )
    }

    static func effect(_ name: String) -> EvidenceField<SideEffect> {
        EvidenceField<SideEffect>(name: name, encode: \.json, decode: { SideEffect(json: $0) })
    }

    /// Facts of a form of their own, as JSON.
    static func object(_ name: String) -> EvidenceField<JSONValue> {
        EvidenceField<JSONValue>(name: name, encode: { $0 }, decode: { $0 })
    }
}
