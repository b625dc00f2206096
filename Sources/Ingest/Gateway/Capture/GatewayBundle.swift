// A folder of saved bodies as one document, so that it is kept, hashed and read again as one: a tar archive in the ustar
// form, with sorted names and no times, so that equal folders give equal bytes.
// Source of the form: POSIX.1-2024, pax, "ustar Interchange Format".

/// Packs and unpacks captures.
package enum GatewayBundle {
    private static let blockBytes = 512

    /// Returns the bundle of files; of names longer than 100 bytes, as whole addresses are, the end is kept.
    package static func pack(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var result: [UInt8] = []
        let named = files.map { (name: end(of: $0.name), bytes: $0.bytes) }
        for file in named.sorted(by: { $0.name < $1.name }) where isSafe(file.name) {
            result += header(file.name, byteCount: file.bytes.count)
            result += file.bytes
            result += padding(after: file.bytes.count)
        }
        return result + [UInt8](repeating: 0, count: 2 * blockBytes)
    }

    private static func end(of name: String) -> String {
        guard name.utf8.count > 100 else { return name }
        var bytes = name.utf8.suffix(100)
        // Not inside a character.
        while let first = bytes.first, first & 0xC0 == 0x80 { bytes = bytes.dropFirst() }
        return String(decoding: Array(bytes), as: UTF8.self)
    }

    private static func isSafe(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && !name.contains("/") && name != "." && name != ".."
            && !name.utf8.contains(0)
    }

    private static func padding(after byteCount: Int) -> [UInt8] {
        let rest = byteCount % blockBytes
        return rest == 0 ? [] : [UInt8](repeating: 0, count: blockBytes - rest)
    }

    private static func header(_ name: String, byteCount: Int) -> [UInt8] {
        func field(_ text: String, _ width: Int) -> [UInt8] {
            let bytes = Array(text.utf8.prefix(width))
            return bytes + [UInt8](repeating: 0, count: width - bytes.count)
        }
        func octal(_ value: Int, _ digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let before =
            field(name, 100) + field(octal(0o644, 7), 8) + field(octal(0, 7), 8)
            + field(octal(0, 7), 8) + field(octal(byteCount, 11), 12) + field(octal(0, 11), 12)
        var after = Array("0".utf8) + field("", 100) + field("ustar", 6) + Array("00".utf8)
        after += [UInt8](repeating: 0, count: blockBytes - before.count - 8 - after.count)
        // The checksum counts its own field as spaces.
        let sum = (before + after).reduce(8 * 32) { $0 + Int($1) }
        return before + Array(octal(sum, 6).utf8) + [0, 32] + after
    }

    /// Returns the files of a bundle.
    ///
    /// - Throws: `IngestError.unsupported` where it is damaged, `.limit`.
    package static func unpack(_ bytes: [UInt8]) throws -> [(name: String, bytes: [UInt8])] {
        let damaged = IngestError.unsupported(
            what: "the bundle of the capture is damaged",
            remedy: "import the folder again"
        )
        guard bytes.count <= Limits.captureBytes + 2 * Limits.archiveMembers * blockBytes else {
            throw IngestError.limit(
                .documentBytes,
                found: Int64(bytes.count),
                limit: Int64(Limits.captureBytes)
            )
        }
        var files: [(name: String, bytes: [UInt8])] = []
        var position = 0
        while position + blockBytes <= bytes.count, bytes[position] != 0 {
            guard files.count < Limits.archiveMembers else {
                throw IngestError.limit(.members, found: nil, limit: Int64(Limits.archiveMembers))
            }
            let header = bytes[position..<(position + blockBytes)]
            let name = String(decoding: header.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
            let digits = header.dropFirst(124).prefix(11)
            guard isSafe(name), let byteCount = Int(String(decoding: digits, as: UTF8.self), radix: 8),
                byteCount >= 0, byteCount <= bytes.count - position - blockBytes
            else { throw damaged }
            let start = position + blockBytes
            files.append((name, Array(bytes[start..<(start + byteCount)])))
            position = start + byteCount + padding(after: byteCount).count
        }
        return files
    }
}
