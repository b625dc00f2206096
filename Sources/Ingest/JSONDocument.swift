// JSON from outside, strict and bounded: positions of values on a tape, numbers and texts read only when asked for.
// A document costs its bytes and eight bytes a value; nothing is asked for before it is known to be within bounds.

import Readings

/// A JSON document.
package struct JSONDocument: Sendable {
    fileprivate let bytes: [UInt8]
    fileprivate let tape: [Slot]

    /// A value's place: where it starts in the bytes, and the slot behind it and all that it holds.
    fileprivate struct Slot: Sendable {
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
        var parser = TapeParser(bytes: bytes)
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

    /// Tells whether there is a member of a name, null or not.
    package func hasMember(_ name: String) -> Bool { members.contains { $0.name == name } }

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

/// What a text's bytes stand for.
private enum JSONText {
    static func isNumberByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }

    /// Decodes a string that was checked when the tape was made; bytes that are not UTF-8 become U+FFFD.
    static func decode(_ bytes: [UInt8], quoteAt start: Int) -> String {
        var end = start + 1
        var hasEscape = false
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            if bytes[end] == UInt8(ascii: "\\") {
                hasEscape = true
                end += 1
            }
            end += 1
        }
        let raw = bytes[(start + 1)..<min(end, bytes.count)]
        return hasEscape ? unescape(raw) : String(decoding: raw, as: UTF8.self)
    }

    private static func unescape(_ raw: ArraySlice<UInt8>) -> String {
        var plain: [UInt8] = []
        var units: [UInt16] = []
        var index = raw.startIndex
        func flushUnits() {
            guard !units.isEmpty else { return }
            plain += Array(String(decoding: units, as: UTF16.self).utf8)
            units = []
        }
        while index < raw.endIndex {
            let byte = raw[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < raw.endIndex else {
                flushUnits()
                plain.append(byte)
                continue
            }
            let escape = raw[index]
            index += 1
            if escape == UInt8(ascii: "u"), index + 4 <= raw.endIndex {
                let digits = String(decoding: raw[index..<(index + 4)], as: UTF8.self)
                units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
                index += 4
                continue
            }
            flushUnits()
            switch escape {
            case UInt8(ascii: "n"): plain.append(10)
            case UInt8(ascii: "t"): plain.append(9)
            case UInt8(ascii: "r"): plain.append(13)
            case UInt8(ascii: "b"): plain.append(8)
            case UInt8(ascii: "f"): plain.append(12)
            default: plain.append(escape)
            }
        }
        flushUnits()
        return String(decoding: plain, as: UTF8.self)
    }
}

/// Checks the grammar and writes the tape. Nesting is a stack of our own, so that depth cannot overflow the program's.
private struct TapeParser {
    let bytes: [UInt8]
    private var position = 0
    private var tape: [JSONDocument.Slot] = []
    private var open: [Container] = []

    private struct Container {
        let slot: Int
        let isObject: Bool
        var names: NameSet
    }

    /// The names of an object so far, by hash; equal hashes are compared in full.
    private struct NameSet {
        private var few: [UInt64] = []
        private var many: Set<UInt64> = []

        /// Returns false where the hash is there already.
        mutating func insert(_ hash: UInt64) -> Bool {
            if few.count < 16 {
                guard !few.contains(hash) else { return false }
                few.append(hash)
                return true
            }
            if many.isEmpty { many = Set(few) }
            return many.insert(hash).inserted
        }
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws -> [JSONDocument.Slot] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        var expectsValue = true
        while true {
            skipSpace()
            if expectsValue {
                expectsValue = try takeValue()
                continue
            }
            // Only the flag is copied: a copy of the names would make each new name cost as much as all before it.
            guard let isObject = open.last?.isObject else { break }
            skipSpace()
            switch peek {
            case UInt8(ascii: ","):
                position += 1
                if isObject { try takeName() }
                expectsValue = true
            case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
                position += 1
                close()
            case nil: throw fault(.truncated)
            default: throw fault(.unexpected)
            }
        }
        skipSpace()
        guard position == bytes.count else { throw fault(.trailing) }
        return tape
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func fault(_ fault: IngestError.JSONFault) -> IngestError {
        .json(line: 1 + bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") }, fault)
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 32 || byte == 10 || byte == 13 || byte == 9 else { return }
            position += 1
        }
    }

    private mutating func append(start: Int) throws {
        guard tape.count < Limits.jsonValues else {
            throw IngestError.limit(.values, found: nil, limit: Int64(Limits.jsonValues))
        }
        let slot = UInt32(tape.count)
        tape.append(JSONDocument.Slot(start: UInt32(start), next: slot + 1))
    }

    private mutating func close() {
        let slot = open.removeLast().slot
        tape[slot].next = UInt32(tape.count)
    }

    /// Takes a value or opens a container; returns whether another value must follow at once.
    private mutating func takeValue() throws -> Bool {
        guard let byte = peek else { throw fault(.truncated) }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard open.count < Limits.jsonDepth else {
                throw IngestError.limit(.depth, found: nil, limit: Int64(Limits.jsonDepth))
            }
            let isObject = byte == UInt8(ascii: "{")
            open.append(Container(slot: tape.count, isObject: isObject, names: NameSet()))
            try append(start: position)
            position += 1
            skipSpace()
            if peek == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                position += 1
                close()
                return false
            }
            if isObject { try takeName() }
            return true
        case UInt8(ascii: "\""):
            try append(start: position)
            try takeString()
        case UInt8(ascii: "t"): try takeWord("true")
        case UInt8(ascii: "f"): try takeWord("false")
        case UInt8(ascii: "n"): try takeWord("null")
        default:
            try append(start: position)
            try takeNumber()
        }
        return false
    }

    private mutating func takeName() throws {
        skipSpace()
        guard peek == UInt8(ascii: "\"") else { throw fault(peek == nil ? .truncated : .unexpected) }
        let start = position
        try append(start: start)
        let hasEscape = try takeString()
        let inner = bytes[(start + 1)..<(position - 1)]
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        if hasEscape { JSONText.decode(bytes, quoteAt: start).utf8.forEach(mix) } else { inner.forEach(mix) }
        if !open[open.count - 1].names.insert(hash) {
            let name = JSONText.decode(bytes, quoteAt: start)
            if isRepeated(name) { throw fault(.repeatedName(String(name.prefix(40)))) }
        }
        skipSpace()
        guard peek == UInt8(ascii: ":") else { throw fault(peek == nil ? .truncated : .unexpected) }
        position += 1
    }

    /// Compares with all names before in the open object; asked only where hashes are equal.
    private func isRepeated(_ name: String) -> Bool {
        guard let slot = open.last?.slot else { return false }
        var key = slot + 1
        while key < tape.count - 1 {
            if JSONText.decode(bytes, quoteAt: Int(tape[key].start)) == name { return true }
            key = Int(tape[key + 1].next)
        }
        return false
    }

    /// Takes a string; returns whether it has escapes.
    @discardableResult
    private mutating func takeString() throws -> Bool {
        position += 1
        var hasEscape = false
        while let byte = peek {
            if byte == UInt8(ascii: "\"") {
                position += 1
                return hasEscape
            }
            if byte < 32 { throw fault(.controlCharacter) }
            position += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            hasEscape = true
            guard let escape = peek else { throw fault(.truncated) }
            position += 1
            if escape == UInt8(ascii: "u") {
                for _ in 0..<4 {
                    guard let digit = peek else { throw fault(.truncated) }
                    guard isHexDigit(digit) else { throw fault(.escape) }
                    position += 1
                }
            } else if !"\"\\/bfnrt".utf8.contains(escape) {
                throw fault(.escape)
            }
        }
        throw fault(.truncated)
    }

    private func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    private mutating func takeWord(_ word: StaticString) throws {
        try append(start: position)
        let wanted = word.withUTF8Buffer { Array($0) }
        guard bytes.count - position >= wanted.count,
            bytes[position..<(position + wanted.count)].elementsEqual(wanted)
        else { throw fault(bytes.count - position < wanted.count ? .truncated : .unexpected) }
        position += wanted.count
    }

    private mutating func takeNumber() throws {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        let whole = takeDigits()
        guard whole > 0 else {
            throw fault(start < position || peek != nil ? .number : .truncated)
        }
        let firstDigit = bytes[position - whole]
        guard whole == 1 || firstDigit != UInt8(ascii: "0") else { throw fault(.number) }
        var isLong = whole > 300
        if peek == UInt8(ascii: ".") {
            position += 1
            guard takeDigits() > 0 else { throw fault(.number) }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isLong = true
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            guard takeDigits() > 0 else { throw fault(.number) }
        }
        guard position - start <= Limits.numberBytes else {
            throw IngestError.limit(
                .numberBytes,
                found: Int64(position - start),
                limit: Int64(Limits.numberBytes)
            )
        }
        if isLong {
            let value = Double(String(decoding: bytes[start..<position], as: UTF8.self))
            guard let value, value.isFinite else { throw fault(.numberRange) }
        }
    }

    private mutating func takeDigits() -> Int {
        let start = position
        while let byte = peek, (48...57).contains(byte) { position += 1 }
        return position - start
    }
}
