// What is wrong with a request before it is sent: an address that is none, header lines that would be two, a secret for
// whoever answers.

import CTransfer

extension Exchange {
    /// Why the request must not be sent; nil where it may.
    var refusal: TransferFailure? {
        if scheme != "https" && scheme != "http" { return .other(code: Int(CURLE_UNSUPPORTED_PROTOCOL)) }
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) || authority.isEmpty
            || authority.contains("@")
        {
            return .other(code: Int(CURLE_URL_MALFORMAT))
        }
        if !headers.allSatisfy({ Exchange.isHeader(name: $0.name, value: $0.value) }) { return .badHeader }
        if let digest, (digest.user + digest.password).utf8.contains(0) {
            return .other(code: Int(CURLE_BAD_FUNCTION_ARGUMENT))
        }
        return isTrusting ? nil : .wrongKey(found: nil)
    }

    /// Tells whether what is sent may go to whom it would go to.
    private var isTrusting: Bool {
        switch trust {
        case .system: true
        // In clear text nobody shows a certificate.
        case .authority(let file): scheme == "https" && !file.isEmpty && !file.utf8.contains(0)
        // In clear text nobody shows a key.
        case .pinned(let key): scheme == "https" && ServerKey.isPin(key)
        case .anyKey: scheme == "http" || !isSecret
        }
    }

    private var isSecret: Bool {
        digest != nil || body != nil
            || headers.contains { ["authorization", "cookie"].contains($0.name.lowercased()) }
    }

    /// Tells whether name and value make one header line and no second one.
    private static func isHeader(name: String, value: String) -> Bool {
        let isName = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        return isName && !name.isEmpty && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
