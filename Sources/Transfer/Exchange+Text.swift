// How requests and answers look when they are printed: without anything that may be secret. The path of an address can be a
// secret too, as that of a hook.

extension Exchange: CustomStringConvertible, CustomReflectable {
    /// The request without path, values of headers, body and login.
    package var description: String {
        var parts = ["\(method.rawValue) \(origin)/…"]
        if !headers.isEmpty { parts.append("\(headers.count) header lines") }
        if let body { parts.append("\(body.count) bytes") }
        if digest != nil { parts.append("a login") }
        return parts.joined(separator: ", ")
    }

    /// Nothing but the description.
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// The scheme, the host and the port.
    var origin: String { scheme + "://" + authority.split(separator: "@").suffix(1).joined() }

    /// The scheme in small letters; empty where there is none.
    var scheme: String {
        guard let mark = url.firstRange(of: "://") else { return "" }
        return url[..<mark.lowerBound].lowercased()
    }

    /// What stands between the scheme and the path.
    var authority: Substring {
        guard let mark = url.firstRange(of: "://") else { return "" }
        return url[mark.upperBound...].prefix { !"/?#\\".contains($0) }
    }

    /// The host without port and brackets.
    var host: Substring {
        guard authority.hasPrefix("[") else { return authority.prefix { $0 != ":" } }
        return authority.dropFirst().prefix { $0 != "]" }
    }
}

extension Exchange.Login: CustomStringConvertible, CustomReflectable {
    /// No part of a login is printed.
    package var description: String { "<login>" }
    /// Nothing but the description.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Reply: CustomStringConvertible, CustomReflectable {
    /// The answer without values of headers and body: a cookie may be among them.
    package var description: String { "\(status), \(headers.count) header lines, \(body.count) bytes" }
    /// Nothing but the description.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
