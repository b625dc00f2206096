// The bytes of a body as UTF-8 without a byte order mark: what a shell or an editor of Windows saved is the same body.

/// Bytes of bodies.
enum BodyText {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Returns the text of a body in UTF-8, without its byte order mark; UTF-16 with one is turned into it. What is neither
    /// comes back as it is.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.starts(with: mark) { return Array(bytes.dropFirst(mark.count)) }
        let isLittle = bytes.starts(with: [0xFF, 0xFE])
        guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else { return bytes }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var index = 2
        while index + 1 < bytes.count {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(isLittle ? first | second << 8 : first << 8 | second)
            index += 2
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}
