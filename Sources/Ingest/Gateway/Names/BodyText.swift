// The bytes of a body as UTF-8 without a byte order mark: what a shell or an editor of Windows saved is the same body.

/// Bytes of bodies.
enum BodyText {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// A head is no longer than this.
    private static let mostHeadBytes = 65_536

    /// Returns the text of a body in UTF-8, without its byte order mark; UTF-16 with one is turned into it. What is neither
    /// comes back as it is.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.starts(with: mark) { return withoutHead(Array(bytes.dropFirst(mark.count))) }
        let hasMark = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        // Bodies begin with a sign of ASCII, so that one of the first two bytes is zero in UTF-16 without a mark.
        let isBare = bytes.count > 1 && (bytes[0] == 0) != (bytes[1] == 0)
        guard hasMark || isBare else { return withoutHead(bytes) }
        let isLittle = hasMark ? bytes[0] == 0xFF : bytes[1] == 0
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var index = hasMark ? 2 : 0
        while index + 1 < bytes.count {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(isLittle ? first | second << 8 : first << 8 | second)
            index += 2
        }
        return withoutHead(Array(String(decoding: units, as: UTF16.self).utf8))
    }

    /// Returns a body without the head of the answer, which tools save on request: `HTTP/1.1 200 OK` to the empty line.
    private static func withoutHead(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: "HTTP/".utf8) else { return bytes }
        var isEmpty = false
        for (index, byte) in bytes.prefix(mostHeadBytes).enumerated() where byte != 13 {
            if byte == 10, isEmpty {
                // Behind a redirect or a refused login the next answer follows.
                return withoutHead(Array(bytes[(index + 1)...]))
            }
            isEmpty = byte == 10
        }
        return bytes
    }
}
