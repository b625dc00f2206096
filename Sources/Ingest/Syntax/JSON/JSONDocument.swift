// JSON from outside, strict and bounded: positions of values on a tape, numbers and texts read only when asked for.
// A document costs its bytes and eight bytes a value; nothing is asked for before it is known to be within bounds.

import Readings

/// A JSON document.
package struct JSONDocument: Sendable {
    fileprivate let bytes: [UInt8]
    fileprivate let tape: [Slot]

    /// A value's place: where it starts in the bytes, and the slot behind it and all that it holds.
    struct Slot: Sendable {
        let start: UInt32
        var next: UInt32
    }

    fileprivate init(bytes: [UInt8], tape: [Slot]) {
        self.bytes = bytes
        self.tape = tape
    }

    /// Parses a document.
    ///
    /// - Throws: `IngestError.json` with line and fault; `IngestError.limit` where a bound is passed. Refused besides what
    ///   the grammar forbids: two members of one name, numbers beyond a `Double`, nesting deeper than `Limits.jsonDepth`.
    package init(_ bytes: [UInt8]) throws {
        guard bytes.count <= Limits.jsonBytes else {
            throw IngestError.limit(.documentBytes, found: Int64(bytes.count), limit: Int64(Limits.jsonBytes))
        }
        var parser = JSONTapeParser(bytes: bytes)
        tape = try parser.parse()
        self.bytes = bytes
    }

    /// The outermost value.
    package var root: JSONNode { JSONNode(document: self, slot: 0) }
}

/// A value of a document. Cheap to copy.
package struct JSONNode: Sendable {
    fileprivate let document: JSONDocument
    fileprivate let slot: Int

    /// What a value is.
    package enum Kind: Sendable {
        case object, array, string, number, boolean, null
    }

    private var start: Int { Int(document.tape[slot].start) }

    /// What it is.
    package var kind: Kind {
        switch document.bytes[start] {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// Tells whether it is null.
    package var isNull: Bool { kind == .null }

    /// The line on which it starts, from 1. Costs time in proportion to the bytes before it.
    package var line: Int { 1 + document.bytes[..<start].count { $0 == UInt8(ascii: "\n") } }

    /// The elements of an array; none of anything else.
    package var elements: Elements { Elements(document: document, slot: kind == .array ? slot : nil) }

    private static let emptyArray = JSONNode(
        document: JSONDocument(bytes: Array("[]".utf8), tape: [JSONDocument.Slot(start: 0, next: 1)]),
        slot: 0
    )

    /// No elements, where a member is missing.
    static let none = emptyArray.elements

    /// No members, where a member is missing.
    static let noMembers = emptyArray.members

    /// The members of an object in their order; none of anything else.
    package var members: Members { Members(document: document, slot: kind == .object ? slot : nil) }

    /// The number of elements or members. Costs time in proportion to it.
    package var count: Int {
        switch kind {
        case .array: elements.reduce(0) { total, _ in total + 1 }
        case .object: members.reduce(0) { total, _ in total + 1 }
        default: 0
        }
    }

    /// Returns the member of a name; nil where there is none or it is null. Costs time in proportion to the members.
    package subscript(name: String) -> JSONNode? {
        guard kind == .object else { return nil }
        let wanted = Array(name.utf8)
        let end = Int(document.tape[slot].next)
        var key = slot + 1
        while key < end {
            let value = key + 1
            if JSONNode(document: document, slot: key).isText(wanted) {
                let node = JSONNode(document: document, slot: value)
                return node.isNull ? nil : node
            }
            key = Int(document.tape[value].next)
        }
        return nil
    }

    // MARK: Scalars

    /// The text of a string; nil for anything else.
    package var string: String? {
        guard kind == .string else { return nil }
        return JSONText.decode(document.bytes, quoteAt: start)
    }

    /// The number; nil for anything else.
    package var double: Double? {
        guard kind == .number else { return nil }
        return Double(numberText)
    }

    /// The number where it is whole and fits; nil for anything else.
    package var int64: Int64? {
        guard kind == .number else { return nil }
        return Int64(numberText) ?? Double(numberText).flatMap { Int64(exactly: $0) }
    }

    /// The truth value; nil for anything else.
    package var boolean: Bool? { kind == .boolean ? document.bytes[start] == UInt8(ascii: "t") : nil }

    /// A scalar as text, as it stands; nil for null, objects and arrays.
    package var text: String? {
        switch kind {
        case .string: string
        case .number: numberText
        case .boolean: boolean == true ? "true" : "false"
        default: nil
        }
    }

    /// A number, or a string that holds one, as `"85"`, `"85.5%"`, `"1,234"`; nil for anything else.
    package var looseDouble: Double? {
        if let double { return double }
        guard var text = string else { return nil }
        text = text.filter { $0 != "," && !$0.isWhitespace }
        if text.hasSuffix("%") { text.removeLast() }
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// A truth value, or one of its words: `true`, `"false"`, `"enabled"`, `1`; nil for anything else.
    package var looseBoolean: Bool? {
        if let boolean { return boolean }
        switch text?.lowercased() {
        case "true", "1", "yes", "enabled", "on": return true
        case "false", "0", "no", "disabled", "off": return false
        default: return nil
        }
    }

    private var numberText: String {
        var end = start
        while end < document.bytes.count, JSONText.isNumberByte(document.bytes[end]) { end += 1 }
        return String(decoding: document.bytes[start..<end], as: UTF8.self)
    }

    private func isText(_ wanted: [UInt8]) -> Bool {
        let first = start + 1
        let bytes = document.bytes
        guard bytes.count > first + wanted.count else { return false }
        for (offset, byte) in wanted.enumerated() where bytes[first + offset] != byte {
            // A name with escapes is rare, and compared in full.
            return bytes[first + offset] == UInt8(ascii: "\\") && string.map { Array($0.utf8) } == wanted
        }
        return bytes[first + wanted.count] == UInt8(ascii: "\"")
    }

    /// The elements of an array.
    package struct Elements: Sequence, IteratorProtocol, Sendable {
        fileprivate let document: JSONDocument
        private var next_: Int
        private let end: Int

        fileprivate init(document: JSONDocument, slot: Int?) {
            self.document = document
            next_ = (slot ?? 0) + 1
            end = slot.map { Int(document.tape[$0].next) } ?? 0
        }

        /// Returns the next value; nil behind the last.
        package mutating func next() -> JSONNode? {
            guard next_ < end else { return nil }
            defer { next_ = Int(document.tape[next_].next) }
            return JSONNode(document: document, slot: next_)
        }
    }

    /// The members of an object.
    package struct Members: Sequence, IteratorProtocol, Sendable {
        fileprivate let document: JSONDocument
        private var key: Int
        private let end: Int

        fileprivate init(document: JSONDocument, slot: Int?) {
            self.document = document
            key = (slot ?? 0) + 1
            end = slot.map { Int(document.tape[$0].next) } ?? 0
        }

        /// Returns the next name and its value; nil behind the last.
        package mutating func next() -> (name: String, value: JSONNode)? {
            guard key < end else { return nil }
            let value = key + 1
            defer { key = Int(document.tape[value].next) }
            return (
                JSONText.decode(document.bytes, quoteAt: Int(document.tape[key].start)),
                JSONNode(document: document, slot: value)
            )
        }
    }
}
