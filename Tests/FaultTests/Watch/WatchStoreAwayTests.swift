// The built program's watch over a played gateway while its store is not to be had: another process has the lock, the disk is
// full, nothing can be written. It goes on asking and telling, says so once, and makes good what can be.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

private let injector = (Program.path as NSString).deletingLastPathComponent + "/libFaultInjector.so"
private let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"
private var isPresent: Bool { FileManager.default.fileExists(atPath: injector) }

/// A store's lock as another process has it.
private struct HeldLock {
    private let descriptor: Int32

    init(_ store: String) throws {
        descriptor = open(store + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        for _ in 0..<400 where flock(descriptor, LOCK_EX | LOCK_NB) != 0 { usleep(5_000) }
        ftruncate(descriptor, 0)
        let text = "\(getpid())\n"
        _ = pwrite(descriptor, text, text.utf8.count, 0)
    }

    func release() { close(descriptor) }
}

extension WatchFaultTests {
    @Suite("a watch whose store is away")
    struct WatchStoreAwayTests {
        private static let relay = "ivp/ensemble/relay=relay"

        private func findings(_ house: PlayedHouse) throws -> [StoredFinding] {
            try LakeStore(path: house.store, environment: FaultStore.environment()).snapshot().findings(
                systemID: 1
            )
        }

        private func holdsAll(_ house: PlayedHouse, until end: Int64, askedUntil: Int64) throws {
            let own = try WatchStore(house.store)
            let wrong = own.differences(from: try WatchStore(WatchStore.rebuilt(house)), before: end)
            #expect(own.doubled == [] && wrong == [], "\(own.minutes.count) minutes; \(wrong.prefix(5))")
            // Time runs fast, and a loaded machine misses a minute; a watch that stands still would miss all of them.
            let starts = own.minutes.keys.sorted().filter { $0 < askedUntil }
            let gaps = zip(starts, starts.dropFirst()).filter { $1 - $0 > 900 }
            #expect(gaps.isEmpty && own.minutes.count > 20, "\(gaps)")
            let verify = try house.run("verify")
            #expect(verify.code == 0, "\(verify.output)\(verify.errors)")
        }

        @Test(
            "another process has the store for ten minutes: it asks on, tells at once and once, and rows come later"
        )
        func locked() throws {
            let house = try PlayedHouse(speed: 400, faults: [Self.relay + "@00:18-00:26"])
            let watch = try house.watch()
            house.wait(until: 960)
            let lock = try HeldLock(house.store)
            let from = house.now - house.start
            house.wait(until: from + 600)
            #expect(house.requests(from..<(from + 600)).count { $0.contains("ivp/meters/readings") } >= 4)
            #expect(watch.news.count { $0.contains("relay") } == 1, "\(watch.news)")
            #expect(watch.remarks.count == 1 && watch.remarks.allSatisfy { $0.contains("rows wait") })
            lock.release()
            let free = house.now
            let until = house.now + 2_400
            house.wait(until: until - house.start)
            #expect(watch.end() == 0)
            #expect(watch.remarks.count == 1 && watch.news.count == 2, "\(watch.remarks)\n\(watch.news)")
            let found = try findings(house)
            #expect(found.map(\.kind) == [.relayOpenedItself] && found.allSatisfy { $0.end != nil })
            try holdsAll(house, until: until - 2_100, askedUntil: free)
        }

        @Test(
            "two hours without the store, longer than rounds are held: findings of before and after are there, once",
            .enabled(if: isFull)
        )
        func overflow() throws {
            let house = try PlayedHouse(
                speed: 500,
                faults: [Self.relay + "@00:25-00:33", Self.relay + "@01:48-01:55", Self.relay + "@02:20-"]
            )
            let watch = try house.watch()
            house.wait(until: 900)
            let lock = try HeldLock(house.store)
            house.wait(until: 7_200)
            #expect(watch.remarks.count == 1 && watch.news.count >= 3, "\(watch.remarks)\n\(watch.news)")
            lock.release()
            let free = house.now
            let until = house.now + 2_400
            house.wait(until: until - house.start)
            let code = watch.end()
            #expect(
                code == 0 && watch.remarks.count == 1 && watch.news.count == 5,
                "\(code)\n\(watch.remarks)\n\(watch.news)"
            )
            let found = try findings(house)
            #expect(found.map(\.kind) == [.relayOpenedItself, .relayOpenedItself, .relayOpenedItself])
            #expect(found.count { $0.end == nil } == 1)
            try holdsAll(house, until: until - 2_100, askedUntil: free)
        }

        /// How writing fails.
        enum Failure: CaseIterable {
            case diskFull, readOnly, journalOnly

            /// The number of the error, and where it comes.
            func environment(_ house: PlayedHouse) -> [String: String] {
                switch self {
                case .diskFull: ["FAULT_ERRNO": "28", "FAULT_ROOT": house.store]
                case .readOnly: ["FAULT_ERRNO": "30", "FAULT_ROOT": house.store]
                case .journalOnly:
                    ["FAULT_ERRNO": "5", "FAULT_ROOT": "\(house.store)/live/\(house.serial)/2026"]
                }
            }
        }

        @Test(
            "where nothing can be written it asks and tells on, says so once, and goes on by itself",
            .enabled(if: isPresent),
            arguments: isFull ? Failure.allCases : [.diskFull]
        )
        func unwritable(failure: Failure) throws {
            let house = try PlayedHouse(speed: 400, faults: [Self.relay + "@00:18-00:26"])
            let sign = house.folder.path + "/full"
            let watch = try house.watch(
                environment: failure.environment(house).merging(["LD_PRELOAD": injector, "FAULT_WHILE": sign])
                {
                    $1
                }
            )
            house.wait(until: 960)
            _ = try house.folder.write("full", "")
            let from = house.now - house.start
            house.wait(until: from + 1_140)
            #expect(house.requests(from..<(from + 1_140)).count { $0.contains("ivp/meters/readings") } >= 6)
            #expect(watch.news.count == 2 && watch.news.allSatisfy { $0.contains("relay") }, "\(watch.news)")
            let status = try house.run("gateway", "status", more: ["--json"]).output
            #expect(status.contains("\"not_kept\": null") == (failure != .journalOnly), "\(status)")
            try FileManager.default.removeItem(atPath: sign)
            let until = house.now + 1_800
            house.wait(until: until - house.start)
            #expect(watch.end() == 0)
            #expect(watch.news.count == 2, "\(watch.news)")
            let told = watch.remarks.count { $0.contains("replies cannot be kept") }
            #expect(told == 1 && watch.remarks.count <= 2, "\(watch.remarks)")
            let after = try house.run("gateway", "status", more: ["--json"]).output
            #expect(after.contains("\"not_kept\": null"), "\(after)")
            let found = try findings(house)
            #expect(found.map(\.kind) == [.relayOpenedItself] && found.allSatisfy { $0.end != nil })
            let verify = try house.run("verify")
            #expect(verify.code == 0, "\(verify.output)\(verify.errors)")
            // The rows of that time were held; those of behind it are there like any other.
            let minutes = try WatchStore(house.store).minutes.keys.sorted()
            #expect(minutes.count { $0 > house.start + from + 1_260 && $0 < until - 180 } >= 8)
            #expect(
                minutes.count { $0 > house.start + from && $0 < house.start + from + 1_080 } >= 6,
                "\(minutes)"
            )
        }
    }
}
