// The public key of a server, from the certificate that it showed. Who is believed is decided elsewhere; nothing of a
// certificate is read but where its key lies.
// Source of the layout: https://www.rfc-editor.org/rfc/rfc5280, section 4.1.

import Foundation

/// A server's public key as it is written down: `sha256//` and the base64 of the SHA-256 of its SubjectPublicKeyInfo.
enum ServerKey {
    private static let mark = "sha256//"
    private static let digestBytes = 32

    /// Tells whether a text is a key as it is written down. Other texts name a file to libcurl.
    static func isPin(_ text: String) -> Bool {
        guard text.hasPrefix(mark) else { return false }
        let digits = text.dropFirst(mark.count)
        guard let digest = Data(base64Encoded: String(digits)), digest.count == digestBytes else {
            return false
        }
        return digest.base64EncodedString() == digits
    }

    /// Returns the key in a certificate, PEM; nil where there is none.
    static func pin(pem: String) -> String? {
        let lines = pem.split(whereSeparator: \.isNewline)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN CERTIFICATE") }) else {
            return nil
        }
        let text = lines[(start + 1)...].prefix { !$0.hasPrefix("-----") }.joined()
        guard let certificate = Data(base64Encoded: text) else { return nil }
        return publicKeyInfo([UInt8](certificate)[...]).map {
            mark + Data(MessageDigest.digest($0)).base64EncodedString()
        }
    }

    /// Returns the SubjectPublicKeyInfo of a certificate, DER; nil where it is none.
    static func publicKeyInfo(_ certificate: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var outer = DERWalk(certificate)
        guard let whole = outer.next(tag: DERWalk.sequence) else { return nil }
        var parts = DERWalk(whole.content)
        guard let signed = parts.next(tag: DERWalk.sequence) else { return nil }
        var fields = DERWalk(signed.content)
        guard var field = fields.next() else { return nil }
        // The version, which may be left out, then serial number, algorithm, issuer, validity and subject.
        if field.tag == DERWalk.version {
            guard let serial = fields.next() else { return nil }
            field = serial
        }
        guard field.tag == DERWalk.integer else { return nil }
        for _ in 0..<4 {
            guard fields.next(tag: DERWalk.sequence) != nil else { return nil }
        }
        return fields.next(tag: DERWalk.sequence)?.whole
    }
}

/// Goes through elements of DER that lie one behind the other. No element reaches beyond the bytes it is in.
struct DERWalk {
    static let integer: UInt8 = 0x02
    static let sequence: UInt8 = 0x30
    static let version: UInt8 = 0xA0

    /// One element.
    struct Element {
        let tag: UInt8
        let content: ArraySlice<UInt8>
        /// The content with tag and length before it.
        let whole: ArraySlice<UInt8>
    }

    private var rest: ArraySlice<UInt8>

    /// Starts before the first element.
    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Takes the next element; nil where none is whole, or where it has another tag.
    mutating func next(tag: UInt8? = nil) -> Element? {
        let start = rest
        guard let found = rest.popFirst(), let count = takeLength(), count <= rest.count else { return nil }
        let content = rest.prefix(count)
        rest = rest.dropFirst(count)
        guard tag == nil || tag == found else { return nil }
        return Element(tag: found, content: content, whole: start[start.startIndex..<content.endIndex])
    }

    /// A length of up to three bytes: no certificate has 16 MB.
    private mutating func takeLength() -> Int? {
        guard let first = rest.popFirst() else { return nil }
        if first < 0x80 { return Int(first) }
        let byteCount = Int(first & 0x7F)
        guard 1...3 ~= byteCount, byteCount <= rest.count else { return nil }
        let count = rest.prefix(byteCount).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(byteCount)
        return count
    }
}
