// Bytes looked for in bytes, by the system's own search: texts are not made of what is only looked at.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Searches in bytes.
enum ByteSearch {
    /// Returns where a pattern begins.
    static func offsets(of pattern: [UInt8], in bytes: [UInt8]) -> [Int] {
        let pivot = rarest(pattern)
        var found: [Int] = []
        bytes.withUnsafeBytes { all in
            guard let base = all.baseAddress else { return }
            // The system looks for one byte, the rarest of the pattern; where it stands the others are held against it.
            var position = pivot
            let end = all.count - pattern.count + pivot
            while position <= end,
                let hit = memchr(base + position, Int32(pattern[pivot]), end - position + 1)
            {
                let offset = UnsafeRawPointer(hit) - base - pivot
                if memcmp(base + offset, pattern, pattern.count) == 0 {
                    found.append(offset)
                    position = offset + pattern.count + pivot
                } else {
                    position = offset + pivot + 1
                }
            }
        }
        return found
    }

    /// Returns the place of the byte of a pattern that is rarest in source.
    private static func rarest(_ pattern: [UInt8]) -> Int {
        let byFrequency = Array(" etaoinsrldcumfpghwybv.()kxjqz".utf8)
        let ranks = pattern.map { byFrequency.firstIndex(of: $0) ?? byFrequency.count }
        return ranks.indices.max { ranks[$0] < ranks[$1] } ?? 0
    }

    /// Tells whether a text stands in bytes as a word of its own.
    static func hasWord(_ word: String, in bytes: [UInt8]) -> Bool {
        let pattern = Array(word.utf8)
        return offsets(of: pattern, in: bytes).contains { offset in
            let end = offset + pattern.count
            return (offset == 0 || !isWord(bytes[offset - 1])) && (end == bytes.count || !isWord(bytes[end]))
        }
    }

    /// Tells whether a byte may be part of a name.
    static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x61 && byte <= 0x7A || byte >= 0x41 && byte <= 0x5A || byte >= 0x30 && byte <= 0x39
            || byte == 0x5F || byte >= 0x80
    }
}
