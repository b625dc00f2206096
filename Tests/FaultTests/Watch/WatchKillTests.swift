// The built program's watch over a played gateway is killed again and again, and the power goes; what its journal holds is in
// the store in the end, once.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

private let injector = (Program.path as NSString).deletingLastPathComponent + "/libFaultInjector.so"
private var isPresent: Bool { FileManager.default.fileExists(atPath: injector) }
private let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"

/// Watches over played gateways, one after the other: time runs fast, and a machine has few cores.
@Suite("faults of a watch over a played gateway", .serialized)
enum WatchFaultTests {}

extension WatchFaultTests {
    @Suite("a watch that is cut off")
    struct WatchKillTests {
        @Test(
            "kill -9 at random moments: the store is whole and has what its journal gives, once; nothing is found"
        )
        func kills() throws {
            let house = try PlayedHouse(speed: 300)
            var random = SeededGenerator(seed: 17)
            let count = isFull ? 200 : 12
            var told: [String] = []
            // One life is long enough for a quarter-hour.
            let first = try house.watch()
            house.wait(until: 1_500)
            first.kill9()
            for _ in 0..<count {
                let watch = try house.watch()
                usleep(UInt32.random(in: 20_000...(isFull ? 900_000 : 1_200_000), using: &random))
                watch.kill9()
                told += watch.news
                #expect(
                    watch.remarks.allSatisfy { $0.contains("was cut off and kept as") },
                    "\(watch.remarks)"
                )
            }
            let last = try house.watch()
            let from = house.now - house.start
            house.wait(until: from + 2_700)
            #expect(last.end() == 0)
            told += last.news
            #expect(told == [])
            #expect(last.remarks == [])
            let verify = try house.run("verify")
            #expect(verify.code == 0 && !verify.errors.contains("live/"), "\(verify.output)\(verify.errors)")
            let names = try FileManager.default.subpathsOfDirectory(atPath: house.store)
            #expect(!names.contains { $0.hasSuffix(".tmp") }, "\(names)")

            let own = try WatchStore(house.store)
            // The rows of an inverter are those of two of its reports.
            let end = house.start + from + 300
            let rebuilt = try WatchStore(WatchStore.rebuilt(house))
            #expect(own.doubled == [] && rebuilt.doubled == [])
            #expect(own.quarters.count >= 2 && own.minutes.count > 30 && own.records.count > 100)
            let wrong = own.differences(from: rebuilt, before: end)
            #expect(wrong == [], "\(wrong.count) of \(own.records.count)")
            if isFull {
                print("\(count) kills, \(own.quarters.count) quarter-hours, \(own.minutes.count) minutes")
            }
        }

        @Test(
            "a power cut at any moment: the store is whole, and the next watch goes on",
            .enabled(if: isPresent)
        )
        func powerCuts() throws {
            let house = try PlayedHouse(speed: 200)
            let first = try house.watch()
            house.wait(until: 1_500)
            #expect(first.end() == 0)
            let base = house.folder.path + "/base"
            try FileManager.default.copyItem(atPath: house.store, toPath: base)
            let log = house.folder.path + "/calls"
            let second = try house.watch(
                environment: ["LD_PRELOAD": injector, "FAULT_ROOT": house.store, "FAULT_LOG": log]
            )
            house.wait(until: house.now - house.start + 720)
            #expect(second.end() == 0)
            let cut = try PowerCut(log: log)
            let before = try WatchStore(base)
            #expect(
                cut.calls.count > 100 && before.minutes.count > 2,
                "\(cut.calls.count) \(before.minutes.count)"
            )
            var random = SeededGenerator(seed: 23)
            let few = isFull ? 60 : 4
            for part in 0..<few {
                let low = part * cut.calls.count / few
                let count = Int.random(in: low...max(low, (part + 1) * cut.calls.count / few), using: &random)
                for loss in PowerCut.Loss.allCases {
                    let path = house.folder.path + "/cut"
                    try cut.write(after: count, loss: loss, base: base, root: house.store, to: path)
                    let place = "after call \(count) of \(cut.calls.count), \(loss) lost"
                    let check = try LakeStore(path: path, environment: FaultStore.environment()).snapshot()
                        .verify()
                    #expect(check.damages.isEmpty, "\(place): \(check.damages.map(\.text))")
                    let again = try Program.run(arguments: house.arguments(path, ["--rounds", "1"]))
                    #expect(again.code == 0 && again.output.isEmpty, "\(place): \(again.errors)")
                    let after = try WatchStore(path)
                    let lost = before.minutes.keys.filter { after.minutes[$0] != before.minutes[$0] }
                    #expect(lost.isEmpty && after.doubled == [], "\(place)")
                    let verify = try Program.run("verify", "--store", path)
                    #expect(verify.code == 0, "\(place): \(verify.output)\(verify.errors)")
                }
            }
        }
    }
}
