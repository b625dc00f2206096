// A secret in memory. However it is printed, only its end shows, and of a short one nothing.

/// A secret.
package struct SecretText: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    /// From this length on the last four characters are shown, characters.
    private static let shownFrom = 12

    /// Takes a secret.
    package init(_ text: String) { self.text = text }

    /// The secret itself, for whoever it is meant for and nobody else.
    package var revealed: String { text }

    /// `<secret …a1b2>`, or `<secret>` of one with fewer than 12 characters.
    package var description: String {
        guard text.count >= SecretText.shownFrom else { return "<secret>" }
        let end = text.suffix(4).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "?" }
        return "<secret …\(String(end))>"
    }

    /// As `description`.
    package var debugDescription: String { description }
    /// Nothing but the description.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
