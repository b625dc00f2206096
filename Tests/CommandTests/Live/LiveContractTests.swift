// The lines that scripts rely on, word for word: mock-gateway, gateway add, watch, gateway status.

import Foundation
import TestSupport
import Testing

private let hasLibraries = ["/usr/lib", "/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
    .contains { FileManager.default.fileExists(atPath: $0 + "/libcurl.so.4") }

@Suite("contract of the live watch", .serialized, .enabled(if: hasLibraries))
struct LiveContractTests {
    private static let members: Set<String> = [
        "serial", "site", "host", "key", "state", "stalled", "ended", "at", "age_s", "began", "answered",
        "firmware",
        "rounds",
        "requests", "failures", "token_days_left", "clock_skew_s", "rounds_waiting", "not_kept", "paths",
    ]
    private static let pathMembers: Set<String> = [
        "path", "asked", "good", "age_s", "status", "ms", "bytes", "failures", "reason", "paused_until",
    ]

    private func status(_ gateway: LiveGateway) throws -> [String: Any] {
        let result = try gateway.run("gateway", "status", "--store", gateway.store, "--json")
        #expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
        let all = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
        return try #require(all?.first)
    }

    @Test("a gateway is added, watched and looked at")
    func lines() throws {
        let gateway = try LiveGateway("--start", "2026-06-15T10:00:00Z", "--speed", "60")
        try gateway.makeStore()
        let empty = try gateway.run("gateway", "status", "--store", gateway.store, "--json")
        #expect(empty.code == 0 && empty.output == "[]\n")
        let added = try gateway.run(
            "gateway",
            "add",
            gateway.address,
            "--store",
            gateway.store,
            "--site",
            "home",
            "--token-file",
            gateway.tokenFile,
            "--accept-key"
        )
        #expect(added.code == 0, "\(added.errors)")
        #expect(
            added.output == "gateway \(LiveGateway.serial) is known; watch it with: sunvigil watch\n"
        )
        #expect(added.errors.contains("firmware D8.3.5289, site home"))
        #expect(added.errors.contains("its key is \(gateway.pin ?? "none")\n"))
        let before = try status(gateway)
        #expect(before["state"] as? String == "never_watched" && before["key"] as? String == gateway.pin)
        let watched = try gateway.run(
            "watch",
            "--store",
            gateway.store,
            "--rounds",
            "3",
            "--start",
            "2026-06-15T10:00:00Z",
            "--speed",
            "60"
        )
        #expect(watched.code == 0 && watched.output.isEmpty, "\(watched.output) \(watched.errors)")
        let once = try gateway.run(
            "watch",
            "--store",
            gateway.store,
            "--once",
            "--start",
            "2026-06-15T10:10:00Z",
            "--speed",
            "60"
        )
        #expect([0, 1].contains(once.code), "\(once.errors)")
        let after = try status(gateway)
        #expect(Set(after.keys) == LiveContractTests.members)
        #expect(after["state"] as? String == "polling" && after["ended"] as? Bool == true)
        #expect(after["serial"] as? String == LiveGateway.serial)
        #expect(after["host"] as? String == gateway.address && after["site"] as? String == "home")
        let paths = try #require(after["paths"] as? [[String: Any]])
        #expect(paths.allSatisfy { Set($0.keys) == LiveContractTests.pathMembers }, "\(paths)")
        let readings = try #require(paths.first { $0["path"] as? String == "ivp/meters/readings" })
        #expect(
            readings["status"] as? Int == 200 && readings["good"] is String && readings["asked"] is String
        )
        #expect(try gateway.run("verify", "--store", gateway.store).code == 0)
        #expect(
            !gateway.log.contains("\"method\":\"POST\"") && !gateway.log.contains("\"access\":\"refused\"")
        )
    }

    @Test("a gateway that gives no answer: code 2, and it is said where it stands")
    func silent() throws {
        let gateway = try LiveGateway("--start", "2026-06-15T10:00:00Z", "--speed", "60")
        try gateway.makeStore()
        try gateway.add()
        gateway.stop()
        let watched = try gateway.run("watch", "--store", gateway.store, "--once")
        #expect(watched.code == 2, "\(watched.output) \(watched.errors)")
        let info = try #require(
            (try status(gateway)["paths"] as? [[String: Any]])?.first { $0["path"] as? String == "info" }
        )
        #expect(info["reason"] as? String == "nothing listens there" && info["good"] is NSNull)
    }

    @Test(
        "what cannot be watched is refused with code 2",
        arguments: [
            ["--once", "--rounds", "2"], ["--rounds", "0"], ["--gateway", "other"], ["--speed", "0"],
            ["--start", "soon"], [],
        ]
    )
    func refused(arguments: [String]) throws {
        let store = try TestStore()
        let result = try Program.run(
            arguments: ["watch", "--store", store.path] + arguments,
            seconds: 20
        )
        #expect(result.code == 2 && result.output.isEmpty && !result.errors.isEmpty, "\(result.errors)")
    }
}
