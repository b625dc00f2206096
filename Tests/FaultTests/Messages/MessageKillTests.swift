// The program is killed at calls that change files while it checks and sends: what it was to tell is told, under the same names, and
// at most once more. Few of the calls in an ordinary run; all with SUNVIGIL_FAULTS=full.

import Foundation
import Lake
import TestSupport
import Testing

private let injector = (Program.path as NSString).deletingLastPathComponent + "/libFaultInjector.so"
private let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"
private var isPresent: Bool { FileManager.default.fileExists(atPath: injector) }

@Suite("messages, killed", .serialized, .enabled(if: isPresent))
struct MessageKillTests {
    /// What is killed.
    enum Verb: String, CaseIterable, Sendable {
        /// The first check: it finds, plans and sends.
        case check
        /// A message waits that failed before.
        case notify
    }

    /// A store before the verb, and programs that note the names of the messages they get.
    private struct Desk {
        let folder: ScratchFolder
        let verb: Verb
        var base: String { folder.path + "/base" }
        private var isDown: String { folder.path + "/down" }
        private static let channels = ["mail", "own"]

        init(_ verb: Verb) throws {
            folder = try ScratchFolder()
            self.verb = verb
            try Program.makeStore(base, site: "home", timeZone: "UTC", latitude: "51", longitude: "0")
            var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
            for slot in 0..<96 {
                text += String(
                    format: "06/01/2024 %02d:%02d,%d,%d\n",
                    slot / 4,
                    slot % 4 * 15,
                    slot,
                    slot + 1
                )
            }
            let file = try folder.write("a.csv", text)
            let taken = try Program.run("import", "--store", base, file)
            precondition(taken.code == 0, taken.errors)
            let program = try folder.write(
                "tell",
                "[ -e \(isDown) ] && exit 1\ncat > /dev/null\necho \"$SUNVIGIL_ID\" >> \"$1\"\n"
            )
            let channels = Desk.channels.map {
                "\"\($0)\": {\"kind\": \"command\", \"command\": [\"/bin/sh\", \"\(program)\", \"\(folder.path)/told-\($0)\"]}"
            }
            let settings = "{\"notify\": {\"channels\": {\(channels.joined(separator: ", "))}}}"
            try Data(settings.utf8).write(to: URL(filePath: base + "/config.json"))
            if verb == .notify {
                _ = try folder.write("down", "")
                let checked = try Program.run("check", "--store", base)
                precondition(checked.code == 1, checked.errors)
                try FileManager.default.removeItem(atPath: isDown)
                try lapse(base)
            }
        }

        /// The names that arrived, as `channel name`, and forgets them.
        func take() throws -> [String] {
            try Desk.channels.flatMap { channel -> [String] in
                let path = "\(folder.path)/told-\(channel)"
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
                try FileManager.default.removeItem(atPath: path)
                return text.split(separator: "\n").map { "\(channel) \($0)" }
            }
        }

        func copy(_ name: String) throws -> String {
            let path = "\(folder.path)/\(name)"
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: base, toPath: path)
            return path
        }

        /// Lets the time pass for which a try that was begun is waited for, and what waits behind a failure.
        func lapse(_ store: String) throws {
            let lake = try LakeStore(path: store, environment: FaultStore.environment()).writer()
            try lake.keepOutbox(
                try lake.outbox([.waiting], limit: nil).map { item in
                    var due = item
                    due.nextMicroseconds = 1
                    return due
                }
            )
        }

        func run(_ store: String, environment: [String: String] = [:]) throws -> Program.Result {
            try Program.run(arguments: [verb.rawValue, "--store", store], environment: environment)
        }
    }

    private func chosen(_ count: Int, _ few: Int) -> [Int] {
        if isFull || count <= few { return Array(1...max(1, count)) }
        var random = SeededGenerator(seed: UInt64(count))
        return (0..<few).map { part in
            let low = part * count / few + 1
            return Int.random(in: low...max(low, (part + 1) * count / few), using: &random)
        }
    }

    @Test(
        "killed at any call, all is told, under the same names, at most twice; then nothing more",
        arguments: Verb.allCases
    )
    func kills(verb: Verb) throws {
        let desk = try Desk(verb)
        let whole = try desk.copy("whole")
        let counted = desk.folder.path + "/count"
        let plain = try desk.run(
            whole,
            environment: ["LD_PRELOAD": injector, "FAULT_ROOT": whole, "FAULT_COUNT": counted]
        )
        #expect(plain.code == (verb == .check ? 1 : 0), "\(plain.errors)")
        let names = try desk.take()
        #expect(Set(names).count == 2 && names.count == 2, "\(names)")
        let text = try String(contentsOfFile: counted, encoding: .utf8)
        let count = try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(count > 5)
        var doubled = 0
        for call in chosen(count, verb == .check ? 6 : 8) {
            let path = try desk.copy("killed")
            let environment = [
                "LD_PRELOAD": injector, "FAULT_ROOT": path, "FAULT_AT": "\(call)", "FAULT_ERRNO": "kill",
            ]
            _ = try desk.run(path, environment: environment)
            try desk.lapse(path)
            let again = try Program.run("check", "--store", path)
            #expect(again.code == 1, "call \(call): \(again.errors)")
            try desk.lapse(path)
            let sent = try Program.run("notify", "--store", path)
            #expect(sent.code == 0, "call \(call): \(sent.errors)")
            let told = try desk.take()
            let times = Dictionary(grouping: told) { $0 }.mapValues(\.count)
            #expect(Set(told) == Set(names), "\(verb), call \(call) of \(count): \(told) for \(names)")
            #expect(times.values.allSatisfy { $0 <= 2 }, "\(verb), call \(call) of \(count): \(told)")
            doubled += times.values.count { $0 > 1 }
            try desk.lapse(path)
            _ = try Program.run("notify", "--store", path)
            #expect(try desk.take().isEmpty, "\(verb), call \(call) of \(count): told again")
        }
        if isFull { print("\(verb): \(count) calls, \(doubled) messages came twice") }
    }
}
