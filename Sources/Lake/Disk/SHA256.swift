// SHA-256 of documents and segments: the system's cryptography library, which uses the processor's instructions.
//
// Every imported byte is hashed: a portable implementation took as long as all the rest of an import.

#if canImport(CryptoKit)
    import CryptoKit
#else
    import CCrypto
#endif

/// A running SHA-256.
package struct SHA256: @unchecked Sendable {
    // Unchecked: the C structure is plain numbers, which the importer does not know.
    #if canImport(CryptoKit)
        private var state = CryptoKit.SHA256()
    #else
        private var state = sunvigil_sha256()
    #endif

    /// Starts a hash.
    package init() {
        #if !canImport(CryptoKit)
            sunvigil_sha256_start(&state)
        #endif
    }

    /// Takes a piece.
    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { buffer in
            #if canImport(CryptoKit)
                state.update(bufferPointer: buffer)
            #else
                sunvigil_sha256_update(&state, buffer.baseAddress, buffer.count)
            #endif
        }
    }

    /// Returns the digest of all pieces as 64 hexadecimal digits.
    package func hexDigest() -> String {
        #if canImport(CryptoKit)
            let digest = Array(state.finalize())
        #else
            var copy = state
            var digest = [UInt8](repeating: 0, count: 32)
            sunvigil_sha256_finish(&copy, &digest)
        #endif
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }

    /// Returns the digest of bytes as 64 hexadecimal digits.
    package static func hexDigest(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes[...])
        return hash.hexDigest()
    }
}
