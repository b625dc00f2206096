// Who may ask: token and cookie of new firmware, Digest of old, GET alone.

import Foundation
import Readings
import Simulation
import Testing

private let start = SmallCapture.savedAt

private func makeGateway(_ faults: String..., firmware: String = "D8.3.5289") throws -> MockGateway {
    MockGateway(
        play: try SmallCapture.replay(start: start, firmware: firmware),
        faults: try faults.map { try MockFault(parsing: $0) },
        startUTCSeconds: start,
        seed: 7
    )
}

extension MockGateway {
    fileprivate var bearer: MockHeader { MockHeader("Authorization", "Bearer \(token)") }

    fileprivate mutating func status(_ path: String, _ headers: [MockHeader] = [], at elapsed: Double = 0)
        -> Int?
    {
        answer(MockRequest(path, headers: headers), utcSeconds: start + elapsed).reply?.status
    }

    fileprivate mutating func cookie(at elapsed: Double = 0) -> MockHeader? {
        answer(MockRequest("auth/check_jwt", headers: [bearer]), utcSeconds: start + elapsed).reply?
            .header("Set-Cookie").flatMap { $0.split(separator: ";").first }
            .map { MockHeader("Cookie", String($0)) }
    }
}

@Suite("who may ask a mock gateway")
struct MockAccessTests {
    @Test(
        "the token names gateway, issuer, owner and a year; its check answers byte for byte and sets a cookie"
    )
    func token() throws {
        var gateway = try makeGateway()
        let parts = gateway.token.split(separator: ".")
        #expect(parts.count == 3)
        var plain = parts[1].replacing("-", with: "+").replacing("_", with: "/")
        while plain.count % 4 != 0 { plain += "=" }
        let claims = try #require(
            Data(base64Encoded: String(plain)).flatMap {
                JSONValue(parsing: String(decoding: $0, as: UTF8.self))
            }
        )
        #expect(claims["aud"]?.string == SmallCapture.serial && claims["iss"]?.string == "Entrez")
        #expect(claims["enphaseUser"]?.string == "owner")
        #expect(claims["exp"]?.double == start + 31_536_000)
        let answer = gateway.answer(
            MockRequest("/auth/check_jwt", headers: [gateway.bearer]),
            utcSeconds: start
        )
        #expect(answer.text == "<!DOCTYPE html><h2>Valid token.</h2>\n" && answer.reply?.status == 200)
        let cookie = try #require(answer.reply?.header("set-cookie"))
        #expect(cookie.hasPrefix("sessionId=") && cookie.hasSuffix("; Secure; HttpOnly; path=/"))
    }

    @Test("info is open; all else wants token or cookie, and a 401 is HTML")
    func doors() throws {
        var gateway = try makeGateway()
        #expect(gateway.status("info") == 200)
        #expect(gateway.status("ivp/meters") == 401)
        #expect(
            gateway.status("ivp/meters", [MockHeader("Authorization", "Bearer \(gateway.token)x")]) == 401
        )
        #expect(gateway.status("ivp/meters", [MockHeader("authorization", "bearer \(gateway.token)")]) == 200)
        #expect(gateway.status("auth/check_jwt") == 401)
        #expect(gateway.status("nowhere", [gateway.bearer]) == 404)
        let answer = gateway.answer(MockRequest("ivp/meters"), utcSeconds: start)
        #expect(answer.text.contains("<h1>401 Authorization Required</h1>"))
        // A 401 of one path alone, as saved.
        #expect(gateway.status("ivp/ensemble/dry_contacts", [gateway.bearer]) == 401)
        // In clear text new firmware leads to TLS.
        let plain = gateway.answer(
            MockRequest("home", headers: [MockHeader("Host", "envoy.local")], isSecure: false),
            utcSeconds: start
        )
        #expect(plain.reply?.status == 301 && plain.reply?.header("Location") == "https://envoy.local/home")
    }

    @Test("a cookie is good for ten minutes from its last request")
    func cookie() throws {
        var gateway = try makeGateway()
        let cookieFound = gateway.cookie()
        let cookie = try #require(cookieFound)
        #expect(gateway.status("ivp/meters", [cookie], at: 599) == 200)
        #expect(gateway.status("ivp/meters", [cookie], at: 1198) == 200)
        #expect(gateway.status("ivp/meters", [cookie], at: 1799) == 401)
        #expect(gateway.status("ivp/meters", [MockHeader("Cookie", "sessionId=0")], at: 1799) == 401)
        // The token alone goes on.
        #expect(
            gateway.status("ivp/meters", [MockHeader("Cookie", "sessionId=0"), gateway.bearer], at: 1800)
                == 200
        )
    }

    @Test("sessions end by faults: once, sooner, with a dead token, at 23:00, with a new firmware")
    func sessions() throws {
        for fault in [
            "*=cookie@60-", "*=firmware:8.3.6087@60-", "*=key@60-120", "ivp/meters/readings=back@60-",
        ] {
            var gateway = try makeGateway(fault)
            let cookieFound = gateway.cookie()
            let cookie = try #require(cookieFound)
            #expect(gateway.status("ivp/meters", [cookie], at: 59) == 200, "\(fault)")
            #expect(gateway.status("ivp/meters", [cookie], at: 60) == 401, "\(fault)")
            let nextFound = gateway.cookie(at: 61)
            let next = try #require(nextFound)
            #expect(gateway.status("ivp/meters", [next], at: 200) == 200, "\(fault)")
        }
        var short = try makeGateway("*=cookie:30")
        let cookieFound = short.cookie()
        let cookie = try #require(cookieFound)
        #expect(short.status("ivp/meters", [cookie], at: 30) == 200)
        #expect(short.status("ivp/meters", [cookie], at: 61) == 401)
        for fault in ["*=expired@60-120", "*=serial@60-120"] {
            var dead = try makeGateway(fault)
            let earlyFound = dead.cookie()
            let early = try #require(earlyFound)
            #expect(dead.status("ivp/meters", [early], at: 60) == 401)
            #expect(dead.cookie(at: 61) == nil && dead.status("ivp/meters", [dead.bearer], at: 61) == 401)
            #expect(dead.status("info", at: 61) == 200)
            #expect(dead.cookie(at: 120) != nil)
        }
        // 23:00 UTC is 60,480 s away.
        var night = try makeGateway("*=nightly")
        let eveningFound = night.cookie(at: 60_400)
        let evening = try #require(eveningFound)
        #expect(night.status("home", [evening], at: 60_479) == 200)
        #expect(
            night.answer(MockRequest("home", headers: [evening]), utcSeconds: start + 60_480) == .unanswered
        )
        #expect(night.answer(MockRequest("info"), utcSeconds: start + 60_779) == .unanswered)
        #expect(night.status("home", [evening], at: 60_780) == 401)
        #expect(night.status("home", [night.bearer], at: 60_781) == 200)
    }

    @Test(
        "firmware below 7 speaks clear text and wants Digest, of its paths those that such firmware protects"
    )
    func digest() throws {
        var gateway = try makeGateway(firmware: "D5.0.62")
        #expect(!gateway.isSecure(at: start) && gateway.token.hasPrefix("envoy:"))
        func ask(_ path: String, _ gateway: inout MockGateway, with header: String? = nil) -> MockReply? {
            let headers = header.map { [MockHeader("Authorization", $0)] } ?? []
            return gateway.answer(MockRequest(path, headers: headers, isSecure: false), utcSeconds: start)
                .reply
        }
        #expect(ask("info", &gateway)?.status == 200)
        let refused = try #require(ask("production.json", &gateway))
        #expect(refused.status == 401 && refused.isLast)
        let challenge = try #require(refused.header("WWW-Authenticate"))
        let nonce = try #require(challenge.components(separatedBy: "nonce=\"").last?.dropLast())
        #expect(challenge == "Digest qop=\"auth\", realm=\"enphaseenergy.com\", nonce=\"\(nonce)\"")
        let wrong =
            "Digest username=\"envoy\", realm=\"enphaseenergy.com\", nonce=\"\(nonce)\", uri=\"/production.json\", qop=auth, nc=00000001, cnonce=\"a\", response=\"00\""
        #expect(ask("production.json", &gateway, with: wrong)?.status == 401)
        #expect(ask("production.json", &gateway, with: "Basic ZW52b3k6")?.status == 401)
        #expect(ask("nowhere", &gateway, with: wrong)?.status == 401)
        // The right answer is given by other programs: see the tests of the command.
        var early = try makeGateway(firmware: "R3.9.36")
        #expect(ask("api/v1/production", &early)?.status == 200)
        #expect(ask("api/v1/production/inverters", &early)?.status == 401)
        #expect(gateway.answer(MockRequest("info"), utcSeconds: start) == .refused)
    }

    @Test("only GET is answered; others are counted and change nothing")
    func methods() throws {
        var gateway = try makeGateway()
        for method in ["POST", "PUT", "DELETE", "HEAD", "get"] {
            let answer = gateway.answer(
                MockRequest("ivp/ensemble/relay", method: method, headers: [gateway.bearer]),
                utcSeconds: start
            )
            #expect(answer.reply?.status == 405 && answer.reply?.isLast == true)
        }
        #expect(gateway.methods == ["POST": 1, "PUT": 1, "DELETE": 1, "HEAD": 1, "get": 1])
    }

    @Test("the log names what was asked and how, and holds no secret")
    func log() throws {
        var gateway = try makeGateway("home=stall")
        let cookieFound = gateway.cookie()
        let cookie = try #require(cookieFound)
        _ = gateway.status("ivp/meters", [cookie])
        _ = gateway.answer(MockRequest("home", headers: [gateway.bearer]), utcSeconds: start)
        _ = gateway.status("ivp/meters", [MockHeader("Authorization", "Bearer x")])
        #expect(gateway.log.map(\.access) == ["bearer", "cookie", "bearer", "refused"])
        #expect(gateway.log.map(\.answer) == ["reply", "reply", "stall", "reply"])
        #expect(gateway.log.map(\.status) == [200, 200, 200, 401])
        let text = gateway.log.map(\.json.compact).joined()
        #expect(!text.contains(gateway.token) && !text.contains(cookie.value.dropFirst(10)))
    }

    @Test("requests of nonsense get an answer and grow nothing")
    func hostile() throws {
        var gateway = try makeGateway("*=stale", "*=zeros")
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            func nonsense(_ most: Int) -> String {
                String(
                    decoding: (0..<Int.random(in: 0...most)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    },
                    as: UTF8.self
                )
            }
            let names = ["Authorization", "Cookie", "Host", nonsense(9)]
            let values = [
                "Bearer ", "Digest ", "sessionId=", "", "Digest uri=\"", "Digest =,=,\"", gateway.token,
            ]
            let request = MockRequest(
                Bool.random() ? "home" : nonsense(40),
                method: Bool.random() ? "GET" : nonsense(8),
                headers: [
                    MockHeader(names.randomElement() ?? "", (values.randomElement() ?? "") + nonsense(60))
                ],
                isSecure: Bool.random()
            )
            _ = gateway.answer(request, utcSeconds: start)
        }
        #expect(gateway.methods.count <= 33)
        #expect(gateway.status("info") == 200)
    }
}
