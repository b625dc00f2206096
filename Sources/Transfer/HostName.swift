// What a host may be called before anything is sent to it. Nothing is looked up.

/// A host as it is written down.
struct HostName {
    /// The name or the number, without port and brackets.
    var text: String

    /// Tells whether it is a name or a number and nothing else: it goes into addresses and commands.
    var isSound: Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return isSix || text.utf8.allSatisfy(HostName.isNameByte) && !text.hasPrefix("-")
    }

    /// The host as it stands in an address: an IPv6 number in brackets.
    var inAddress: String { isSix ? "[\(text)]" : text }

    /// Tells whether it is this machine, whatever is connected to it.
    var isLoopback: Bool {
        if text.lowercased() == "localhost" || text == "::1" { return true }
        return RouteJudgement.isNumeric(text[...]) && text.hasPrefix("127.")
    }

    private var isSix: Bool {
        text.utf8.contains(UInt8(ascii: ":")) && !text.utf8.contains(UInt8(ascii: "%"))
            && RouteJudgement.isNumeric(text[...])
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
