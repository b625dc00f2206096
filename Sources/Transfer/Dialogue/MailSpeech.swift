// SMTP as it may be shown: commands and replies, without what goes over in a login. A mail's own lines never come here.

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
        let codes = line.prefixMatch(of: /[0-9]{3}([ -][245]\.[0-9]{1,3}\.[0-9]{1,3}(?= ))?/).map {
            String($0.0)
        }
        return (codes ?? "") + " " + DialogueMask.hidden
    }
}
