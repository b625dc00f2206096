// sunvigil gateway: what is added, refused, tried, trusted, saved and removed, by the built program against a played gateway.

import Foundation
import TestSupport
import Testing

private let hasLibraries = ["/usr/lib", "/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
    .contains { FileManager.default.fileExists(atPath: $0 + "/libcurl.so.4") }

@Suite("gateway", .serialized, .enabled(if: hasLibraries))
struct GatewayCommandTests {
    /// A played gateway, and a store that does not know it.
    private func known() throws -> LiveGateway {
        let gateway = try LiveGateway()
        try gateway.makeStore()
        return gateway
    }

    private func gateways(_ gateway: LiveGateway) throws -> [[String: Any]] {
        let json = try JSONSerialization.jsonObject(with: Data(gateway.configuration.utf8)) as? [String: Any]
        return json?["gateways"] as? [[String: Any]] ?? []
    }

    @Test(
        "add keeps what the owner wrote into config.json; added once more it keeps days and mutes; remove leaves the rest"
    )
    func configuration() throws {
        let gateway = try known()
        let own = "{\"retention_days\": 400, \"new_data_hours\": 30.5, \"inbox\": [\"~/in\"]}"
        _ = try gateway.folder.write("s/config.json", own)
        func kept() throws -> String {
            var whole =
                try JSONSerialization.jsonObject(with: Data(gateway.configuration.utf8)) as? [String: Any]
            whole?["gateways"] = nil
            return "\((whole ?? [:]).sorted { $0.key < $1.key })"
        }
        let before = try kept()
        try gateway.add()
        #expect(try kept() == before)
        var entry = try #require(try gateways(gateway).first)
        #expect(
            entry["serial"] as? String == LiveGateway.serial && entry["host"] as? String == gateway.address
        )
        #expect(entry["key"] as? String == gateway.pin && entry["token_file"] as? String == gateway.tokenFile)
        #expect(Set(entry.keys) == ["site", "host", "serial", "key", "token_file"])
        #expect(!gateway.configuration.contains(gateway.token))
        entry["raw_days"] = 3
        entry["mute"] = ["cloud_silent"]
        var whole = try #require(
            try JSONSerialization.jsonObject(with: Data(gateway.configuration.utf8)) as? [String: Any]
        )
        whole["gateways"] = [entry]
        try JSONSerialization.data(withJSONObject: whole).write(
            to: URL(filePath: gateway.store + "/config.json")
        )
        try gateway.add()
        let again = try #require(try gateways(gateway).first)
        #expect(again["raw_days"] as? Int == 3 && again["mute"] as? [String] == ["cloud_silent"])
        #expect(try gateways(gateway).count == 1)
        let removed = try gateway.run("gateway", "remove", "--store", gateway.store, LiveGateway.serial)
        #expect(removed.code == 0 && removed.output == "gateway \(LiveGateway.serial) is watched no more\n")
        #expect(removed.errors.contains(gateway.tokenFile))
        #expect(try gateways(gateway).isEmpty && kept() == before)
        let gone = try gateway.run("gateway", "remove", "--store", gateway.store, LiveGateway.serial)
        #expect(gone.code == 2 && gone.errors.contains("gateway add"))
    }

    @Test("what cannot be added is refused with the reason, and nothing is written")
    func refused() throws {
        let gateway = try known()
        let page = try ForeignServer(
            answering:
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 27\r\n\r\n<html><body>hi</body></html>"
        )
        let noise = try ForeignServer(answering: "\u{0}\u{1}nonsense")
        let before = gateway.configuration
        func expect(
            _ host: String,
            _ words: String,
            site: String = "home",
            store: String? = nil,
            accept: Bool = true
        )
            throws
        {
            let result = try gateway.run(
                "gateway",
                "add",
                host,
                "--store",
                store ?? gateway.store,
                "--site",
                site,
                "--token-file",
                gateway.tokenFile,
                accept ? "--accept-key" : "--site=\(site)"
            )
            #expect(result.code == 2 && result.output.isEmpty, "\(host): \(result.output)")
            #expect(result.errors.contains(words), "\(host): \(result.errors)")
            #expect(!result.errors.contains(gateway.token) && gateway.configuration == before)
        }
        try expect("not an address", "is no address")
        try expect("127.0.0.1:0", "is no address")
        try expect("http://127.0.0.1/home", "is no address")
        try expect("127.0.0.1:1", "nothing listens there")
        try expect(page.address, "is no gateway that can be read")
        try expect(noise.address, "gives no answer")
        try expect(gateway.address, "elsewhere", site: "elsewhere")
        try expect(gateway.address, "sunvigil init", store: gateway.folder.path + "/none")
        try expect(gateway.address, "key was not accepted", accept: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: gateway.tokenFile)
        try expect(gateway.address, "chmod 600 '\(gateway.tokenFile)'")
        for text in ["", "two words", "no-token"] {
            try gateway.writeToken(text)
            try expect(gateway.address, "holds no token")
        }
        let claims = Data("{\"aud\":\"122200009999\",\"exp\":2000000000}".utf8).base64EncodedString()
        try gateway.writeToken("e30.\(claims.replacing("=", with: "")).c2ln")
        try expect(gateway.address, "the token is for gateway 122200009999, not for \(LiveGateway.serial)")
        let own = Data("{\"aud\":\"\(LiveGateway.serial)\",\"exp\":2000000000}".utf8).base64EncodedString()
        try gateway.writeToken("e30.\(own.replacing("=", with: "")).c2ln")
        try expect(gateway.address, "does not take the token (status 401)")
        let old = Data("{\"aud\":\"\(LiveGateway.serial)\",\"exp\":1600000000}".utf8).base64EncodedString()
        try gateway.writeToken("e30.\(old.replacing("=", with: "")).c2ln")
        try expect(gateway.address, "the token ended on 2020-09-13")
    }

    @Test("a new token is taken from standard input or a file; one that is not taken leaves the old one")
    func token() throws {
        let gateway = try known()
        try gateway.add()
        let wrong = try gateway.run("gateway", "token", "--store", gateway.store, input: "nonsense\n")
        #expect(wrong.code == 2 && wrong.output.isEmpty)
        #expect(try String(contentsOfFile: gateway.tokenFile, encoding: .utf8) == gateway.token + "\n")
        try gateway.writeToken("old")
        let right = try gateway.run("gateway", "token", "--store", gateway.store, input: gateway.token + "\n")
        #expect(
            right.code == 0 && right.output.hasPrefix("the gateway takes the token: valid until "),
            "\(right.errors)"
        )
        #expect(right.output.contains("role owner"))
        #expect(try String(contentsOfFile: gateway.tokenFile, encoding: .utf8) == gateway.token + "\n")
        let mode = try FileManager.default.attributesOfItem(atPath: gateway.tokenFile)[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
        let named = try gateway.folder.write("next", gateway.token)
        let open = try gateway.run("gateway", "token", "--store", gateway.store, "--token-file", named)
        #expect(open.code == 2 && open.errors.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: named)
        #expect(
            try gateway.run("gateway", "token", "--store", gateway.store, "--token-file", named).code == 0
        )
    }

    @Test("another key is told and refused until it is trusted; nothing secret goes there before")
    func trust() throws {
        var gateway = try known()
        try gateway.add()
        let same = try gateway.run("gateway", "trust", "--store", gateway.store, "--accept-key")
        #expect(same.code == 0 && same.output.hasPrefix("the gateway has the key by which it is known"))
        let old = gateway
        old.stop()
        gateway = try LiveGateway(listen: old.address)
        #expect(gateway.pin != old.pin)
        for arguments in [["probe"], ["token"]] {
            let result = try Program.run(
                arguments: ["gateway"] + arguments + ["--store", old.store],
                input: old.token,
                seconds: 60
            )
            #expect(result.code == 2 && result.errors.contains("key is another"), "\(result.errors)")
            #expect(result.errors.contains("gateway trust"))
        }
        let watched = try old.run("watch", "--store", old.store, "--once")
        #expect(watched.code != 0 && watched.output.contains("key"), "\(watched.output) \(watched.errors)")
        let unsure = try old.run("gateway", "trust", "--store", old.store)
        #expect(unsure.code == 2 && unsure.errors.contains("--accept-key"), "\(unsure.errors)")
        #expect(!gateway.log.contains("bearer") && !gateway.log.contains("\"access\":\"refused\""))
        let trusted = try old.run("gateway", "trust", "--store", old.store, "--accept-key")
        #expect(
            trusted.code == 0 && trusted.output == "gateway \(LiveGateway.serial) is known by its new key\n"
        )
        #expect(trusted.errors.contains(old.pin ?? "-") && trusted.errors.contains(gateway.pin ?? "-"))
        #expect(try gateways(old).first?["key"] as? String == gateway.pin)
    }

    @Test("a probe asks each path once; what it saves can be imported, and without names shown to others")
    func probe() throws {
        let gateway = try known()
        try gateway.add()
        let lonely = try gateway.run("gateway", "probe", "--store", gateway.store, "--anonymous")
        #expect(lonely.code == 2 && lonely.errors.contains("--save"))
        for isAnonymous in [false, true] {
            let folder = gateway.folder.path + (isAnonymous ? "/masked" : "/saved")
            let more = isAnonymous ? ["--anonymous"] : []
            let probed = try Program.run(
                arguments: ["gateway", "probe", "--store", gateway.store, "--save", folder] + more,
                seconds: 120
            )
            #expect(probed.code == 0, "\(probed.errors)")
            let paths = probed.output.split(separator: "\n").filter { $0.contains(" B  ") }
            #expect(paths.count == 23 && paths.contains { $0.contains("200") && $0.hasSuffix("home") })
            let all = try FileManager.default.contentsOfDirectory(atPath: folder).map {
                try String(contentsOfFile: folder + "/" + $0, encoding: .utf8)
            }.joined()
            for identity in LiveGateway.identities {
                #expect(all.contains(identity) != isAnonymous, "\(identity)")
            }
            #expect(!all.contains(gateway.token) && !all.contains("sessionId"))
            let other = try TestStore()
            let imported = try Program.run("import", "--store", other.path, folder)
            #expect(imported.code == 0, "\(imported.errors)")
            let devices = try Program.run("devices", "--store", other.path, "--json").output
            #expect(
                devices.contains(LiveGateway.inverters[0]) != isAnonymous && devices.contains("\"inverter\"")
            )
            let twice = try gateway.run("gateway", "probe", "--store", gateway.store, "--save", folder)
            #expect(twice.code == 2 && twice.errors.contains("is there already"))
        }
    }
}
