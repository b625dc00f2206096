// A program runs without a shell, gets what it is given, and takes no more time, room or descriptors than it may.

import Foundation
import TestSupport
import Testing

@testable import Transfer

@Suite("programs")
struct ProgramTests {
    private func run(_ arguments: [String], _ change: (inout ProgramRun) -> Void = { _ in }) -> ProgramRun
        .Outcome?
    {
        var run = ProgramRun(arguments)
        run.variables = ["PATH": "/usr/bin:/bin"]
        change(&run)
        return run.run()
    }

    private func shell(_ text: String, _ change: (inout ProgramRun) -> Void = { _ in }) -> ProgramRun.Outcome?
    {
        run(["/bin/sh", "-c", text], change)
    }

    private func text(_ outcome: ProgramRun.Outcome?) -> String? {
        outcome.map { String(decoding: $0.output, as: UTF8.self) }
    }

    @Test("exit codes and signals")
    func codes() {
        #expect(run(["true"]) == ProgramRun.Outcome(status: 0, output: [], errors: [], isTimedOut: false))
        #expect(run(["false"])?.status == 1)
        #expect(shell("exit 77")?.status == 77)
        #expect(shell("kill -9 $$")?.status == 137)
        #expect(
            shell("echo out; echo no >&2; exit 3")
                == ProgramRun.Outcome(
                    status: 3,
                    output: Array("out\n".utf8),
                    errors: Array("no\n".utf8),
                    isTimedOut: false
                )
        )
    }

    @Test("a program that is not there, not to be run, or has no name")
    func missing() throws {
        let folder = try ScratchFolder()
        #expect(
            run(["/does/not/exist"]) == nil && run(["sunvigil-does-not-exist"]) == nil && run([]) == nil
                && run([""]) == nil
        )
        #expect(run([try folder.write("plain", "x")]) == nil && run([folder.path]) == nil)
        #expect(run(["true", "a\0b"]) == nil)
        #expect(
            run(["true"]) { $0.variables = ["A=B": "c"] } == nil
                && run(["true"]) { $0.variables = ["A": "\0"] } == nil
        )
    }

    @Test("arguments are no shell's business, and the environment is what is given")
    func exact() {
        #expect(text(run(["printf", "%s|", "a b", "$HOME", "`x`", "*", ""])) == "a b|$HOME|`x`|*||")
        #expect(text(run(["/usr/bin/env"]) { $0.variables = ["B": "2 =3", "A": "1"] }) == "A=1\nB=2 =3\n")
        #expect(text(run(["/usr/bin/env"]) { $0.variables = [:] }) == "")
    }

    @Test("input goes through whole while output comes back, far beyond a pipe's room")
    func large() {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let outcome = run(["cat"]) { ($0.input, $0.mostBytes) = (bytes, 4_000_000) }
        #expect(outcome?.output == bytes && outcome?.status == 0)
        #expect(run(["cat"])?.output == [])
    }

    @Test("who does not read, closes its input, or ends at once neither ends nor holds up this process")
    func deaf() {
        let bytes = [UInt8](repeating: 65, count: 1_000_000)
        for _ in 0..<10 { #expect(run(["true"]) { $0.input = bytes }?.status == 0) }
        #expect(text(shell("exec <&-; echo deaf") { $0.input = bytes }) == "deaf\n")
        #expect(text(shell("head -c 3") { $0.input = bytes }) == "AAA")
        // Still ended by what it ignores not: SIGPIPE is as it was.
        #expect(shell("yes | head -n 1")?.status == 0)
    }

    @Test("output is kept to its bound and the program goes on")
    func bounded() {
        let outcome = shell("head -c 500000 /dev/zero; head -c 400000 /dev/zero >&2; exit 5") {
            $0.mostBytes = 1000
        }
        #expect(outcome?.output.count == 1000 && outcome?.errors.count == 1000 && outcome?.status == 5)
        #expect(shell("echo a; echo b >&2") { $0.mostBytes = 0 }?.output == [])
    }

    @Test("what takes too long is ended, with all that it started, and by force where it does not listen")
    func tooLong() throws {
        let cases: [(String, Int32, Double)] = [
            ("exec sleep 30", 143, 1.5), ("exec yes", 143, 1.5), ("sleep 30 | sleep 30", 143, 1.5),
            ("trap '' TERM; while :; do sleep 0.05; done", 137, 3.5),
        ]
        for (text, status, most) in cases {
            var outcome: ProgramRun.Outcome?
            let took = ContinuousClock().measure { outcome = shell(text) { $0.seconds = 0.3 } }
            #expect(
                outcome?.isTimedOut == true && outcome?.status == status,
                "\(text) \(String(describing: outcome))"
            )
            #expect(took < .seconds(most), "\(text) \(took)")
        }
        let folder = try ScratchFolder()
        let file = folder.path + "/number"
        _ = shell("(trap '' TERM; sleep 29; sleep 29) & echo $! > \(file); wait") { $0.seconds = 0.3 }
        let number = Int32(
            try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
        )
        // Its parent is gone: whoever takes orphans may take a moment.
        for _ in 0..<100 where number.map({ kill($0, 0) == 0 && !ProgramTests.isZombie($0) }) == true {
            usleep(10_000)
        }
        #expect(number.map { kill($0, 0) != 0 || ProgramTests.isZombie($0) } == true)
    }

    private static func isZombie(_ number: Int32) -> Bool {
        (try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8))?.contains(") Z ") == true
    }

    @Test("what is left in the background is not waited for")
    func background() {
        var outcome: ProgramRun.Outcome?
        let took = ContinuousClock().measure { outcome = shell("sleep 3 & echo there") }
        #expect(text(outcome) == "there\n" && outcome?.isTimedOut == false && took < .seconds(2), "\(took)")
    }

    @Test("a group of its own, no signal held off, and no descriptor but three")
    func clean() throws {
        #if os(Linux)
            let leak = open("/dev/null", O_RDONLY)
            let far = fcntl(leak, F_DUPFD, 200)
            defer { _ = (close(leak), close(far)) }
            #expect(text(shell("ls /proc/$$/fd | tr '\\n' ' '")) == "0 1 2 ")
            let status = text(run(["cat", "/proc/self/status", "/proc/self/stat"])) ?? ""
            for set in ["SigBlk", "SigIgn"] {
                let line = status.split(separator: "\n").first { $0.hasPrefix(set) }
                let bits = line.flatMap { UInt64($0.dropFirst(8), radix: 16) }
                // The numbers 32 and 33 are the C library's own.
                #expect(bits.map { $0 & ~(3 << 31) } == 0, "\(status)")
            }
            let numbers = status.split(separator: "\n").last?.split(separator: " ") ?? []
            #expect(numbers.count > 5 && numbers[0] == numbers[4])
            let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            for _ in 0..<20 { _ = (run(["true"]), run(["/does/not/exist"])) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count < before + 15)
        #endif
        var run = ProgramRun(["pass", "s3cret"])
        run.variables = ["A": "s3cret"]
        let outcome = ProgramRun.Outcome(
            status: 0,
            output: Array("s3cret".utf8),
            errors: [],
            isTimedOut: false
        )
        #expect(
            !"\(run) \(outcome) \(String(reflecting: run)) \(String(reflecting: outcome))".contains("s3cret")
        )
    }
}
