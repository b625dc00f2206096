// A message as a program of the owner's gets it: title, text and JSON on its standard input.

import Readings

/// What a program of the owner's gets.
package struct CommandInput: Sendable {
    /// The title, an empty line, the text, an empty line, and the webhook's body in one line.
    package let bytes: [UInt8]
    /// Variables that are set besides: `SUNVIGIL_TITLE`, `SUNVIGIL_EVENT`, `SUNVIGIL_LEVEL`, `SUNVIGIL_SITE`, `SUNVIGIL_ID`.
    package let variables: [String: String]

    /// Writes it.
    package init(_ message: Message) {
        let json = WebhookBody.own(message).compact
        bytes = Array("\(message.title)\n\n\(message.text)\n\(json)\n".utf8)
        variables = [
            "SUNVIGIL_TITLE": message.title, "SUNVIGIL_EVENT": message.event.rawValue,
            "SUNVIGIL_LEVEL": message.level.rawValue, "SUNVIGIL_SITE": message.site,
            "SUNVIGIL_ID": StableName.token(message.id, most: 100),
        ]
    }
}
