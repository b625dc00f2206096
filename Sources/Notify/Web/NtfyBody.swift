// A message as ntfy takes it: JSON to the root address.
// Source: https://docs.ntfy.sh/publish/#publish-as-json

import Readings

/// The body for ntfy.
package enum NtfyBody {
    /// A message of more than 4,096 bytes becomes an attachment, a title of more than 1,024 is refused.
    private static let (mostBytes, mostTitleBytes) = (3_800, 1_000)
    private static let cutLine = "… cut here; the whole stands in: sunvigil findings --open\n"

    /// Returns the body.
    ///
    /// - Parameter delayUntil: until when the server is to hold it, seconds UTC; nil to hand it on at once.
    package static func json(_ message: Message, topic: String, delayUntil: Int64?) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("topic", .text(topic)), ("title", .text(cut(message.title, to: mostTitleBytes, end: "…"))),
            ("message", .text(cut(message.text, to: mostBytes, end: cutLine))),
            ("priority", .integer(priority(message))), ("tags", .array([.text(tag(message))])),
        ]
        if let link = message.link { members.append(("click", .text(link))) }
        // One that is sent again takes the place of the first.
        members.append(("sequence_id", .text(StableName.token(message.id))))
        if let delayUntil { members.append(("delay", .text(String(delayUntil)))) }
        return .object(members)
    }

    private static func isQuiet(_ message: Message) -> Bool {
        [.over, .newAndOver, .digest, .older].contains(message.event)
    }

    private static func priority(_ message: Message) -> Int64 {
        if isQuiet(message) { return 2 }
        return switch message.level {
        case .critical: 5
        case .warning: 4
        case .notice: 3
        }
    }

    /// A word that the phone shows as a picture.
    private static func tag(_ message: Message) -> String {
        switch message.event {
        case .over, .newAndOver: "white_check_mark"
        case .digest, .older: "calendar"
        case .test, .state: "information_source"
        default:
            switch message.level {
            case .critical: "rotating_light"
            case .warning: "warning"
            case .notice: "information_source"
            }
        }
    }

    /// Returns a text of at most so many bytes; one that is cut between two of its characters has an end that says so.
    private static func cut(_ text: String, to most: Int, end: String) -> String {
        guard text.utf8.count > most else { return text }
        var room = most - end.utf8.count - 1
        var kept = ""
        for character in text {
            room -= character.utf8.count
            guard room >= 0 else { break }
            kept.append(character)
        }
        return kept + (kept.hasSuffix("\n") || !end.hasSuffix("\n") ? "" : "\n") + end
    }
}
