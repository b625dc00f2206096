// HTTP as it may be shown: which lines were exchanged, without paths, and with the values of harmless header lines alone.

/// What is shown of requests and answers.
struct WebSpeech: DialogueSpeech {
    private static let harmless: Set<String> = [
        "accept", "connection", "content-length", "content-type", "date", "host", "retry-after", "server",
        "transfer-encoding", "user-agent",
    ]

    /// Tells whether the value of a header line tells nothing that is secret.
    static func isHarmless(_ name: String) -> Bool { harmless.contains(name.lowercased()) }

    private var isInHead = false

    mutating func said(_ line: String) -> String? {
        guard isInHead else {
            // Nothing but the first line of a request begins a head.
            let words = line.split(separator: " ")
            guard words.count == 3, let method = Exchange.Method(rawValue: String(words[0])) else {
                return nil
            }
            isInHead = true
            return "\(method.rawValue) /\(DialogueMask.hidden) \(words[2])"
        }
        if line.isEmpty { isInHead = false }
        return WebSpeech.field(line)
    }

    mutating func heard(_ line: String) -> String? {
        line.hasPrefix("HTTP/") ? line : WebSpeech.field(line)
    }

    private static func field(_ line: String) -> String? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let name = String(line[..<colon])
        return isHarmless(name) ? line : "\(name): \(DialogueMask.hidden)"
    }
}
