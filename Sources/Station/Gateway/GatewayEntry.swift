// A gateway as the owner's configuration names it: where it answers, by which key it is known, where its token lies. The token
// itself is never in it: config.json travels in backups.

import Readings

/// A gateway of config.json.
package struct GatewayEntry: Equatable, Sendable {
    /// The site whose gateway it is.
    package var site: String
    /// The address, `HOST` or `HOST:PORT`; of IPv6 in brackets.
    package var host: String
    /// The serial number, digits.
    package var serial: String
    /// The key by which it is known, `sha256//…`; nil for one that is asked in clear text.
    package var key: String?
    /// The file that holds the token, or `user:password` below firmware 7; nil where it comes another way.
    package var tokenFile: String?
    /// Days for which raw replies are kept.
    package var rawDays = 14
    /// Days for which rows of a minute are kept.
    package var minuteDays = 400
    /// Kinds that are not told.
    package var mute: Set<FindingKind> = []

    /// Names a gateway.
    package init(site: String, host: String, serial: String, key: String?, tokenFile: String?) {
        (self.site, self.host, self.serial) = (site, host, serial)
        (self.key, self.tokenFile) = (key, tokenFile)
    }

    /// What an entry may say.
    private static let members: Set<String> = [
        "site", "host", "serial", "key", "token_file", "raw_days", "minute_days", "mute",
    ]
    /// Nobody waits for more.
    private static let mostDays: Int64 = 36_500

    /// Reads an entry.
    ///
    /// - Parameters:
    ///   - place: what it is called in an error, as `gateways[0]`.
    ///   - refuse: makes the error of a reason.
    package init(_ json: JSONValue, place: String, _ refuse: (String) -> StationError) throws(StationError) {
        func text(_ name: String) throws(StationError) -> String? {
            guard let value = json[name] else { return nil }
            guard let text = value.string, !text.isEmpty else {
                throw refuse("\(place).\(name) is a text")
            }
            return text
        }
        func days(_ name: String, _ usual: Int) throws(StationError) -> Int {
            guard let value = json[name] else { return usual }
            guard case .integer(let days) = value, (1...GatewayEntry.mostDays).contains(days) else {
                throw refuse("\(place).\(name) is 1 to \(GatewayEntry.mostDays)")
            }
            return Int(days)
        }
        if let odd = json.members.map(\.0).filter({ !GatewayEntry.members.contains($0) }).min() {
            throw refuse(
                "\(place).\(odd) is not known; known are \(GatewayEntry.members.sorted().joined(separator: ", "))"
            )
        }
        guard let site = try text("site"), let host = try text("host"), let serial = try text("serial") else {
            throw refuse("\(place) needs site, host and serial")
        }
        guard GatewayOrigin.isSerial(serial) else { throw refuse("\(place).serial is no serial number") }
        guard GatewayAddress(host) != nil else {
            throw refuse("\(place).host is HOST or HOST:PORT, not \(ControlledText.oneLine(host))")
        }
        self.init(
            site: site,
            host: host,
            serial: serial,
            key: try text("key"),
            tokenFile: try text("token_file")
        )
        if let key, !GatewayKey.isOne(key) { throw refuse("\(place).key is sha256// and 44 characters") }
        rawDays = try days("raw_days", rawDays)
        minuteDays = try days("minute_days", minuteDays)
        for name in (json["mute"]?.elements ?? []) {
            guard let kind = name.string.flatMap({ FindingKind(rawValue: $0) }) else {
                throw refuse("\(place).mute: \(name.compact.prefix(60)) is no kind of finding")
            }
            mute.insert(kind)
        }
    }

    /// The entry as config.json holds it.
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("site", .text(site)), ("host", .text(host)), ("serial", .text(serial)),
        ]
        if let key { members.append(("key", .text(key))) }
        if let tokenFile { members.append(("token_file", .text(tokenFile))) }
        let usual = GatewayEntry(site: "", host: "", serial: "", key: nil, tokenFile: nil)
        if rawDays != usual.rawDays { members.append(("raw_days", .integer(Int64(rawDays)))) }
        if minuteDays != usual.minuteDays { members.append(("minute_days", .integer(Int64(minuteDays)))) }
        if !mute.isEmpty { members.append(("mute", .array(mute.map(\.rawValue).sorted().map { .text($0) }))) }
        return .object(members)
    }
}

/// The key of a server as libcurl writes it.
package enum GatewayKey {
    /// Tells whether a text is `sha256//` and the base64 of 32 bytes.
    package static func isOne(_ text: String) -> Bool {
        let base64 = text.dropFirst("sha256//".count)
        return text.hasPrefix("sha256//") && base64.utf8.count == 44 && base64.hasSuffix("=")
            && base64.dropLast().utf8.allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "+")
                    || $0 == UInt8(ascii: "/")
            }
    }
}

/// An address: a name or number, and a port where one is named.
package struct GatewayAddress: Equatable, Sendable {
    /// The host as it stands in a web address.
    package let host: String
    /// The port; nil for the usual one.
    package let port: Int?

    /// `HOST` or `HOST:PORT`.
    package var text: String { host + (port.map { ":\($0)" } ?? "") }

    /// Reads `HOST`, `HOST:PORT`, `[IPv6]` or `[IPv6]:PORT`, also as it stands in a browser, without a path; nil for anything
    /// else.
    package init?(_ given: String) {
        let scheme = ["https://", "http://"].first { given.lowercased().hasPrefix($0) } ?? ""
        let bare = given.dropFirst(scheme.count)
        let text = String(scheme.isEmpty || !bare.hasSuffix("/") ? bare : bare.dropLast())
        var host = Substring(text)
        var port: Int?
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            host = text[..<colon]
            port = number
        }
        let isNumber = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        let name = isNumber ? host.dropFirst().dropLast() : host
        guard !name.isEmpty, name.utf8.count <= 253,
            name.utf8.allSatisfy({
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
                    || (isNumber && $0 == UInt8(ascii: ":"))
            }), isNumber || !name.contains(":")
        else { return nil }
        (self.host, self.port) = (String(host), port)
    }

    /// The web address of a path.
    package func url(_ path: String, isPlain: Bool) -> String {
        "\(isPlain ? "http" : "https")://\(host)\(port.map { ":\($0)" } ?? "")/\(path)"
    }
}
