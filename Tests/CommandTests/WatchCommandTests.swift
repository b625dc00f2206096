// The built program's watch over a played gateway: two of one gateway, a wish to end while an answer is waited for, and other
// verbs beside it.

import Foundation
import TestSupport
import Testing

@Suite("watch", .serialized)
struct WatchCommandTests {
    @Test(
        "a second watch of a gateway is refused with the process that watches it; --once leaves it to that one"
    )
    func two() throws {
        let house = try PlayedHouse(speed: 300)
        let watch = try house.watch()
        for _ in 0..<2_000 where !house.log.contains(where: { $0.contains("ivp/meters/readings") }) {
            usleep(5_000)
        }
        house.wait(until: 900)
        let second = try Program.run(arguments: house.arguments(), seconds: 60)
        let holder = "process \(watch.process.processIdentifier)"
        #expect(second.code == 2 && second.errors.contains(holder), "\(second.errors)")
        let once = try Program.run(arguments: house.arguments(nil, ["--once"]))
        #expect(once.code == 0 && once.output.isEmpty, "\(once.errors)")
        #expect(once.errors.contains("\(holder) watches it; nothing is to be done"), "\(once.errors)")
        #expect(watch.end() == 0 && watch.remarks.isEmpty, "\(watch.remarks)")
        // Where nobody watches, it asks.
        let before = house.log.count
        let alone = try Program.run(arguments: house.arguments(nil, ["--once"]))
        #expect(
            alone.code == 0 && alone.errors.hasPrefix("watching gateway"),
            "\(alone.code) \(alone.output)\(alone.errors)"
        )
        #expect(house.log.count > before)
        let verify = try house.run("verify")
        #expect(verify.code == 0 && verify.errors.isEmpty, "\(verify.errors)")
    }

    @Test("a wish to end is heard while an answer is waited for; what was kept is whole")
    func endsInAStall() throws {
        let house = try PlayedHouse(speed: 1, faults: ["ivp/meters/readings=stall:45"])
        let watch = try house.watch()
        for _ in 0..<2_000 where !house.log.contains(where: { $0.contains("ivp/meters/readings") }) {
            usleep(5_000)
        }
        #expect(house.log.contains { $0.contains("ivp/meters/readings") })
        let began = ContinuousClock.now
        #expect(watch.end() == 0)
        // It asks once a second whether it is to end; a stall that was waited out would be 45.
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        #expect(seconds < 20)
        #expect(watch.remarks.isEmpty, "\(watch.remarks)")
        let status = try house.run("gateway", "status", more: ["--json"]).output
        #expect(status.contains("\"ended\": true") && !status.contains("asked no longer"), "\(status)")
        let verify = try house.run("verify")
        #expect(verify.code == 0 && verify.errors.isEmpty, "\(verify.errors)")
    }
}
