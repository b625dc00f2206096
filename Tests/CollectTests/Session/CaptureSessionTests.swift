// The first round over real gateways: whatever generation answers, everything that is read of it is asked once and taken.

import Collect
import Foundation
import Ingest
import Readings
import TestSupport
import Testing

@Suite(.enabled(if: Shared.isPresent))
struct CaptureSessionTests {
    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: Shared.path("samples/gateway")).filter {
            $0.first?.isNumber == true
        }.sorted()) ?? []

    /// Saved bodies that import reads, by the path that is asked for them.
    private static let read = GatewayPath.plan.map(\.path).filter {
        !["ivp/ensemble/dry_contacts", "ivp/firmware_manager/state"].contains($0)
            && !$0.hasPrefix("datatab")
    }

    private static func file(_ path: String, _ folder: String) -> (body: [UInt8], status: Int)? {
        let name = String(path.map { "/?=".contains($0) ? "_" : $0 })
        let names = name == "inventory.json" ? [name, "inventory"] : [name]
        for name in names {
            guard let body = try? Shared.bytes("samples/gateway/\(folder)/\(name)") else { continue }
            let log = try? JSONDocument(Shared.bytes("samples/gateway/\(folder)/\(name)_log.json"))
            return (body, log?.root["code"]?.int64.map { Int($0) } ?? 200)
        }
        return nil
    }

    @Test("the first round over a capture takes each of its good bodies once", arguments: names)
    func firstRound(name: String) throws {
        let info = try #require(Self.file("info", name)).body
        let about = try #require(GatewayBodyCheck.about(info))
        let major = Int(name.split(separator: ".")[0]) ?? 0
        #expect(about.usesTokens == (major >= 7) && about.isTooOld == (name == "3.7.0"))
        var gateway = TestGateway(usesTokens: about.usesTokens)
        gateway.fault = { request, _ in
            if request.path == "auth/check_jwt" || request.isPlain == about.usesTokens { return nil }
            guard let file = Self.file(request.path, name) else { return .reply(GatewayReply(status: 404)) }
            return .reply(
                GatewayReply(
                    status: file.status,
                    body: file.body,
                    key: request.isPlain ? nil : "sha256//first",
                    seconds: 0.1
                )
            )
        }
        // Wherever it is, it is noon there: two of them were saved in what would be their night by UTC.
        let noon = 43_200 - (about.utcSeconds ?? 0) % 86_400
        var watch = TestWatch(
            gateway,
            token: about.usesTokens ? TestToken.make(serial: about.serial) : try GatewayToken("a:b"),
            zone: TimeZoneRules(identifier: "noon", constantOffsetSeconds: noon)
        )
        watch.begin()
        guard !about.isTooOld else {
            #expect(watch.session.state == .refused(.tooOld))
            return
        }
        #expect(watch.session.state == .polling)
        let good = Self.read.filter { path in
            Self.file(path, name).map {
                path == "info" || $0.status == 200 && GatewayBodyCheck.isWhole($0.body)
            } ?? false
        }
        let taken = watch.samples.map(\.path).filter { Self.read.contains($0) }
        #expect(taken.sorted() == good.sorted())
        #expect(Set(watch.samples.map(\.path)).count == watch.samples.count)
        #expect(watch.count("auth/check_jwt") == (about.usesTokens ? 1 : 0))
        // Nothing of it is asked more often than a healthy gateway's.
        watch.clear()
        watch.run(minutes: 60)
        #expect(watch.requests.count < 310 && watch.session.state == .polling)
    }
}
