// SMTP as it may be shown: commands and replies, without what goes over in a login. A mail's own lines never come here.

import Foundation

/// What is shown of commands and replies.
struct MailSpeech: DialogueSpeech {
    private static let whole: Set<String> = ["STARTTLS", "DATA", "QUIT", "RSET", "NOOP"]
    private static let begun = ["EHLO ", "HELO ", "MAIL FROM:", "RCPT TO:"]

    /// From AUTH on until a plain command: what goes to and fro is a login, or speaks of one.
    private var isInLogin = false

    mutating func said(_ line: String) -> String? {
        if MailSpeech.whole.contains(line) || MailSpeech.begun.contains(where: { line.hasPrefix($0) }) {
            isInLogin = false
            return line
        }
        let words = line.split(separator: " ")
        guard words.first == "AUTH", words.count > 1 else { return DialogueMask.hidden }
        isInLogin = true
        return "AUTH \(words[1]) \(DialogueMask.hidden)"
    }

    mutating func heard(_ line: String) -> String? {
        guard isInLogin else { return line }
        // The code, and the second one that some put behind it, as in "535 5.7.8".
        let codes = line.prefix { $0.isNumber || $0 == "." || $0 == " " || $0 == "-" }
        let shown = codes.utf8.count <= 12 ? codes : codes.prefix(3)
        return shown.trimmingCharacters(in: .whitespaces) + " " + DialogueMask.hidden
    }
}
