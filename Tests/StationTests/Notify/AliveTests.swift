// The sign of life goes where the owner said, is tried five times, and what goes wrong is a remark; the file of numbers is whole.

import Foundation
import Readings
import Station
import TestSupport
import Testing
import Transfer

@Suite("sign of life")
struct AliveTests {
    private let played = PlayedChannel()
    private var signal: AliveSignal { AliveSignal(.env("PING"), place: "alive.url", world: played.world) }
    private static let ping = "https://hc.example.org/0b3c1f2e-7777-4444-9999-aaaabbbbcccc"

    @Test("start, success and failure have their addresses, and the run's name")
    func signs() throws {
        let signal = signal
        #expect(signal.give(.start) == nil && signal.give(.success, "1 site: well") == nil)
        #expect(signal.give(.failure, "2 errors") == nil)
        let run = "rid=0f0e0d0c-0000-4000-8000-000000000000"
        #expect(
            played.exchanges.map(\.url) == [
                "\(Self.ping)/start?\(run)", "\(Self.ping)?\(run)", "\(Self.ping)/fail?\(run)",
            ]
        )
        #expect(
            played.exchanges.map { String(decoding: $0.body ?? [], as: UTF8.self) } == [
                "", "1 site: well", "2 errors",
            ]
        )
        #expect(
            played.exchanges.allSatisfy { $0.method == .post && $0.limits.totalSeconds == 10 }
                && played.pauses == []
        )
    }

    @Test(
        "an address with a query, a slash at its end, or nothing behind the host",
        arguments: [
            ("https://h.example.org/p/x?create=1", "https://h.example.org/p/x/fail?create=1&rid="),
            ("https://h.example.org/x/", "https://h.example.org/x/fail?rid="),
            ("http://h.lan:80", "http://h.lan:80/fail?rid="),
        ]
    )
    func addresses(secret: String, prefix: String) throws {
        played.variables["PING"] = secret
        #expect(signal.give(.failure) == nil && signal.give(.success) == nil)
        #expect(played.exchanges.first?.url.hasPrefix(prefix) == true)
        #expect(played.exchanges.last?.url.contains("//h.lan:80?") == false)
    }

    @Test("it is tried five times with short pauses, and is done once it is taken")
    func tries() {
        played.answers = [.failure(.timedOut)]
        #expect(signal.give(.success) == "alive.url: the sign of life: it took too long")
        #expect(played.exchanges.count == 5 && played.pauses == [0.5, 1, 2, 4])
        played.answers = [.success(Reply(status: 503)), .failure(.reset), .success(Reply(status: 200))]
        #expect(signal.give(.success) == nil && played.exchanges.count == 8)
        // A night does not wait for the sign that it begins.
        played.answers = [.failure(.timedOut)]
        #expect(signal.give(.start) != nil && played.exchanges.count == 9)
    }

    @Test("what a repeat cannot heal is tried once")
    func lasting() {
        for (answer, remark) in [
            (.success(Reply(status: 404)), "the sign of life refuses the message (404)"),
            (
                .failure(.noTLS(code: 60)),
                "the sign of life: its certificate is not believed (60); name its authority with ca"
            ),
            (
                .success(Reply(status: 200, body: Array("OK (not found)".utf8))),
                "the sign of life is taken by no check of that address; copy it anew"
            ),
        ] as [(Result<Reply, TransferFailure>, String)] {
            let before = played.exchanges.count
            played.answers = [answer]
            #expect(signal.give(.success) == "alive.url: \(remark)" && played.exchanges.count == before + 1)
        }
    }

    @Test("an address that is none, is in clear text, or is not there, is a remark")
    func noAddress() {
        played.variables["PING"] = "hunter2"
        #expect(signal.give(.start) == "alive.url: it is no address; write https://HOST/PATH into it")
        played.variables["PING"] = "http://hc.example.org/hunter2"
        #expect(
            signal.give(.start)
                == "alive.url: it is in clear text beyond the home network; write https:// into it"
        )
        played.variables["PING"] = nil
        #expect(
            signal.give(.start)
                == "alive.url: the variable PING is not set, or empty; set PING for whoever starts sunvigil, or keep the secret in a file"
        )
        #expect(played.exchanges.isEmpty)
    }
}

@Suite("file of numbers")
struct PrometheusFileTests {
    @Test("it is whole, can be read by all, and leaves nothing beside it, also over an older one or a link")
    func file() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/sunvigil.prom"
        let other = try folder.write("other", "kept")
        symlink(other, path)
        let mask = umask(0o077)
        defer { umask(mask) }
        for text in ["a 1\n", String(repeating: "b 2\n", count: 100_000), ""] {
            #expect(PrometheusFile.write(text, to: path) == nil)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
        var status = stat()
        #expect(
            lstat(path, &status) == 0 && status.st_mode & 0o7777 == 0o644
                && status.st_mode & S_IFMT == S_IFREG
        )
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "other", "sunvigil.prom",
            ]
        )
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "kept")
    }

    @Test("a folder that is not there is a remark")
    func noFolder() throws {
        let path = try ScratchFolder().path + "/none/sunvigil.prom"
        #expect(
            PrometheusFile.write("a 1\n", to: path)
                == "prometheus: \(path) cannot be written: No such file or directory"
        )
    }
}
