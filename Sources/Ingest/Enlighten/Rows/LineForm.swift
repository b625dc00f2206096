// How the lines of a report are written: what separates their fields, and whether quotes stand around them. Reports have
// commas and no quotes but around thousands; programs that save them again have their own ways. A line becomes plain here:
// what its fields mean is not known.

/// The form of a report's lines.
struct LineForm: Equatable {
    /// What stands between fields.
    var separator = UInt8(ascii: ",")
    /// Tells whether each line is one field in quotes, with the true line inside.
    var isWrapped = false

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")

    /// A line in plain form: fields with commas between them, without quotes and blanks around them.
    struct PlainLine {
        /// The line.
        var bytes: [UInt8] = []
        /// The first number that can mean more than one thing, or that a spreadsheet has shortened.
        var doubtful: String?
        /// The first number with decimals.
        var decimal: String?
    }

    /// Tells whether a line is plain as it stands.
    func isPlain(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        separator == LineForm.comma && !isWrapped && line.allSatisfy { $0 != LineForm.quote && $0 < 0x80 }
    }

    /// Makes a line plain; nil where a quote is not closed.
    func plain(_ line: UnsafeBufferPointer<UInt8>) -> PlainLine? {
        guard var fields = self.fields(of: line) else { return nil }
        if isWrapped, fields.count == 1 {
            guard let inner = fields[0].withUnsafeBufferPointer({ self.fields(of: $0) }) else { return nil }
            fields = inner
        }
        var plain = PlainLine()
        for (index, field) in fields.enumerated() {
            if index > 0 { plain.bytes.append(LineForm.comma) }
            let text = LineForm.trimmed(field)
            guard index > 0 else {
                plain.bytes += text.contains(LineForm.comma) ? LineForm.quoted(text) : text
                continue
            }
            switch WrittenNumber(text, hasCommas: separator == LineForm.comma) {
            case .plain(let number): plain.bytes += number
            case .decimal(let number):
                plain.bytes += number
                plain.decimal = plain.decimal ?? String(decoding: text.prefix(40), as: UTF8.self)
            case .doubtful:
                plain.bytes += LineForm.quoted(text)
                plain.doubtful = plain.doubtful ?? String(decoding: text.prefix(40), as: UTF8.self)
            case .none:
                let needsQuotes = text.contains { $0 == LineForm.comma || $0 == LineForm.quote }
                plain.bytes += needsQuotes ? LineForm.quoted(text) : text
            }
        }
        return plain
    }

    /// Returns the fields of a line without the quotes around them; nil where a quote is not closed.
    func fields(of line: UnsafeBufferPointer<UInt8>) -> [[UInt8]]? {
        var fields: [[UInt8]] = [[]]
        var isQuoted = false
        var index = 0
        while index < line.count {
            let byte = line[index]
            index += 1
            if byte == LineForm.quote {
                if isQuoted, index < line.count, line[index] == byte {
                    fields[fields.count - 1].append(byte)
                    index += 1
                } else {
                    isQuoted.toggle()
                }
            } else if byte == separator, !isQuoted {
                guard fields.count <= Limits.columns else { return nil }
                fields.append([])
            } else {
                fields[fields.count - 1].append(byte)
            }
        }
        return isQuoted ? nil : fields
    }

    private static func quoted(_ text: [UInt8]) -> [UInt8] {
        [quote] + text.map { $0 == quote ? UInt8(ascii: "'") : $0 } + [quote]
    }

    /// Returns text with plain blanks for narrow and unbreakable ones, and none around.
    private static func trimmed(_ field: [UInt8]) -> [UInt8] {
        var text = field
        if text.contains(where: { $0 >= 0x80 }) {
            for blank in [[0xC2, 0xA0], [0xE2, 0x80, 0xAF], [0xE2, 0x80, 0x89]] as [[UInt8]] {
                text.replace(blank, with: [UInt8(ascii: " ")])
            }
            // The minus of typesetters.
            text.replace([0xE2, 0x88, 0x92], with: [UInt8(ascii: "-")])
        }
        let first = text.firstIndex { $0 != 32 } ?? text.endIndex
        let last = text.lastIndex { $0 != 32 } ?? text.startIndex
        return first <= last && first < text.endIndex ? Array(text[first...last]) : []
    }

    /// Tells whether a line holds nothing but separators, blanks and quotes.
    static func isEmpty(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = line.first, !(48...57).contains(first) else { return line.isEmpty }
        return line.allSatisfy { [9, 32, 34, 44, 59].contains($0) }
    }

    /// Tells whether a line says `sep=;`, as one spreadsheet puts it before the header.
    static func isSeparatorLine(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = line.filter { $0 != LineForm.quote }
        return text.count <= 5 && text.prefix(4).map { $0 | 0x20 } == Array("sep=".utf8).map { $0 | 0x20 }
    }
}
