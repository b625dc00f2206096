// A message as a mail: headers that hold one line each, plain text and HTML, bytes that any server takes.

import Readings

/// A mail.
package struct MailText: Sendable {
    /// The whole mail with CRLF, ready to be sent.
    package let bytes: [UInt8]

    /// Writes a mail.
    ///
    /// - Parameters:
    ///   - from, to: addresses, `me@example.org`, checked by `isAddress`.
    ///   - inReplyTo: the name of the finding's first message; nil for none.
    package init(_ message: Message, from: String, to: String, inReplyTo: String?) { bytes = [] }

    /// The `Message-ID` of a message's name, in angle brackets.
    package static func messageID(_ name: String, from: String) -> String { "" }

    /// Tells whether a text is one plain address that no header or server could take for more.
    package static func isAddress(_ text: String) -> Bool { false }
}
