// Tokens: their claims, what prints of them, and what is none.

import Collect
import Foundation
import Testing

struct TokenTests {
    @Test("the claims of a token are read here, and its days counted")
    func claims() throws {
        let token = try GatewayToken(
            "  \(TestToken.text(#"{"aud":"12","iss":"Entrez","enphaseUser":"owner","exp":864000,"iat":5}"#))\n"
        )
        let claims = try #require(token.claims)
        #expect(claims.fits(serial: "12") && !claims.fits(serial: "1") && claims.role == "owner")
        #expect(claims.endsUTCSeconds == 864_000 && claims.givenUTCSeconds == 5 && claims.issuer == "Entrez")
        #expect(
            claims.daysLeft(atUTCSeconds: 864_000 - 86_400) == 1
                && claims.daysLeft(atUTCSeconds: 863_999) == 0
        )
        #expect(claims.daysLeft(atUTCSeconds: .min) == nil && claims.daysLeft(atUTCSeconds: .max) == 0)
        #expect(!claims.hasEnded(atUTCSeconds: 863_999) && claims.hasEnded(atUTCSeconds: 864_000))
        #expect(try GatewayToken(TestToken.text(#"{"aud":["7","12"]}"#)).claims?.fits(serial: "12") == true)
    }

    @Test("nothing of a token or password prints but its end")
    func masking() throws {
        let token = try GatewayToken(TestToken.text(#"{"aud":"12"}"#, "z"))
        let login = try GatewayToken("envoy:secret:with colon")
        var text = ""
        dump(token, to: &text)
        dump(login, to: &text)
        text +=
            "\(token) \(login) \(String(reflecting: token)) \(String(reflecting: login)) \([token]) \(Optional(login) as Any)"
        dump(GatewayEvent.tokenChanged(token), to: &text)
        #expect("\(token)" == "<token …zzzz>" && "\(login)" == "<login>")
        #expect(!text.contains("secret") && !text.contains("eyJ") && !text.contains("zzzzz"))
        #expect(login == .login(user: "envoy", password: "secret:with colon"))
    }

    @Test("what is no token is refused with its reason")
    func faults() {
        #expect(throws: GatewayToken.Fault.empty) { try GatewayToken(" \n") }
        #expect(throws: GatewayToken.Fault.notAToken) { try GatewayToken("a.b.c") }
        #expect(throws: GatewayToken.Fault.notAToken) { try GatewayToken(":password") }
        #expect(throws: GatewayToken.Fault.notAToken) { try GatewayToken("user:pass\nword") }
        #expect(throws: GatewayToken.Fault.tooLong(limit: TokenClaims.longestToken)) {
            try GatewayToken(String(repeating: "a", count: 100_000))
        }
    }

    @Test(
        "hostile claims are no trap",
        arguments: [
            "[]", "null", "{", #"{"exp":1e300}"#, #"{"exp":-1}"#, #"{"exp":"soon","aud":{}}"#,
            #"{"aud":[[],1,null]}"#,
            #"{"exp":9223372036854775807}"#, String(repeating: "[", count: 5000),
        ]
    )
    func hostile(payload: String) {
        let claims = TokenClaims(TestToken.text(payload))
        #expect(claims?.fits(serial: "12") ?? false == false)
        #expect(claims?.daysLeft(atUTCSeconds: 0) == nil)
        #expect(claims?.hasEnded(atUTCSeconds: .max) ?? false == false)
    }

    @Test("random bytes as a token are no trap")
    func randomBytes() {
        var chance = Chance(state: 3)
        for _ in 0..<2000 {
            let bytes = (0..<chance.next(60)).map { _ in
                UInt8(chance.next(5) == 0 ? 46 : 32 + chance.next(95))
            }
            _ = try? GatewayToken(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test("a memory with impossible figures is no trap")
    func hostileMemory() {
        var memory = GatewayMemory(serial: "122000000001")
        (memory.skewSeconds, memory.missing) = (.min, ["home": .max, "info": .min, "nothing": 1])
        var watch = TestWatch(memory: memory)
        watch.begin()
        watch.run(minutes: 10)
        #expect(
            watch.session.state == .polling && watch.session.memory.skewSeconds == 0
                && watch.count("home") == 0
        )
    }

    @Test("a memory comes back as it was, and one of an older program, too")
    func memory() throws {
        var memory = GatewayMemory(pin: "sha256//a", serial: "12")
        (memory.firmware, memory.missing, memory.skewSeconds) = ("D8", ["home": 5], -3)
        let back = try JSONDecoder().decode(GatewayMemory.self, from: JSONEncoder().encode(memory))
        #expect(back == memory)
        #expect(try JSONDecoder().decode(GatewayMemory.self, from: Data("{}".utf8)) == GatewayMemory())
    }
}
