// What is kept for ever of a day of rounds.

import Collect
import Readings
import TestSupport
import Testing

private let start: Int64 = 1_772_323_200

@Suite("rows that are kept")
struct RecordThinningTests {
    private func reading(_ device: Device, at time: Int64, origin: String, _ values: [Quantity: Double])
        -> DeviceReading
    {
        DeviceReading(device, startUTCSeconds: time, origin: origin, values: values)
    }

    /// A round of a house with 30 inverters and 6 batteries.
    private func round(_ minute: Int) -> GatewayRows {
        let time = start + Int64(minute) * 60 + 3
        let serial = IntervalHouse.serial
        var rows = GatewayRows(fetchedUTCSeconds: time + 4)
        for meter in 0..<3 {
            rows.readings.append(IntervalHouse.register(meter, at: time, [Double(minute), 0]))
        }
        for index in 0..<6 {
            rows.readings.append(IntervalHouse.power("b\(index)", 100, at: time, soc: 50))
        }
        if minute % 5 == 0 {
            for index in 0..<6 {
                let battery = Device(.battery, "b\(index)")
                rows.readings.append(
                    reading(battery, at: time - 100, origin: "ivp/ensemble/inventory", [.stateOfCharge: 50])
                )
                rows.states.append(
                    DeviceState(
                        battery,
                        atUTCSeconds: time,
                        origin: "ivp/ensemble/inventory",
                        lastReportUTCSeconds: time - 100,
                        properties: [
                            .state: minute < 700 ? "ENCHG_STATE_READY" : "ENCHG_STATE_CHARGING", .light: "14",
                        ]
                    )
                )
            }
            rows.readings.append(IntervalHouse.charge(50, at: time))
            rows.states.append(
                DeviceState(
                    .site,
                    atUTCSeconds: time,
                    origin: "\(serial)/ivp/ensemble/secctrl",
                    properties: [.reserve: "20", .note: "backup energy Wh \(minute)"]
                )
            )
            // Eleven hours of sun; reports every 15 minutes, asked for every five.
            let sun = min(max(minute, 420), 1_080)
            for index in 0..<30 {
                let inverter = Device(.inverter, "i\(index)")
                let report = start + Int64(sun / 15 * 900 + index)
                rows.readings.append(
                    reading(inverter, at: report, origin: "api/v1/production/inverters", [.power: 90])
                )
                rows.states.append(
                    DeviceState(
                        inverter,
                        atUTCSeconds: time,
                        origin: "api/v1/production/inverters",
                        lastReportUTCSeconds: report,
                        properties: [:]
                    )
                )
            }
        }
        return rows
    }

    @Test("a day of 30 inverters and 6 batteries is about 3,000 rows")
    func day() {
        var thinning = RecordThinning()
        var counts: [String: Int] = [:]
        var came = 0
        for minute in 0..<1_440 {
            let rows = round(minute)
            came += rows.readings.count + rows.states.count
            for batch in thinning.kept(of: rows) {
                switch batch {
                case .deviceReadings(let rows):
                    for row in rows { counts[row.device.kind.rawValue, default: 0] += 1 }
                case .deviceStates(let rows): counts["states", default: 0] += rows.count
                default: break
                }
            }
        }
        #expect(counts["meter"] == 3 * 96)
        #expect(counts["battery"] == 6 * 288 + 6 * 25 + 96 || counts["battery"] == 6 * 288 + 6 * 24 + 96)
        #expect(counts["inverter"] == 30 * 45)
        #expect(counts["states"] == 6 * 2 + 24 + 30)
        let total = counts.values.reduce(0, +)
        #expect((2_500...3_800).contains(total), "\(total) of \(came)")
    }

    @Test("both ends of a gap are kept, at the register's own times")
    func gaps() {
        var thinning = RecordThinning()
        var kept: [Int64] = []
        for minute in [0, 1, 2, 3, 20, 21, 22, 31] {
            let time = start + 120 + Int64(minute) * 60
            let rows = GatewayRows(
                [.deviceReadings([IntervalHouse.register(0, at: time, [1, 2])])],
                fetchedUTCSeconds: time
            )
            for case .deviceReadings(let rows) in thinning.kept(of: rows) {
                kept += rows.map { ($0.startUTCSeconds - start - 120) / 60 }
            }
        }
        #expect(kept == [0, 3, 20, 22, 31])
    }

    @Test(
        "a state is kept when it changes and once a day; a lasting event once, and anew when it comes again"
    )
    func states() {
        var thinning = RecordThinning()
        var states = 0
        var events: [Int64] = []
        for minute in 0..<2_000 {
            let time = start + Int64(minute) * 60
            var rows = GatewayRows(fetchedUTCSeconds: time)
            let controller = Device(.systemController, "5")
            let isOpen = (100..<200).contains(minute) || (300..<310).contains(minute)
            if minute % 5 == 0 {
                rows.states = [
                    DeviceState(
                        controller,
                        atUTCSeconds: time,
                        origin: "ivp/ensemble/inventory",
                        properties: [.relayActual: isOpen ? "open" : "closed"]
                    )
                ]
                if isOpen {
                    rows.events = [
                        SiteEvent(
                            .relayOpenedItself,
                            controller,
                            startUTCSeconds: time,
                            origin: "ivp/ensemble/inventory",
                            text: ""
                        )
                    ]
                }
            }
            for batch in thinning.kept(of: rows) {
                if case .deviceStates(let rows) = batch { states += rows.count }
                if case .events(let rows) = batch { events += rows.map { ($0.startUTCSeconds - start) / 60 } }
            }
        }
        #expect(events == [100, 300])
        #expect(states == 5 + 1)
    }

    @Test("a device's own interval of a quarter-hour goes without its energy, which its other rows have")
    func quarters() throws {
        var thinning = RecordThinning()
        let reading = DeviceReading(
            Device(.inverter, "1"),
            startUTCSeconds: start + 17,
            seconds: 900,
            origin: "ivp/pdm/device_data",
            values: [.energy: 40, .voltage: 230]
        )
        let kept = thinning.kept(of: GatewayRows([.deviceReadings([reading])], fetchedUTCSeconds: start))
        guard case .deviceReadings(let rows) = try #require(kept.first) else { return }
        #expect(rows.map(\.seconds) == [0] && rows.first?.values == [.voltage: 230])
        #expect(rows.first?.startUTCSeconds == start + 917)
    }
}
