// Takes secrets out of texts that are kept or shown: as they are, and in the forms in which servers and programs repeat them.

import Foundation
import Readings

/// What stands for the secrets of one message.
struct SecretMask {
    /// What is replaced and by what, the longest first.
    private var forms: [(form: String, mask: String)] = []
    /// There is a secret too short to be told from other text.
    private var hasShort = false

    /// Shorter ones are not looked for, characters.
    private static let fewest = 4
    /// Parts of an address from this length on may be what makes it secret, characters.
    private static let fewestOfPart = 8
    /// What is kept of a text, characters.
    private static let mostCharacters = 200

    /// Knows a secret.
    ///
    /// - Parameter user: the user whose password it is: both are sent as one.
    mutating func add(_ secret: SecretText, user: String? = nil) {
        let text = secret.revealed
        var texts = [text]
        if let user { texts += ["\(user):\(text)", "\0\(user)\0\(text)"] }
        if let mark = text.firstRange(of: "://") {
            let rest = text[mark.upperBound...].drop { $0 != "/" && $0 != "?" }
            texts.append(String(rest))
            texts += rest.split { "/?&=".contains($0) }.map(String.init)
                .filter { $0.count >= SecretMask.fewestOfPart }
        }
        if text.count < SecretMask.fewest { hasShort = true }
        let found = texts.flatMap { SecretMask.forms(of: $0) }.filter { $0.count >= SecretMask.fewest }
        forms += Set(found).map { ($0, secret.description) }
        forms.sort { ($0.form.utf8.count, $0.form) > ($1.form.utf8.count, $1.form) }
    }

    /// The forms of a text: as it is, in JSON, in addresses and as base64.
    private static func forms(of text: String) -> [String] {
        let base64 = Data(text.utf8).base64EncodedString()
        let bare = base64.prefix { $0 != "=" }
        let web = bare.map { $0 == "+" ? "-" : $0 == "/" ? "_" : String($0) }.joined()
        let json = JSONValue.text(text).compact.dropFirst().dropLast()
        let kept = ["-._~", "-._~!*'()", "-._*"].flatMap { marks -> [String] in
            let large = percent(text, keeping: marks)
            return [large, percent(text, keeping: marks, isSmall: true), large.replacing("%20", with: "+")]
        }
        return [text, base64, String(bare), web, String(json), String(json.replacing("/", with: "\\/"))]
            + kept
    }

    private static func percent(_ text: String, keeping marks: String, isSmall: Bool = false) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isKept = byte < 0x80 && (Character(scalar).isLetter || Character(scalar).isNumber)
            if isKept || marks.unicodeScalars.contains(scalar) { return String(scalar) }
            let hex = String(byte, radix: 16, uppercase: !isSmall)
            return "%" + (hex.count < 2 ? "0" : "") + hex
        }.joined()
    }

    /// A text without secrets, as one line of at most 200 characters.
    func masked(_ text: String) -> String {
        var result = text
        for (form, mask) in forms where result.contains(form) { result = result.replacing(form, with: mask) }
        // Cut last: half a secret would be none that is found.
        let line = ControlledText.oneLine(result)
        return line.count > SecretMask.mostCharacters
            ? line.prefix(SecretMask.mostCharacters - 1) + "…" : line
    }

    /// Text that another side wrote, to be put behind words of our own; empty where a secret might be in it unseen.
    func behind(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return hasShort || line.isEmpty ? "" : ": \(line)"
    }
}
