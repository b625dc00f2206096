// Digests of messages: names and signatures.

/// SHA-256.
package enum MessageDigest {
    /// Returns the digest as 64 small hexadecimal digits.
    package static func sha256(_ bytes: [UInt8]) -> String { "" }

    /// Returns the keyed digest (HMAC, RFC 2104) as 64 small hexadecimal digits.
    package static func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> String { "" }
}
