// Digests of messages: names and signatures. The system's cryptography library reckons them.

#if canImport(CryptoKit)
    import CryptoKit
#else
    import CCrypto
#endif

/// SHA-256.
package enum MessageDigest {
    private static let digestBytes = 32
    /// SHA-256 works in blocks of so many bytes.
    private static let blockBytes = 64

    /// Returns the digest as 64 small hexadecimal digits.
    package static func sha256(_ bytes: [UInt8]) -> String { hex(digest(bytes[...])) }

    /// Returns the keyed digest (HMAC, RFC 2104) as 64 small hexadecimal digits.
    ///
    /// - Parameter key: of any length; an empty one is a key too.
    package static func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> String {
        let short = key.count > blockBytes ? digest(key[...]) : key
        let block = short + [UInt8](repeating: 0, count: blockBytes - short.count)
        let inner = digest((block.map { $0 ^ 0x36 } + bytes)[...])
        return hex(digest((block.map { $0 ^ 0x5C } + inner)[...]))
    }

    /// Returns the 32 bytes of the digest.
    static func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        #if canImport(CryptoKit)
            return Array(CryptoKit.SHA256.hash(data: bytes))
        #else
            var hash = sunvigil_sha256()
            var digest = [UInt8](repeating: 0, count: digestBytes)
            sunvigil_sha256_start(&hash)
            bytes.withUnsafeBytes { sunvigil_sha256_update(&hash, $0.baseAddress, $0.count) }
            sunvigil_sha256_finish(&hash, &digest)
            return digest
        #endif
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
