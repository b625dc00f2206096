// Several JSON bodies in one file: one a line, one behind the other, or as the elements of a list. Scripts that fetch day by
// day make such files. Only where bodies begin and end is told here, not what they are.

/// Finds bodies.
package enum JSONBodies {
    /// A body: the line on which it begins, from 1, and its bytes.
    package struct Body: Equatable, Sendable {
        package let line: Int
        package let range: Range<Int>
    }

    /// Tells by the first bytes whether a document may hold several bodies, so that all of it must be looked at.
    package static func mayBeSeveral(prefix: ArraySlice<UInt8>) -> Bool {
        JSONHead.isBegun(by: prefix)
    }

    /// Returns the bodies of a document that holds several; nil for a document of one body, and for one whose first body does
    /// not end: its own reader says what is wrong.
    ///
    /// - Throws: `IngestError.body` where one of them is no JSON or of no known format, `.limit`.
    package static func split(_ bytes: [UInt8]) throws -> [Body]? {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let first = value(bytes, from: start) else { return nil }
        let isList: Bool
        if bytes[first.upperBound...].allSatisfy({ $0 <= 32 }) {
            // A list is a body itself where its own format is one of lists.
            guard bytes[first.lowerBound] == UInt8(ascii: "["), !isKnown(bytes[first]) else { return nil }
            isList = true
        } else {
            isList = false
        }
        guard bytes.count <= Limits.jsonBytes else {
            throw IngestError.limit(.documentBytes, found: Int64(bytes.count), limit: Int64(Limits.jsonBytes))
        }
        let ranges =
            isList ? elements(bytes, of: first) : lines(bytes, from: start) ?? values(bytes, from: start)
        guard let ranges, isList ? !ranges.isEmpty : true else { return nil }
        var line = 1
        var counted = 0
        return try ranges.map { range in
            line += bytes[counted..<range.lowerBound].count { $0 == 10 }
            counted = range.lowerBound
            try check(bytes[range], line: line)
            return Body(line: line, range: range)
        }
    }

    // MARK: Checks

    private static func isKnown(_ body: ArraySlice<UInt8>) -> Bool {
        let head = DocumentDetector.head(of: body)
        return (try? DocumentDetector.format(prefix: head[...])) != nil
            || GatewayBodyShape.of(JSONOutline(head[...])) != nil
    }

    private static func check(_ body: ArraySlice<UInt8>, line: Int) throws {
        do {
            _ = try JSONDocument(Array(body))
            let format = try DocumentDetector.format(prefix: DocumentDetector.head(of: body)[...])
            if format == .apiError { throw try CloudErrors.refusal(head: Array(body)) }
        } catch IngestError.json(let inner, let fault) {
            throw IngestError.body(line: line, .json(line: line + inner - 1, fault))
        } catch let error as IngestError {
            throw IngestError.body(line: line, error)
        }
    }

    // MARK: Ends

    /// Returns the bytes of the lines, where each is a body by itself; nil where the first body has more lines than one.
    private static func lines(_ bytes: [UInt8], from start: Int) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var position = start
        while position < bytes.count {
            let end = bytes[position...].firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
            if let first = bytes[position..<end].firstIndex(where: { $0 > 32 }),
                let last = bytes[position..<end].lastIndex(where: { $0 > 32 })
            {
                guard ranges.count > 0 || value(bytes, from: position)?.upperBound == last + 1 else {
                    return nil
                }
                // A list of lines may have commas behind them; a body that goes on in the next line is no line's.
                guard bytes[first] == UInt8(ascii: "{") || bytes[first] == UInt8(ascii: "[") else {
                    return nil
                }
                ranges.append(first..<(last + 1))
            }
            position = end + 1
        }
        return ranges
    }

    /// Returns the bytes of values one behind the other; what is no value is left as one for its check to refuse.
    private static func values(_ bytes: [UInt8], from start: Int) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var position = start
        while let first = bytes[position...].firstIndex(where: { $0 > 32 }) {
            let range = value(bytes, from: first) ?? first..<bytes.count
            ranges.append(range)
            position = range.upperBound
        }
        return ranges
    }

    /// Returns the bytes of a list's elements; nil where one of them is no object.
    private static func elements(_ bytes: [UInt8], of list: Range<Int>) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var position = list.lowerBound + 1
        while let first = bytes[position..<(list.upperBound - 1)].firstIndex(where: { $0 > 32 && $0 != 44 }) {
            guard bytes[first] == UInt8(ascii: "{"), let range = value(bytes, from: first) else { return nil }
            ranges.append(range)
            position = range.upperBound
        }
        return ranges
    }

    /// Returns the bytes of the object or list that begins next; nil where none does, and where it does not end.
    private static func value(_ bytes: [UInt8], from start: Int) -> Range<Int>? {
        guard let first = bytes[start...].firstIndex(where: { $0 > 32 }),
            bytes[first] == UInt8(ascii: "{") || bytes[first] == UInt8(ascii: "[")
        else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var depth = 0
            var index = first
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 { return first..<(index + 1) }
                case UInt8(ascii: "\""):
                    index += 1
                    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                        index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                    }
                default: break
                }
                index += 1
            }
            return nil
        }
    }
}
