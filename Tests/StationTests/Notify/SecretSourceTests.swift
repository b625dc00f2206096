// Secrets come from where they are kept, whole and from nowhere else; what is wrong says what to do and nothing of the secret.

import Foundation
import Readings
import Station
import TestSupport
import Testing
import Transfer

@Suite("secrets")
struct SecretSourceTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func file(_ text: String, mode: mode_t = 0o600, name: String = "secret") throws -> String {
        let path = try folder.write(name, text)
        chmod(path, mode)
        return path
    }

    private func read(
        _ source: SecretSource,
        _ variables: [String: String] = [:],
        run: @escaping (ProgramRun) -> ProgramRun.Outcome? = { _ in nil }
    ) -> Result<SecretText, SecretError> {
        do throws(SecretError) {
            return .success(try source.read(SecretWorld(variables: variables, run: run)))
        } catch {
            return .failure(error)
        }
    }

    /// What is told: the error and what to do.
    private func told(_ result: Result<SecretText, SecretError>) -> String {
        guard case .failure(let error) = result else { return "\(result)" }
        return if case .plain(let text)? = error.remedy { "\(error); \(text)" } else { "\(error)" }
    }

    @Test("a file of one's own gives its line without its end", arguments: [mode_t(0o600), 0o400, 0o700])
    func files(mode: mode_t) throws {
        for (text, secret) in [
            ("a b\n", "a b"), ("ü#\r\n\n", "ü#"), (" x ", " x "),
            (String(repeating: "x", count: 16_384), nil),
        ] {
            let path = try file(text, mode: mode)
            #expect(read(.file(path)) == .success(SecretText(secret ?? text)))
            chmod(path, 0o600)
        }
    }

    @Test("a file that others can read is not read", arguments: [mode_t(0o640), 0o604, 0o644, 0o620, 0o601])
    func open(mode: mode_t) throws {
        let path = try file("hunter2", mode: mode)
        let digits = String(mode, radix: 8)
        #expect(
            told(read(.file(path)))
                == "\(path) can be read by others (mode \(digits)); run: chmod 600 '\(path)'"
        )
    }

    @Test("a file of another user is not read, one of root is", .enabled(if: geteuid() == 0))
    func owners() throws {
        let path = try file("hunter2")
        #expect(read(.file(path)) == .success(SecretText("hunter2")))
        chown(path, 12_345, 12_345)
        #expect(
            told(read(.file(path))) == "\(path) belongs to another user; run: sudo chown \"$USER\" '\(path)'"
        )
    }

    @Test("links lead to what counts; folders, pipes and nothing are no secrets", .timeLimit(.minutes(1)))
    func kinds() throws {
        let path = try file("hunter2")
        let link = folder.path + "/link"
        symlink(path, link)
        #expect(read(.file(link)) == .success(SecretText("hunter2")))
        chmod(path, 0o644)
        #expect(told(read(.file(link))).hasPrefix("\(link) can be read by others (mode 644)"))
        let pipe = folder.path + "/pipe"
        mkfifo(pipe, 0o600)
        for odd in [pipe, folder.path, "/dev/null"] {
            #expect(
                told(read(.file(odd)))
                    == "\(odd) is no plain file; name a plain file that holds the secret alone"
            )
        }
        unlink(path)
        for gone in [link, path] {
            #expect(
                told(read(.file(gone)))
                    == "\(gone) cannot be read: No such file or directory; write the secret into it: install -m 600 /dev/stdin '\(gone)'"
            )
        }
    }

    @Test("what is no line of text is no secret")
    func texts() throws {
        let remedy = "write the secret alone, one line of at most 16 kB"
        for (text, reason) in [
            ("one\ntwo\n", "has more than one line"), ("a\u{0}b", "holds control characters or no UTF-8"),
            ("a\u{85}b", "holds control characters or no UTF-8"),
            ("a\rb", "holds control characters or no UTF-8"),
            (String(repeating: "x", count: 16_385), "is longer than 16 kB"),
        ] {
            let path = try file(text)
            #expect(told(read(.file(path))) == "\(path) \(reason); \(remedy)")
        }
        let path = try file("\n\r\n")
        #expect(told(read(.file(path))) == "\(path) is empty; write the secret into it, one line")
        try Data([0x61, 0xFF, 0xFE]).write(to: URL(filePath: path))
        #expect(told(read(.file(path))) == "\(path) holds control characters or no UTF-8; \(remedy)")
    }

    @Test("a variable gives its text where it is set")
    func variables() {
        #expect(read(.env("A"), ["A": "x y"]) == .success(SecretText("x y")))
        for variables in [[:], ["A": ""]] {
            #expect(
                told(read(.env("A"), variables))
                    == "the variable A is not set, or empty; set A for whoever starts sunvigil, or keep the secret in a file"
            )
        }
        #expect(told(read(.env("A"), ["A": "x\ny"])).hasPrefix("the variable A has more than one line"))
    }

    @Test("a credential comes from systemd's folder, whatever its mode")
    func credentials() throws {
        _ = try file("hunter2", mode: 0o440, name: "hook")
        #expect(
            read(.credential("hook"), ["CREDENTIALS_DIRECTORY": folder.path])
                == .success(SecretText("hunter2"))
        )
        for variables in [[:], ["CREDENTIALS_DIRECTORY": ""]] {
            #expect(
                told(read(.credential("hook"), variables))
                    == "systemd gave no credential hook ($CREDENTIALS_DIRECTORY is not set); add LoadCredential=hook:FILE to the systemd unit, or keep the secret in a file"
            )
        }
    }

    @Test("a program gives its first line; it gets ten seconds and no shell")
    func programs() {
        var runs: [ProgramRun] = []
        func answer(_ output: String, status: Int32 = 0, isTimedOut: Bool = false) -> Result<
            SecretText, SecretError
        > {
            read(.command(["pass", "show", "hunter2"]), ["HOME": "/h"]) { run in
                runs.append(run)
                return PlayedChannel.outcome(
                    status: status,
                    output: Array(output.utf8),
                    errors: Array("hunter2".utf8),
                    isTimedOut: isTimedOut
                )
            }
        }
        #expect(answer("first\nuser: me\n") == .success(SecretText("first")))
        #expect(answer("first\r\n") == .success(SecretText("first")))
        #expect(runs.first?.arguments == ["pass", "show", "hunter2"] && runs.first?.seconds == 10)
        #expect(runs.first?.variables == ["HOME": "/h"])
        let byHand = "run pass by hand, as the user of sunvigil"
        #expect(told(answer("hunter2", status: 3)) == "pass ended with status 3; \(byHand)")
        #expect(told(answer("hunter2", isTimedOut: true)) == "pass gave no secret within 10 s; \(byHand)")
        #expect(
            told(answer("\nhunter2")) == "the answer of pass is empty; write the secret into it, one line"
        )
        #expect(
            told(read(.command(["pass", "hunter2"])))
                == "pass cannot be started; check that pass is there and may be run"
        )
    }

    @Test("what leaves the house names no path and no name")
    func outside() throws {
        let path = try file("a\nb", mode: 0o600)
        for source: SecretSource in [
            .file(path), .file(path + "x"), .env("NAME"), .credential("NAME"), .command(["NAME"]),
        ] {
            guard case .failure(let error) = read(source) else {
                Issue.record("\(source)")
                return
            }
            #expect(!error.outside.contains("NAME") && !error.outside.contains("/"), "\(error.outside)")
        }
    }

    @Test("a secret shows its end at most, however it is printed")
    func printed() {
        for (text, shown) in [
            ("hunter2hunter2a1b2", "<secret …a1b2>"), ("hunter2", "<secret>"), ("hunter2-x1b", "<secret>"),
            ("hunter2-x1b2", "<secret …x1b2>"), ("hunter2-xyz/+ü\"", "<secret …????>"),
        ] {
            let secret = SecretText(text)
            var dumped = ""
            dump([secret], to: &dumped)
            dump(Result<SecretText, SecretError>.success(secret), to: &dumped)
            #expect("\(secret)" == shown && String(reflecting: secret) == shown)
            #expect("\([secret])" == "[\(shown)]" && secret.revealed == text)
            #expect(
                !dumped.contains("hunter2") && dumped.contains(shown) && secret.customMirror.children.isEmpty
            )
        }
    }
}
