// Every call that changes files fails once, or is the last before the process dies or the power goes. Few of them in an
// ordinary run; all with SUNVIGIL_FAULTS=full.

import Foundation
import TestSupport
import Testing

private let injector = (Program.path as NSString).deletingLastPathComponent + "/libFaultInjector.so"
private let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"
private var isPresent: Bool { FileManager.default.fileExists(atPath: injector) }

@Suite("fault sweep", .serialized, .enabled(if: isPresent))
struct FaultSweepTests {
    /// Runs an operation with the injector and returns what it recorded.
    private func recorded(_ store: FaultStore) throws -> (calls: PowerCut, root: String) {
        let path = try store.copy("recorded")
        let log = store.folder.path + "/calls"
        try? FileManager.default.removeItem(atPath: log)
        let result = try store.run(
            path,
            environment: ["LD_PRELOAD": injector, "FAULT_ROOT": path, "FAULT_LOG": log]
        )
        #expect(result.code == 0, "\(result.errors)")
        return (try PowerCut(log: log), path)
    }

    /// Returns which of so many calls are tried.
    private func chosen(_ count: Int, _ few: Int, seed: UInt64) -> [Int] {
        if isFull || count <= few { return Array(1...max(1, count)) }
        var random = SeededGenerator(seed: seed)
        return (0..<few).map { part in
            let low = part * count / few + 1
            return Int.random(in: low...max(low, (part + 1) * count / few), using: &random)
        }
    }

    @Test(
        "a call that fails, or kills, leaves the state before or after; then all goes on",
        arguments: FaultStore.Operation.allCases
    )
    func failingCalls(operation: FaultStore.Operation) throws {
        let store = try FaultStore(operation)
        let count = try recorded(store).calls.calls.count
        #expect(count > (operation == .reimporting ? 0 : 5), "\(count) calls were recorded")
        var tried = 0
        for (kind, few) in [("5", 5), ("28", 4), ("kill", 5)] {
            for call in chosen(count, few, seed: UInt64(count + few)) {
                let path = try store.copy("failed")
                let result = try store.run(
                    path,
                    environment: [
                        "LD_PRELOAD": injector, "FAULT_ROOT": path, "FAULT_AT": "\(call)",
                        "FAULT_ERRNO": kind,
                    ]
                )
                let wrong = store.violation(path, isDone: result.code == 0, goesOn: true)
                #expect(wrong == nil, "\(operation), call \(call) of \(count), \(kind): \(wrong ?? "")")
                tried += 1
            }
        }
        if isFull { print("\(operation): \(tried) failing calls, 0 violations expected") }
    }

    @Test(
        "a power cut at any moment leaves the state before or after",
        arguments: FaultStore.Operation.allCases
    )
    func powerCuts(operation: FaultStore.Operation) throws {
        let store = try FaultStore(operation)
        let (cut, root) = try recorded(store)
        let found = try violations(store, cut, root, few: 6)
        #expect(found.violations == [], "\(operation)")
        if isFull { print("\(operation): \(found.tried) states after a power cut") }
    }

    private func violations(_ store: FaultStore, _ cut: PowerCut, _ root: String, few: Int) throws -> (
        tried: Int, violations: [String]
    ) {
        var tried = 0
        var found: [String] = []
        for count in chosen(cut.calls.count, few, seed: 3) + [cut.calls.count] {
            for loss in PowerCut.Loss.allCases {
                let path = store.folder.path + "/cut"
                try cut.write(after: count, loss: loss, base: store.base, root: root, to: path)
                let isDone = count == cut.calls.count
                tried += 1
                if let wrong = store.violation(path, isDone: isDone, goesOn: false) {
                    found.append("after call \(count) of \(cut.calls.count), \(loss) lost: \(wrong)")
                }
            }
        }
        return (tried, found)
    }

    // MARK: Planted bugs

    /// Returns the violations when the recorded calls are those of a program with a bug.
    private func planted(_ change: (inout [PowerCut.Call]) -> Void) throws -> [String] {
        let store = try FaultStore(.importing)
        var (cut, root) = try recorded(store)
        change(&cut.calls)
        return try violations(store, cut, root, few: 30).violations
    }

    @Test("planted: without syncs of files, power cuts show it")
    func noFileSync() throws {
        let found = try planted { calls in
            calls.removeAll { $0.kind == "sync" && ($0.path.hasSuffix(".tmp")) }
        }
        #expect(!found.isEmpty)
    }

    @Test("planted: without syncs of folders, power cuts show it")
    func noFolderSync() throws {
        let found = try planted { calls in
            calls.removeAll { $0.kind == "sync" && $0.path.contains("/data/") && !$0.path.hasSuffix(".tmp") }
        }
        #expect(!found.isEmpty)
    }

    @Test("planted: a commit before the rename, power cuts show it")
    func commitFirst() throws {
        let found = try planted { calls in
            let late = calls.filter { $0.kind == "rename" && $0.path.contains("/data/") }
            calls.removeAll { $0.kind == "rename" && $0.path.contains("/data/") }
            let commit = calls.lastIndex { $0.isCatalogue && $0.kind == "sync" } ?? 0
            calls.insert(contentsOf: late, at: commit + 1)
        }
        #expect(!found.isEmpty)
    }
}
