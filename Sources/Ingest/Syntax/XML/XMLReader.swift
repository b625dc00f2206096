// XML from outside, piece by piece, strict and bounded: UTF-8, namespaces, the five entities, and nothing that could make
// more of it than there is. A document type is refused whole, so no entity is ever defined.
// Source of the grammar: W3C, Extensible Markup Language (XML) 1.0 and Namespaces in XML 1.0.

/// Reads XML.
struct XMLReader {
    private var pending: [UInt8] = []
    private var mode = Mode.text
    private var quote: UInt8 = 0
    private var line = 1
    private var open: [Element] = []
    private var namespaces: [(prefix: String, uri: String, depth: Int)] = []
    private var hasRoot = false
    private var isAtStart = true
    /// The last bytes inside a comment or instruction, by which its end is told.
    private var tail: (UInt8, UInt8) = (0, 0)

    private enum Mode {
        case text
        /// Behind `<`, until it is known what begins.
        case markup
        case tag, comment, instruction, cdata
    }

    private struct Element {
        let raw: [UInt8]
        let name: String
    }

    /// Takes a piece and hands on what is whole.
    ///
    /// - Throws: `IngestError.xml`, `.limit`, and what the sink throws.
    mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: (XMLEvent) throws -> Void) throws {
        var bytes = bytes
        if isAtStart { bytes = try skipMark(bytes) }
        for byte in bytes {
            if byte == UInt8(ascii: "\n") { line += 1 }
            switch mode {
            case .text:
                if byte == UInt8(ascii: "<") {
                    try flushText(sink)
                    mode = .markup
                } else {
                    try keep(byte)
                }
            case .markup: try beginMarkup(byte)
            case .tag: try takeInTag(byte, sink)
            case .comment, .instruction: takeSkipped(byte)
            case .cdata: try takeInCData(byte, sink)
            }
        }
    }

    /// Ends the document.
    ///
    /// - Throws: `IngestError.xml` where it ended too early.
    mutating func finish() throws {
        guard mode == .text, open.isEmpty, hasRoot, pending.allSatisfy({ $0 <= 32 }) else {
            throw fault(.truncated)
        }
    }

    private mutating func skipMark(_ bytes: ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
        var bytes = bytes
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        while let byte = bytes.first {
            // The mark may come in pieces of one byte each.
            if pending.count < 3, byte == mark[pending.count] {
                pending.append(byte)
                bytes = bytes.dropFirst()
                if pending.count < 3 { continue }
                pending.removeAll()
            } else if !pending.isEmpty || byte >= 0x80 {
                throw fault(.encoding)
            }
            isAtStart = false
            return bytes
        }
        return bytes
    }

    private func fault(_ fault: IngestError.XMLFault) -> IngestError { .xml(line: line, fault) }

    private mutating func keep(_ byte: UInt8) throws {
        guard pending.count < Limits.xmlTextBytes else {
            throw IngestError.limit(.textBytes, found: nil, limit: Int64(Limits.xmlTextBytes))
        }
        // Blank text before anything else says nothing, however long.
        if mode == .text, byte <= 32, pending.isEmpty { return }
        if byte == 0 { throw fault(.unexpected) }
        pending.append(byte)
    }

    // MARK: Markup

    private mutating func beginMarkup(_ byte: UInt8) throws {
        pending.append(byte)
        let start = pending
        if start == Array("!--".utf8) { return begin(.comment) }
        if start.first == UInt8(ascii: "?") { return begin(.instruction) }
        if start == Array("![CDATA[".utf8) {
            guard !open.isEmpty else { throw fault(.unexpected) }
            return begin(.cdata)
        }
        if start.first == UInt8(ascii: "!") {
            let isPossible = "!--".utf8.starts(with: start) || "![CDATA[".utf8.starts(with: start)
            if !isPossible { throw fault(.documentType) }
            return
        }
        mode = .tag
        quote = 0
        if byte == UInt8(ascii: ">") { throw fault(.unexpected) }
    }

    private mutating func begin(_ next: Mode) {
        mode = next
        pending.removeAll(keepingCapacity: true)
        tail = (0, 0)
    }

    private mutating func takeSkipped(_ byte: UInt8) {
        let isEnd =
            mode == .comment
            ? byte == UInt8(ascii: ">") && tail == (UInt8(ascii: "-"), UInt8(ascii: "-"))
            : byte == UInt8(ascii: ">") && tail.1 == UInt8(ascii: "?")
        tail = (tail.1, byte)
        if isEnd { mode = .text }
    }

    private mutating func takeInCData(_ byte: UInt8, _ sink: (XMLEvent) throws -> Void) throws {
        guard pending.count < Limits.xmlTextBytes else {
            throw IngestError.limit(.textBytes, found: nil, limit: Int64(Limits.xmlTextBytes))
        }
        pending.append(byte)
        guard pending.count >= 3, pending.suffix(3).elementsEqual(Array("]]>".utf8)) else { return }
        let text = String(decoding: pending.dropLast(3), as: UTF8.self)
        pending.removeAll(keepingCapacity: true)
        mode = .text
        if !text.isEmpty { try sink(.text(text)) }
    }

    private mutating func takeInTag(_ byte: UInt8, _ sink: (XMLEvent) throws -> Void) throws {
        if quote != 0 {
            if byte == quote { quote = 0 }
            try keep(byte)
        } else if byte == UInt8(ascii: ">") {
            let tag = pending
            pending.removeAll(keepingCapacity: true)
            mode = .text
            try finishTag(tag, sink)
        } else {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { quote = byte }
            if byte == UInt8(ascii: "<") { throw fault(.unexpected) }
            try keep(byte)
        }
    }

    // MARK: Tags

    private mutating func finishTag(_ tag: [UInt8], _ sink: (XMLEvent) throws -> Void) throws {
        if tag.first == UInt8(ascii: "/") {
            var name = tag.dropFirst()
            while let last = name.last, last <= 32 { name = name.dropLast() }
            guard let element = open.last, element.raw.elementsEqual(name) else {
                throw fault(.mismatchedTag(String(decoding: name.prefix(40), as: UTF8.self)))
            }
            try close(sink)
            return
        }
        let isEmpty = tag.last == UInt8(ascii: "/")
        try start(isEmpty ? tag.dropLast() : tag[...], sink)
        if isEmpty { try close(sink) }
    }

    private mutating func close(_ sink: (XMLEvent) throws -> Void) throws {
        let element = open.removeLast()
        while let last = namespaces.last, last.depth > open.count { namespaces.removeLast() }
        try sink(.end(element.name))
    }

    private mutating func start(_ tag: ArraySlice<UInt8>, _ sink: (XMLEvent) throws -> Void) throws {
        guard !open.isEmpty || !hasRoot else { throw fault(.unexpected) }
        guard open.count < Limits.xmlDepth else {
            throw IngestError.limit(.depth, found: nil, limit: Int64(Limits.xmlDepth))
        }
        let raw = Array(tag.prefix { $0 > 32 })
        guard let first = raw.first, XMLReader.isNameStart(first) else { throw fault(.unexpected) }
        let attributes = try attributes(tag.dropFirst(raw.count))
        hasRoot = true
        let depth = open.count + 1
        for (name, value) in attributes where name == "xmlns" || name.hasPrefix("xmlns:") {
            namespaces.append((name == "xmlns" ? "" : String(name.dropFirst(6)), value, depth))
        }
        let (name, uri) = try resolve(String(decoding: raw, as: UTF8.self), isAttribute: false)
        var plain: [(name: String, value: String)] = []
        for attribute in attributes where attribute.name != "xmlns" && !attribute.name.hasPrefix("xmlns:") {
            plain.append((try resolve(attribute.name, isAttribute: true).name, attribute.value))
        }
        open.append(Element(raw: raw, name: name))
        try sink(.start(name, namespace: uri, attributes: plain))
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    /// Splits a name at its prefix and finds the prefix's namespace.
    private func resolve(_ raw: String, isAttribute: Bool) throws -> (name: String, uri: String) {
        let parts = raw.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            // A name without a prefix is of the default namespace; an attribute of none.
            return (raw, isAttribute ? "" : namespaces.last { $0.prefix.isEmpty }?.uri ?? "")
        }
        let prefix = String(parts[0])
        if prefix == "xml" { return (String(parts[1]), "http://www.w3.org/XML/1998/namespace") }
        guard let found = namespaces.last(where: { $0.prefix == prefix }) else {
            throw fault(.undeclaredPrefix(String(prefix.prefix(40))))
        }
        return (String(parts[1]), found.uri)
    }

    private func attributes(_ tag: ArraySlice<UInt8>) throws -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        var rest = tag.drop { $0 <= 32 }
        while !rest.isEmpty {
            guard found.count < Limits.xmlAttributes else {
                throw IngestError.limit(.attributes, found: nil, limit: Int64(Limits.xmlAttributes))
            }
            let name = rest.prefix { $0 > 32 && $0 != UInt8(ascii: "=") }
            rest = rest.dropFirst(name.count).drop { $0 <= 32 }
            guard let first = name.first, XMLReader.isNameStart(first), rest.first == UInt8(ascii: "=") else {
                throw fault(.unexpected)
            }
            rest = rest.dropFirst().drop { $0 <= 32 }
            guard let mark = rest.first, mark == UInt8(ascii: "\"") || mark == UInt8(ascii: "'") else {
                throw fault(.unexpected)
            }
            let value = rest.dropFirst().prefix { $0 != mark }
            rest = rest.dropFirst(value.count + 1)
            guard rest.first == mark else { throw fault(.unexpected) }
            rest = rest.dropFirst().drop { $0 <= 32 }
            let text = String(decoding: name, as: UTF8.self)
            if found.contains(where: { $0.name == text }) {
                throw fault(.repeatedAttribute(String(text.prefix(40))))
            }
            found.append((text, try resolved(value)))
        }
        return found
    }

    // MARK: Text

    private mutating func flushText(_ sink: (XMLEvent) throws -> Void) throws {
        guard !pending.isEmpty else { return }
        let bytes = pending[...]
        pending.removeAll(keepingCapacity: true)
        guard bytes.contains(where: { $0 > 32 }) else { return }
        guard !open.isEmpty else { throw fault(.unexpected) }
        try sink(.text(try resolved(bytes)))
    }

    /// Returns text with the five entities and numeric references resolved.
    private func resolved(_ bytes: ArraySlice<UInt8>) throws -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        var plain: [UInt8] = []
        var rest = bytes
        while let byte = rest.first {
            guard byte == UInt8(ascii: "&") else {
                plain.append(byte)
                rest = rest.dropFirst()
                continue
            }
            let name = rest.dropFirst().prefix(12).prefix { $0 != UInt8(ascii: ";") }
            guard name.endIndex < rest.endIndex, rest[name.endIndex] == UInt8(ascii: ";"),
                let scalar = XMLReader.scalar(String(decoding: name, as: UTF8.self))
            else { throw fault(.entity) }
            plain += Array(String(Character(scalar)).utf8)
            rest = rest[(name.endIndex + 1)...]
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func scalar(_ entity: String) -> Unicode.Scalar? {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let isHex = entity.hasPrefix("#x")
            guard entity.hasPrefix("#"),
                let code = UInt32(entity.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10), code != 0
            else { return nil }
            return Unicode.Scalar(code)
        }
    }
}
