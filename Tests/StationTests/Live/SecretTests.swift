// Secrets of a watch: token, cookies and password are found nowhere in the store, whatever went wrong.

import Analysis
import Foundation
import Simulation
import TestSupport
import Testing

@Suite("secrets of a watch", .enabled(if: Shared.isPresent))
struct SecretTests {
    /// Every byte of a folder, by the file's path, unpacked where it is packed.
    static func bytes(_ folder: String) throws -> [(path: String, bytes: Data)] {
        let url = URL(filePath: folder)
        let files = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)
        var all: [(path: String, bytes: Data)] = []
        while let file = files?.nextObject() as? URL {
            guard let data = try? Data(contentsOf: file) else { continue }
            all.append((file.path, data))
            guard data.starts(with: [0x1F, 0x8B]) else { continue }
            let process = Process()
            process.executableURL = URL(filePath: "/bin/gzip")
            process.arguments = ["-dc", file.path]
            all.append((file.path + " unpacked", Data(try Program.finish(process).output.utf8)))
        }
        return all
    }

    @Test(
        "after hours of trouble neither token, cookie nor password lies in the store",
        arguments: FaultTests.isLong ? [0, 2, 3] : [2]
    )
    func store(gateway: Int) throws {
        let start = FaultTests.start
        let days = ProcessInfo.processInfo.environment["SUNVIGIL_PLAYED_DAYS"].flatMap { Double($0) }
        let step = (days ?? 0.1) * 86_400 / 12
        let kinds = [
            "html401", "garbage:header", "cookie", "expired", "garbage", "reset", "status:502", "key",
            "empty",
        ]
        let faults = try kinds.enumerated().map { index, kind in
            let from = Int(step * Double(index + 1))
            return try MockFault(parsing: "*=\(kind)@\(from)-\(from + Int(step / 2))")
        }
        let play = try SavedGateway(FaultTests.gateways[gateway]).play(start: start)
        let mock = MockGateway(play: play, faults: faults, startUTCSeconds: start, seed: 9)
        let played = try PlayedWatch(mock, serial: play.serial, start: start, zone: "Etc/UTC")
        try played.watch(seconds: step * 12)
        #expect(played.secrets.count >= (gateway == 0 ? 2 : 3), "cookies were seen")
        let said = (played.remarks + played.news + played.gateway.log.map(\.json.compact)).joined(
            separator: "\n"
        )
        let files = try SecretTests.bytes(played.folder.path)
        #expect(files.count { $0.path.contains(".jsonl.gz unpacked") && !$0.bytes.isEmpty } >= 3)
        for secret in played.secrets {
            // The place of the signature, too: a token is found by any half of it.
            for text in [secret, String(secret.suffix(24)), Data(secret.utf8).base64EncodedString()] {
                #expect(!said.contains(text))
                let found = files.filter { $0.bytes.range(of: Data(text.utf8)) != nil }.map(\.path)
                #expect(found.allSatisfy { $0 == played.tokenFile }, "\(found)")
            }
        }
        #expect(files.contains { $0.path == played.tokenFile })
    }
}
