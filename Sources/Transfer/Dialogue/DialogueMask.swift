// What of a conversation may be shown: printable, short, and without the texts that are known to be secret. The second line of
// defence: where secrets stand by the rules of the protocol is left out before.

import Foundation

/// Makes lines fit to be shown.
struct DialogueMask {
    /// What stands for what is left out.
    static let hidden = "…"
    /// Shorter secrets would be found in plain words; they are left out by their place alone.
    private static let leastBytes = 4
    private static let mostCharacters = 300

    private let secrets: [String]

    /// Takes texts that must never be shown, as they are or as base64.
    init(secrets: [String]) {
        let plain = secrets.filter { $0.utf8.count >= DialogueMask.leastBytes }
        self.secrets = (plain + plain.map { Data($0.utf8).base64EncodedString() }).sorted {
            $0.utf8.count > $1.utf8.count
        }
    }

    /// Returns a line with the secrets left out and with nothing but printable ASCII.
    func line(_ text: String) -> String {
        let masked = secrets.reduce(text) { $0.replacing($1, with: DialogueMask.hidden) }
        return String(masked.prefix(DialogueMask.mostCharacters).map { DialogueMask.isShown($0) ? $0 : "?" })
    }

    private static func isShown(_ character: Character) -> Bool {
        // CR and LF in one are a character with a value of ASCII.
        String(character) == hidden
            || character != "\r\n" && character.asciiValue.map { 0x20..<0x7F ~= $0 } == true
    }
}

extension DialogueMask {
    /// Everything secret in a request: the path of its address, and what its header lines carry.
    init(_ exchange: Exchange) {
        let place = exchange.url[exchange.authority.endIndex...]
        let pieces = place.split { "/?#&=".contains($0) }.filter { $0.utf8.count >= 8 }.map(String.init)
        let values = exchange.headers.filter { !WebSpeech.isHarmless($0.name) }
            .flatMap { [$0.value] + $0.value.split(separator: " ").map(String.init) }
        let path = place.utf8.count > DialogueMask.leastBytes ? [String(place)] : []
        self.init(secrets: path + pieces + values + [exchange.digest?.password].compactMap { $0 })
    }

    /// Everything secret of a login by mail.
    init(_ login: Exchange.Login?) {
        guard let login else {
            self.init(secrets: [])
            return
        }
        let both = "\0\(login.user)\0\(login.password)"
        let encoded = [login.user, both].map { Data($0.utf8).base64EncodedString() }
        self.init(secrets: [login.password] + encoded)
    }
}
