// A message as a mail: headers that hold one line each, plain text and HTML, bytes that any server takes.

import Readings

/// A mail.
package struct MailText: Sendable {
    /// The whole mail with CRLF, ready to be sent; empty where an address is none.
    package let bytes: [UInt8]

    private static let mostOfName = 100

    /// Writes a mail.
    ///
    /// - Parameters:
    ///   - from, to: addresses, `me@example.org`, checked by `isAddress`.
    ///   - inReplyTo: the name of the finding's first message; nil for none.
    package init(_ message: Message, from: String, to: String, inReplyTo: String?) {
        guard MailText.isAddress(from), MailText.isAddress(to) else {
            bytes = []
            return
        }
        // Quoted-printable never holds `=_`, so no text can end a part.
        let boundary = "=_sunvigil_\(StableName.hex(message.id))"
        let earlier = inReplyTo.map { MailText.messageID($0, from: from) }
        let head: [MailHeader?] = [
            MailHeader("Date", plain: MailText.date(message.madeUTCSeconds)),
            MailHeader("From", plain: "Sunvigil <\(from)>"),
            MailHeader("To", plain: to),
            MailHeader("Subject", words: message.title),
            MailHeader("Message-ID", plain: MailText.messageID(message.id, from: from)),
            earlier.flatMap { MailHeader("In-Reply-To", plain: $0) },
            earlier.flatMap { MailHeader("References", plain: $0) },
            MailHeader("Auto-Submitted", plain: "auto-generated"),
            MailHeader("X-Auto-Response-Suppress", plain: "All"),
            MailHeader("MIME-Version", plain: "1.0"),
            MailHeader("Content-Type", plain: "multipart/alternative; boundary=\"\(boundary)\""),
        ]
        var text = Array(head.compactMap { $0?.text }.joined().utf8) + [13, 10]
        for (kind, body) in [("plain", message.text), ("html", MailPage.html(message))] {
            let part = "--\(boundary)\r\nContent-Type: text/\(kind); charset=utf-8\r\n"
            text += Array("\(part)Content-Transfer-Encoding: quoted-printable\r\n\r\n".utf8)
            text += QuotedPrintable.encoded(body) + [13, 10]
        }
        bytes = text + Array("--\(boundary)--\r\n".utf8)
    }

    /// The `Message-ID` of a message's name, in angle brackets.
    package static func messageID(_ name: String, from: String) -> String {
        let domain = from.split(separator: "@").last.map(String.init) ?? ""
        let host = isDomain(domain) ? domain : "localhost"
        return "<\(StableName.token(name, most: mostOfName)).sunvigil@\(host)>"
    }

    /// Tells whether a text is one plain address that no header or server could take for more.
    package static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 254 else { return false }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), isDomain(String(parts[1])) else {
            return false
        }
        return parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty
                && $0.utf8.allSatisfy { isLetterOrDigit($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
        }
    }

    private static func isDomain(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.first != 45 && label.utf8.last != 45
                && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 45 }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// A time as mails have it: `Mon, 30 Nov 2026 22:10:29 +0000`.
    private static func date(_ utcSeconds: Int64) -> String {
        let day = CivilDate(daysSince1970: utcSeconds.flooredDivision(by: 86_400))
        let week = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = ClockText.hoursMinutesSeconds(utcSeconds.flooredRemainder(by: 86_400))
        return "\(week[day.weekday]), \(day.day) \(months[day.month - 1]) \(day.year) \(clock) +0000"
    }
}
