// The program is killed at random moments of an import; nothing may be lost, doubled or left behind.

import Foundation
import TestSupport
import Testing

@Suite("faults", .serialized)
struct KillTests {
    @Test("after kill -9 at random moments the same import gives a clean store with the right totals")
    func kills() throws {
        let made = try TestStore()
        let (folder, store) = (made.folder, made.path)
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for month in 1...6 {
            for day in 1...28 {
                for slot in 0..<96 {
                    text += String(
                        format: "%02d/%02d/2024 %02d:%02d,%d,%d\n",
                        month,
                        day,
                        slot / 4,
                        slot % 4 * 15,
                        slot,
                        slot + month
                    )
                }
            }
        }
        let file = try folder.write("a.csv", text)
        let rows = 6 * 28 * 96
        var generator = SeededGenerator(seed: 50)
        var killed = 0
        // Kills fall into the import, however fast the machine: its own time is measured in a store beside.
        let other = try TestStore()
        let whole = Date()
        #expect(try Program.run("import", "--store", other.path, file).code == 0)
        let microseconds = UInt32(Date().timeIntervalSince(whole) * 1_000_000)
        for round in 0..<50 {
            let process = Program.process(["import", "--store", store, file])
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32.random(in: 0...microseconds, using: &generator))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { killed += 1 }
            if round % 10 == 9 {
                let again = try Program.run("import", "--store", store, file)
                #expect(again.code == 0, "\(again.errors)")
                let verify = try Program.run("verify", "--store", store)
                #expect(
                    verify.code == 0 && !verify.errors.contains("no catalogue row"),
                    "\(verify.output)\(verify.errors)"
                )
                let status = try Program.run("status", "--store", store, "--json").output
                #expect(status.contains("\"rows\": \(rows)"))
                let names = try FileManager.default.subpathsOfDirectory(atPath: store)
                #expect(!names.contains { $0.hasSuffix(".tmp") })
                let list = try #require(
                    try JSONSerialization.jsonObject(with: Data(status.utf8)) as? [String: Any]
                )
                let imports = try #require(list["imports"] as? [[String: Any]])
                let live = imports.first { $0["undone_by"] is NSNull && $0["kind"] as? String == "import" }
                let number = try #require(live?["import_id"] as? Int)
                #expect(try Program.run("undo", "--store", store, "\(number)").code == 0)
            }
        }
        #expect(killed >= 10)
    }

    @Test(
        "a verb that is killed at a random moment leaves the state before or after; then it goes through",
        arguments: FaultStore.Operation.allCases
    )
    func killedVerbs(operation: FaultStore.Operation) throws {
        let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"
        let store = try FaultStore(operation)
        let whole = Date()
        _ = try store.run(try store.copy("timed"))
        let microseconds = UInt32(Date().timeIntervalSince(whole) * 1_000_000)
        var generator = SeededGenerator(seed: UInt64(microseconds))
        var killed = 0
        for _ in 0..<(isFull ? 60 : 3) {
            let path = try store.copy("killed")
            let process = Program.process(
                [store.arguments[0], "--store", path] + store.arguments.dropFirst()
            )
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32.random(in: 0...microseconds, using: &generator))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let isDone = process.terminationReason == .exit && process.terminationStatus == 0
            if !isDone { killed += 1 }
            let wrong = store.violation(path, isDone: isDone, goesOn: true)
            #expect(wrong == nil, "\(operation): \(wrong ?? "")")
        }
        if isFull { print("\(operation): \(killed) kills") }
    }
}
