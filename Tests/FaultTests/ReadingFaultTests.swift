// Every call that reads fails once, of every verb. A signal is no damage: with EINTR all goes as if nothing had been. Any
// other error is told, and nothing is lost by it. Few in an ordinary run; all with SUNVIGIL_FAULTS=full.

import Foundation
@testable import Lake
import Readings
import TestSupport
import Testing

private let injector = (Program.path as NSString).deletingLastPathComponent + "/libFaultInjector.so"
private let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"
private var isPresent: Bool { FileManager.default.fileExists(atPath: injector) }

@Suite("faults of reading", .serialized, .enabled(if: isPresent))
struct ReadingFaultTests {
    private func calls(_ verb: [String], _ store: String, _ folder: ScratchFolder) throws -> Int {
        let count = folder.path + "/count"
        let result = try RichStore.attempt(
            verb,
            store,
            environment: [
                "LD_PRELOAD": injector, "FAULT_ROOT": store, "FAULT_READS": "1", "FAULT_COUNT": count,
            ]
        )
        #expect(RichStore.endedWell(result), "\(verb): \(result.code) \(result.errors)")
        let text = try String(contentsOfFile: count, encoding: .utf8)
        let number = try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(number > 5, "\(verb): only \(number) calls were counted")
        return number
    }

    private func chosen(_ count: Int, _ few: Int, seed: UInt64) -> [Int] {
        let most = isFull ? 24 : few
        if count <= most { return Array(1...max(1, count)) }
        var random = SeededGenerator(seed: seed)
        return (0..<most).map { part in
            let low = part * count / most + 1
            return Int.random(in: low...max(low, (part + 1) * count / most), using: &random)
        }
    }

    private func faulty(_ verb: [String], _ store: String, _ call: Int, _ code: Int32) throws
        -> Program.Result
    {
        try RichStore.attempt(
            verb,
            store,
            environment: [
                "LD_PRELOAD": injector, "FAULT_ROOT": store, "FAULT_READS": "1", "FAULT_AT": "\(call)",
                "FAULT_ERRNO": "\(code)",
            ]
        )
    }

    @Test("a verb that reads answers rightly or says that it cannot, whatever call fails")
    func readingVerbs() throws {
        let store = try RichStore()
        var tried = 0
        for verb in RichStore.readingVerbs + [["verify"]] {
            let right = try RichStore.attempt(verb, store.path)
            let count = try calls(verb, store.path, store.folder)
            for (code, few) in [(EINTR, 2), (EIO, 2), (EMFILE, 1)] {
                for call in chosen(count, few, seed: UInt64(count) + UInt64(code)) {
                    let result = try faulty(verb, store.path, call, code)
                    tried += 1
                    #expect(
                        RichStore.endedWell(result),
                        "\(verb), call \(call) of \(count), \(code): \(result.code)"
                    )
                    if result.code == right.code {
                        #expect(result.output == right.output, "\(verb), call \(call) of \(count), \(code)")
                    } else {
                        #expect(result.code == 2 && !(result.errors + result.output).isEmpty)
                        #expect(code != EINTR, "\(verb), call \(call) of \(count): \(result.errors)")
                    }
                }
            }
        }
        #expect(try RichStore.attempt(["verify"], store.path).code == 0)
        if isFull { print("reading verbs: \(tried) failing calls of reads") }
    }

    @Test("a verb that writes loses nothing, whatever call of reading fails")
    func writingVerbs() throws {
        let store = try RichStore()
        let originals = try RichStore.originals(store.path)
        #expect(originals.count == 3)
        let rows = try FaultStore.rows(store.path)
        var tried = 0
        for verb in store.writingVerbs {
            let count = try calls(verb, try store.copy("counted"), store.folder)
            for (code, few) in [(EINTR, 1), (EIO, 2), (EMFILE, 1)] {
                for call in chosen(count, few, seed: UInt64(count) + UInt64(code)) {
                    let path = try store.copy("failed")
                    let result = try faulty(verb, path, call, code)
                    tried += 1
                    let place = "\(verb.prefix(2)), call \(call) of \(count), \(code): \(result.errors)"
                    #expect(RichStore.endedWell(result), "\(result.code) \(place)")
                    if code == EINTR { #expect(result.code < 2, "\(place)") }
                    #expect(try RichStore.originals(path).isSuperset(of: originals), "\(place)")
                    if result.code == 2, verb[0] != "undo", verb[0] != "import", verb[0] != "check" {
                        #expect(try FaultStore.rows(path) == rows, "\(place)")
                    }
                    let verify = try RichStore.attempt(["verify"], path)
                    #expect(verify.code == 0, "\(place): \(verify.output)")
                    #expect(
                        !verify.errors.contains("moved aside") || ["rebuild", "restore"].contains(verb[0]),
                        "\(place): \(verify.errors)"
                    )
                }
            }
        }
        if isFull { print("writing verbs: \(tried) failing calls of reads") }
    }
}
