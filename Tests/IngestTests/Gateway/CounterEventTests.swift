// Steps of counters at any spacing of captures, told by what the devices can make; counters of several gateways.

import Ingest
import Readings
import Testing

@Suite("steps of counters")
struct CounterEventTests {
    private static let wrap = CounterContinuity.wrapWattHours
    private static let day: Int64 = 86_400

    /// Eight inverters, and a site's counter that takes values after so many days.
    private func events(
        _ values: [(day: Double, value: Double)],
        inverters: Int = 8,
        device: Device = .site,
        origins: [String] = ["production.json/inverters"],
        states: [DeviceState] = []
    ) -> [SiteEvent] {
        var readings: [DeviceReading] = []
        for (day, value) in values {
            let at = 1_700_000_000 + Int64(day * 86_400)
            for index in 0..<inverters {
                readings.append(
                    DeviceReading(
                        Device(.inverter, "\(index)"),
                        startUTCSeconds: at,
                        origin: "i",
                        values: [.maximumPower: 290]
                    )
                )
            }
            for (index, origin) in origins.enumerated() {
                readings.append(
                    DeviceReading(
                        device,
                        startUTCSeconds: at + Int64(index) * 60,
                        origin: origin,
                        values: [.lifetime: value + Double(index)]
                    )
                )
            }
        }
        return CounterHistory.events(of: readings, states: states)
    }

    @Test(
        "a wrap and the way back are told at any spacing, each once, with the energy made meanwhile",
        arguments: [0.04, 0.5, 1, 3, 7, 20]
    )
    func spacing(days: Double) throws {
        let made = 20_000 * days
        let start = 4_000_000.0
        let falls = start + 2 * made - CounterEventTests.wrap
        let values = [start, start + made, falls, falls + made, start + 4 * made, start + 5 * made]
        let found = events(
            values.enumerated().map { (Double($0.offset) * days, $0.element) },
            origins: ["api/v1/production", "production.json/inverters"]
        )
        #expect(found.map(\.kind) == [.counterWrapped, .counterUnwrapped])
        let text = try #require(found.last?.text)
        #expect(text.contains("api/v1/production and production.json/inverters show it"))
        #expect(text.contains(" \(Int(made)).0 Wh were made"), "\(text)")
    }

    @Test("where energy and a step both fit, its own pace may decide; else it is said to be undecided")
    func undecided() {
        // Twenty inverters may make more than 2^32 J in two months, and these do.
        let steady = (0..<6).map { (day: Double($0) * 60, value: 1_000_000 + 1_400_000 * Double($0)) }
        #expect(events(Array(steady.dropFirst()), inverters: 20).map(\.kind) == [.counterUndecided])
        let watched = [(day: -2.0, value: 955_000.0)] + steady
        #expect(events(watched, inverters: 20).isEmpty)
        let both = events([(0, 1_000_000), (60, 2_400_000)], inverters: 20)
        #expect(both.first?.text.contains("206953.5 Wh") == true)
        // A fall to a small value after long: a wrap, or a new beginning.
        #expect(events([(0, 900_000), (60, 20_000)], inverters: 20).map(\.kind) == [.counterUndecided])
        #expect(events([(0, 900_000), (1, 20_000)], inverters: 20).map(\.kind) == [.counterReset])
    }

    @Test("meters are held against their connection, inverters against themselves")
    func devices() {
        let production = [
            DeviceState(
                Device(.meter, "704643328"),
                atUTCSeconds: 1,
                origin: "ivp/meters",
                properties: [.measurement: "production", .phases: "3"]
            )
        ]
        let meter = Device(.meter, "704643328")
        let up = [(day: 0.0, value: 3_000_000.0), (1, 3_000_000 + CounterEventTests.wrap + 20_000)]
        #expect(events(up, device: meter, states: production).map(\.kind) == [.counterUnwrapped])
        // An array of others beside eight inverters is possible, and no step explains it.
        let more = [(day: 0.0, value: 3_000_000.0), (1, 3_090_000)]
        #expect(events(more, device: meter, states: production).isEmpty)
        #expect(events(more).map(\.kind) == [.counterJumped])
        #expect(events(up, device: Device(.meter, "704643584")).map(\.kind) == [.counterUnwrapped])
        let one = [(day: 0.0, value: 1_000_000.0), (7, 1_012_000), (14, 1_200_000)]
        #expect(events(one, device: Device(.inverter, "0")).map(\.kind) == [.counterJumped])
    }

    private func gateway(_ serial: String, _ days: ClosedRange<Int64>) -> [DeviceState] {
        days.map {
            DeviceState(
                Device(.gateway, serial),
                atUTCSeconds: 1_700_000_000 + $0 * CounterEventTests.day,
                origin: "info",
                properties: [.firmware: "D8"]
            )
        }
    }

    @Test("counters of two gateways are two; rows without a gateway go on with the only one there is")
    func gateways() {
        func row(_ day: Double, _ value: Double, of origin: String) -> DeviceReading {
            DeviceReading(
                .site,
                startUTCSeconds: 1_700_000_000 + Int64(day * 86_400),
                origin: origin,
                values: [.lifetime: value]
            )
        }
        let both = (0..<4).flatMap { day in
            [
                row(Double(day), 8_000_000 + 9_000 * Double(day), of: "122000000001/api/v1/production"),
                row(Double(day), 1_200_000 + 5_000 * Double(day), of: "122000000002/api/v1/production"),
            ]
        }
        let two = gateway("122000000001", 0...3) + gateway("122000000002", 0...3)
        #expect(CounterHistory.events(of: both, states: two).isEmpty)
        // Rows of an older store, then one with its gateway, which was reset meanwhile.
        let older = [
            row(0, 8_000_000, of: "api/v1/production"), row(1, 8_009_000, of: "api/v1/production"),
            row(2, 50, of: "122000000001/api/v1/production"),
        ]
        let found = CounterHistory.events(
            of: older,
            states: gateway("122000000001", 0...2),
            installedW: 3_000
        )
        #expect(found.map(\.kind) == [.counterReset])
        // A gateway that took another's place begins a counter of its own.
        #expect(
            CounterHistory.events(
                of: older,
                states: gateway("122000000001", 2...2) + gateway("122000000009", 0...1)
            ).isEmpty
        )
        // Whose an older row is may be open: it continues nothing.
        #expect(CounterHistory.events(of: older, states: two).isEmpty)
    }

    @Test("gateways captured in one stretch of time make up the site together")
    func groups() {
        let states =
            gateway("122000000001", 0...5) + gateway("122000000002", 3...9) + gateway("122000000003", 20...21)
        #expect(GatewayTimes(states).groups == [["122000000001", "122000000002"], ["122000000003"]])
        #expect(GatewayTimes([]).gateway(of: GatewayOrigin("x"), at: 0) == "")
    }
}
