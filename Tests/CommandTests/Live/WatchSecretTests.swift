// Secrets of the built program: a token, a password and cookies are in nothing that it prints, keeps, backs up or packs.

import Foundation
import TestSupport
import Testing

private let hasLibraries = ["/usr/lib", "/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
    .contains { FileManager.default.fileExists(atPath: $0 + "/libcurl.so.4") }

@Suite("secrets of the built watch", .serialized, .enabled(if: hasLibraries))
struct WatchSecretTests {
    /// Every file of a folder, unpacked where it is packed.
    private func files(_ folder: String) throws -> [(path: String, bytes: Data)] {
        let all = FileManager.default.enumerator(at: URL(filePath: folder), includingPropertiesForKeys: nil)
        var files: [(path: String, bytes: Data)] = []
        while let file = all?.nextObject() as? URL {
            guard let data = try? Data(contentsOf: file) else { continue }
            files.append((file.path, data))
            let isGzip = data.starts(with: [0x1F, 0x8B])
            guard isGzip || file.pathExtension == "zip" else { continue }
            let process = Process()
            process.executableURL = URL(filePath: isGzip ? "/bin/gzip" : "/usr/bin/unzip")
            guard FileManager.default.fileExists(atPath: process.executableURL?.path ?? "") else { continue }
            process.arguments = isGzip ? ["-dc", file.path] : ["-p", file.path]
            files.append((file.path + " unpacked", Data(try Program.finish(process).output.utf8)))
        }
        return files
    }

    /// Runs the program, and remembers all that it says.
    private final class Listener {
        let gateway: LiveGateway
        private(set) var said = ""
        var store: String { gateway.store }

        init(_ gateway: LiveGateway) { self.gateway = gateway }

        func run(_ arguments: String..., input: String? = nil) throws {
            let process = Program.process(arguments)
            process.environment = ProcessInfo.processInfo.environment.merging([
                "HOME": gateway.folder.path
            ]) { $1 }
            let result = try Program.finish(process, input: input)
            said += "$ \(arguments.joined(separator: " "))\n\(result.output)\(result.errors)"
        }
    }

    /// Everything that is done with a gateway that has trouble.
    private func live(_ own: Listener) throws {
        let (gateway, store) = (own.gateway, own.store)
        try own.run(
            "gateway",
            "add",
            gateway.address,
            "--store",
            store,
            "--token-file",
            gateway.tokenFile,
            "--accept-key"
        )
        try own.run(
            "watch",
            "--store",
            store,
            "--rounds",
            "14",
            "--verbose",
            "--start",
            "2026-06-15T10:00:00Z",
            "--speed",
            "120"
        )
        try own.run("gateway", "status", "--store", store)
        try own.run("gateway", "status", "--store", store, "--json")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: gateway.tokenFile)
        try own.run("watch", "--store", store, "--once")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: gateway.tokenFile)
    }

    /// The verbs of gateways that ask, and those that fail.
    private func ask(_ own: Listener) throws {
        let (gateway, store) = (own.gateway, own.store)
        try own.run("gateway", "add", gateway.address, "--store", store, "--token-file", gateway.tokenFile)
        for input in [gateway.token, gateway.token + "x", "Bearer " + gateway.token] {
            try own.run("gateway", "token", "--store", store, input: input)
        }
        try gateway.writeToken(gateway.token)
        try own.run("gateway", "probe", "--store", store, "--save", gateway.folder.path + "/saved")
        try own.run("gateway", "trust", "--store", store, "--accept-key")
        for verb in ["add", "probe", "token", "trust", "status", "remove"] {
            try own.run("gateway", verb, "--help")
            try own.run("gateway", verb, "--nonsense")
        }
        try own.run("watch", "--help")
    }

    /// What becomes of it afterwards.
    private func keep(_ own: Listener) throws {
        let (gateway, store) = (own.gateway, own.store)
        try own.run("check", "--store", store)
        for verb in ["findings", "devices", "events", "status"] {
            try own.run(verb, "--store", store, "--json")
        }
        try own.run("backup", "--store", store, gateway.folder.path + "/backup")
        try own.run(
            "report",
            "case",
            "--store",
            store,
            "--from",
            "2026-06-15",
            "--to",
            "2026-06-15",
            "--documents",
            "--output",
            gateway.folder.path + "/pack"
        )
        try own.run("gateway", "remove", "--store", store, LiveGateway.serial)
    }

    @Test(
        "nothing that is printed, kept, backed up or packed holds any part of a secret",
        arguments: ["D8.3.5289", "D5.0.62"]
    )
    func nowhere(firmware: String) throws {
        let gateway = try LiveGateway(
            "--start",
            "2026-06-15T10:00:00Z",
            "--speed",
            "120",
            "--fault",
            "*=html401@360-600",
            "--fault",
            "home=garbage",
            "--fault",
            "*=cookie@240",
            "--fault",
            "api/*=reset@600-720",
            firmware: firmware
        )
        try gateway.makeStore()
        let own = Listener(gateway)
        try live(own)
        let isNew = firmware > "D7"
        // At old firmware each of these waits ten seconds for TLS.
        if isNew { try ask(own) }
        try keep(own)
        gateway.stop()
        let files = try files(gateway.folder.path)
        for part in ["/s/live/", "/backup/", "/pack/", "/log"] + (isNew ? ["/saved/"] : []) {
            #expect(files.contains { $0.path.contains(part) }, "\(part)")
        }
        let secret = gateway.token.split(separator: ":").last.map(String.init) ?? gateway.token
        let parts = [secret, String(secret.prefix(60).suffix(40)), String(secret.suffix(30)), "sessionId="]
        for text in parts + [Data(gateway.token.utf8).base64EncodedString()] where text.count > 6 {
            #expect(!own.said.contains(text))
            let found = files.filter { $0.bytes.range(of: Data(text.utf8)) != nil }.map(\.path)
            #expect(found.allSatisfy { $0 == gateway.tokenFile }, "\(found)")
        }
    }
}
