// Situations with captures of the gateway, by the commands of their pages.

import Foundation
import Testing

@Suite("captures in the field", .enabled(if: FieldCase.isPresent))
struct CaptureCaseTests {
    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init)
    }

    @Test("a counter that wraps and comes back, seen once a day, is two events")
    func counter() throws {
        let events = lines(try FieldCase("10").result("events").output)
        #expect(events.count == 2)
        #expect(
            events.first?.contains("2025-05-10") == true && events.first?.contains("counter_wrapped") == true
        )
        #expect(events.first?.contains("22500") == true)
        #expect(
            events.last?.contains("2025-05-12") == true && events.last?.contains("counter_unwrapped") == true
        )
    }

    @Test("two gateways of one house are two counters")
    func gateways() throws {
        let house = try FieldCase("11")
        #expect(try house.result("events").output.isEmpty)
        let devices = try house.result("devices").output
        #expect(devices.contains("122000000001/api/v1/production: power 1,200 W, lifetime 8,018,000 Wh"))
        #expect(devices.contains("122000000002/api/v1/production: power 1,200 W, lifetime 1,210,000 Wh"))
    }

    @Test(
        "bodies under other names, and with a byte order mark, are read",
        arguments: [("13", 6), ("14", 5)]
    )
    func names(name: String, bodies: Int) throws {
        let result = try FieldCase(name).result("import")
        #expect(result.code == 0 && result.output.contains("bodies read \(bodies)"), "\(result.output)")
    }

    @Test("a body alone that names devices and times is a body of the gateway")
    func alone() throws {
        let result = try FieldCase("15").result("import")
        #expect(result.output.contains("gateway capture") && result.output.contains("6 device_reading"))
    }

    @Test("bodies saved minutes apart are a note and no finding")
    func apart() throws {
        let house = try FieldCase("16")
        #expect(try house.findings().isEmpty)
        #expect(try house.result("import").output.contains("the bodies were saved 11 min apart"))
    }

    @Test("of three inverters without data, two of them deleted, one is lost")
    func deleted() throws {
        let findings = try FieldCase("17").findings()
        #expect(findings.map { $0["device"] as? String } == ["482400000009"])
    }

    @Test("one battery is stuck and one is silent")
    func batteries() throws {
        let findings = try FieldCase("18").findings()
        let told = Set(findings.map { "\($0["kind"] ?? "") \($0["device"] ?? "")" })
        #expect(told == ["batt_pinned 490000000013", "device_silent 490000000014"])
    }

    @Test("two generations of inverters are no siblings")
    func generations() throws {
        #expect(try FieldCase("20").findings().isEmpty)
    }
}
