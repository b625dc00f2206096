// A message as a program of the owner's gets it: title, text and JSON on its standard input.

import Readings

/// What a program of the owner's gets.
package struct CommandInput: Sendable {
    /// The title, an empty line, the text, an empty line, and the webhook's body in one line.
    package let bytes: [UInt8]
    /// Variables that are set besides: `SUNVIGIL_TITLE`, `SUNVIGIL_EVENT`, `SUNVIGIL_LEVEL`, `SUNVIGIL_SITE`, `SUNVIGIL_ID`.
    package let variables: [String: String]

    /// Writes it.
    package init(_ message: Message) { (bytes, variables) = ([], [:]) }
}
