// The grammar of JSON, checked in one pass.

/// Checks the grammar and writes the tape. Nesting is a stack of our own, so that depth cannot overflow the program's.
struct JSONTapeParser {
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
