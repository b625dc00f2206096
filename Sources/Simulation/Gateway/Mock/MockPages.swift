// The pages of a gateway that are no readings: the token is valid, no login, no such page, busy, garbage.

import Readings

/// Pages.
enum MockPages {
    /// Behind the check of a token, whose every byte clients compare.
    static func validToken(cookie: String) -> MockReply {
        var reply = MockReply(200, "text/html", text: "<!DOCTYPE html><h2>Valid token.</h2>\n")
        reply.headers.append(MockHeader("Set-Cookie", "\(cookie); Secure; HttpOnly; path=/"))
        return reply
    }

    static var refusedMethod: MockReply {
        var reply = MockReply(405, "text/html", text: "<html><body><h1>405 Not Allowed</h1></body></html>\n")
        reply.headers.append(MockHeader("Allow", "GET"))
        reply.isLast = true
        return reply
    }

    static func unauthorized(_ version: MockFirmware) -> MockReply {
        if !version.usesTokens {
            return MockReply(401, "text/html", text: "<html><body><h2>401 Unauthorized</h2></body></html>\n")
        }
        return MockReply(401, "text/html", text: page("401 Authorization Required"))
    }

    /// As the firmware answers a path that it does not have; of new firmware no such page is known.
    static func notFound(_ path: String, _ version: MockFirmware) -> MockReply {
        if version.usesTokens { return MockReply(404, "text/html", text: page("404 Not Found")) }
        if path.hasPrefix("ivp/sc") || path.hasPrefix("ivp/ss") {
            return MockReply(404, nil, text: " { \"err\": \"404 - Not Found\" }\n")
        }
        let type = "application/json; charset=ISO-8859-4"
        return MockReply(404, type, text: "{ \"error\" : \"404 - Not Found\" }\n")
    }

    private static func page(_ title: String) -> String {
        """
        <html>\r
        <head><title>\(title)</title></head>\r
        <body>\r
        <center><h1>\(title)</h1></center>\r
        <hr><center>openresty</center>\r
        </body>\r
        </html>\r

        """
    }

    /// New firmware sends these in chunks.
    static func isChunked(_ path: String) -> Bool {
        path == "home" || path == "production" || path.hasPrefix("production.json")
    }

    /// The answer that a fault puts in the place of another; nil for faults that do not.
    static func instead(_ kind: MockFault.Kind, seed: UInt64) -> MockReply? {
        switch kind {
        case .empty: return MockReply(200)
        case .busy:
            return MockReply(503, "text/html", text: "Resource busy, please retry after 30 seconds\n")
        case .status(let status): return MockReply(status, "text/html", text: page("\(status)"))
        case .html401: return MockReply(401, "text/html", text: page("401 Authorization Required"))
        case .garbage(let isInHeader):
            var random = SplitMix(state: seed)
            let bytes = (0..<512).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            guard isInHeader else { return MockReply(200, body: bytes) }
            var reply = MockReply(401, "text/html", text: page("401 Authorization Required"))
            // Bytes that are no text, but no end of a line either.
            reply.rawHeaders = [Array("WWW-Authenticate: ".utf8) + bytes.prefix(64).map { $0 | 0x80 }]
            return reply
        default: return nil
        }
    }
}
