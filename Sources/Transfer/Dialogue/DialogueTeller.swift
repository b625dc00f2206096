// Tells a conversation with a host line by line, as libcurl overhears it. What of a line may be shown is decided by the speech.

import CTransfer

/// A protocol's rules for what may be shown.
protocol DialogueSpeech {
    /// Returns what is shown of a line that this side sent; nil for nothing.
    mutating func said(_ line: String) -> String?
    /// Returns what is shown of a line that the host sent; nil for nothing.
    mutating func heard(_ line: String) -> String?
}

/// Who tells. A class, because libcurl holds its address while it talks.
final class DialogueTeller {
    private static let mostLines = 400
    /// What libcurl says itself and is worth telling. All else is left out: new versions say new things, addresses among them.
    private static let worth = [
        "Trying ", "Connected to ", "connect to ", "Failed to connect", "Could not resolve host",
        "Connection refused",
        "Connection timed out", "Operation timed out", "SSL connection using ", "SSL certificate problem",
        "SSL certificate verify", "SSL: ", "OpenSSL ", "subject: ", "issuer: ", "start date: ",
        "expire date: ",
        "subjectAltName", "STARTTLS ", "No known auth", "Access denied", "Remote access denied",
        "Login denied",
        "Got unexpected", "MAIL failed", "RCPT failed", "DATA failed", "Recv failure", "Send failure",
        "response reading failed", "Empty reply", "Closing connection",
    ]

    private let tell: (String) -> Void
    private let mask: DialogueMask
    private var speech: any DialogueSpeech
    private var said = LineGatherer()
    private var heard = LineGatherer()
    private var told = LineGatherer()
    private var count = 0

    /// Tells by a speech's rules and without what the mask knows.
    init(_ speech: any DialogueSpeech, mask: DialogueMask, tell: @escaping (String) -> Void) {
        (self.speech, self.mask, self.tell) = (speech, mask, tell)
    }

    /// Takes a piece of the conversation, of libcurl's kind.
    func take(kind: Int32, _ bytes: UnsafeRawBufferPointer) {
        switch Int(kind) {
        case CURLINFO_TEXT:
            for line in told.take(bytes) {
                let words = line.drop { $0 == " " }
                if DialogueTeller.worth.contains(where: { words.hasPrefix($0) }) { show("* ", String(words)) }
            }
        case CURLINFO_HEADER_OUT: for line in said.take(bytes) { show("> ", speech.said(line)) }
        case CURLINFO_HEADER_IN: for line in heard.take(bytes) { show("< ", speech.heard(line)) }
        // The bodies, mails and the bytes of TLS.
        default: break
        }
    }

    private func show(_ mark: String, _ line: String?) {
        guard let line, count <= DialogueTeller.mostLines else { return }
        count += 1
        tell(count > DialogueTeller.mostLines ? DialogueMask.hidden : mark + mask.line(line))
    }
}
