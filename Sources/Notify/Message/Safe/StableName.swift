// Names that stay the same on every machine and after a rebuild, and that nobody can read a serial number back from. Names of
// messages come from outside.

import Readings

/// Names made of a hash, or of a text with what a topic or a header does not take left out.
enum StableName {
    /// Returns up to 16 hexadecimal digits of a hash: FNV-1a with its bits mixed once more.
    ///
    /// Source: https://www.ietf.org/archive/id/draft-eastlake-fnv-21.html
    static func hex(_ text: String, digits: Int = 16) -> String {
        // Wrapping is part of the hash's definition.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        let all = String(hash ^ (hash >> 31), radix: 16)
        return String((String(repeating: "0", count: max(0, 16 - all.count)) + all).prefix(digits))
    }

    /// Returns a text where it is a name of letters, digits, `_` and `-` that is not too long; else a hash of it, which tells
    /// nothing of what it held.
    static func token(_ text: String, most: Int = 64) -> String {
        (1...most).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(isPlain) ? text : hex(text)
    }

    /// Returns a name of a device of which at most 16 bits are told beside its last four characters.
    static func short(_ serial: String) -> String { "\(serial.suffix(4))_\(hex(serial, digits: 4))" }

    /// Returns 16 hexadecimal digits that stand for a finding's identity: its site, device, kind and start.
    ///
    /// They are a hash of a device's short name: of the whole serial number they would give away what they hide, since little
    /// else of it is unknown.
    static func fingerprint(_ identity: String) -> String {
        guard let told = ToldIdentity(identity) else { return hex(identity) }
        return hex("\(told.system)|\(short(told.device))|\(told.kindName)|\(told.start.utcSeconds)")
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}
