// What is wrong with a mail before it is sent: addresses that are more than one, lines that a server might read as commands.

import CTransfer

extension MailExchange {
    /// Why the mail must not be sent; nil where it may.
    var refusal: TransferFailure? {
        guard HostName(text: host).isSound, 1...65535 ~= port else {
            return .other(code: Int(CURLE_URL_MALFORMAT))
        }
        guard MailExchange.isAddress(from), MailExchange.isAddress(to) else { return .badHeader }
        guard !bytes.isEmpty, hasWholeLines else { return .badHeader }
        if let login, (login.user + login.password).utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            return .other(code: Int(CURLE_BAD_FUNCTION_ARGUMENT))
        }
        switch trust {
        case .system: return nil
        case .authority(let file):
            return file.utf8.contains(0) || file.isEmpty ? .noTLS(code: Int(CURLE_SSL_CACERT_BADFILE)) : nil
        // A key says nothing of the host's name, and mail goes to hosts with names.
        case .pinned, .anyKey: return .wrongKey(found: nil)
        }
    }

    /// Tells whether every CR has its LF and every LF its CR, the last line its end, and no byte is zero. Servers differ in what else they take for an
    /// end, and a text could hold commands behind one.
    private var hasWholeLines: Bool {
        var isBehindCR = false
        for byte in bytes {
            if byte == 0 || isBehindCR != (byte == 0x0A) { return false }
            isBehindCR = byte == 0x0D
        }
        return bytes.last == 0x0A
    }

    /// Tells whether a text is one plain address: signs of ASCII with one @ among them, none that mean something in a command.
    private static func isAddress(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (3...254).contains(bytes.count), bytes.allSatisfy({ 0x21...0x7E ~= $0 }) else { return false }
        guard !bytes.contains(where: { "<>()[]\\,;:\"".utf8.contains($0) }) else { return false }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
    }
}
