// What a row holds at sites with other meters: what is not metered is not said.

import Collect
import Ingest
import Readings
import TestSupport
import Testing

private let start: Int64 = 1_772_323_200

@Suite("sites of other meters")
struct MeterRoleTests {
    /// Two hours of rounds with some meters; registers go on by 1 W-hour each, and by their number, a minute.
    private func run(
        _ meters: [(measurement: String, state: String)],
        minutes: Int = 120,
        _ change: (Int64, inout GatewayRows) -> Void = { _, _ in }
    ) -> ReadingColumns {
        var maker = IntervalMaker()
        var made = MadeSeries()
        for minute in 0..<minutes {
            let time = start + Int64(minute) * 60
            var rows = GatewayRows(fetchedUTCSeconds: time)
            if minute == 0 {
                rows.states = meters.enumerated().map { index, meter in
                    DeviceState(
                        IntervalHouse.meter(index),
                        atUTCSeconds: time,
                        origin: "\(IntervalHouse.serial)/ivp/meters",
                        properties: [.state: meter.state, .measurement: meter.measurement, .phases: "2"]
                    )
                }
            }
            rows.readings = meters.indices.map { index in
                IntervalHouse.register(
                    index,
                    at: time,
                    [Double(minute * (index + 1) * 10), Double(minute * (index + 1))]
                )
            }
            change(time, &rows)
            made.take(maker.take(rows))
        }
        return made.quarters
    }

    private func first(_ rows: ReadingColumns) -> [Channel: Int32] {
        var result: [Channel: Int32] = [:]
        for channel in Channel.allCases where rows.hasChannel(channel) {
            result[channel] = rows[channel].last
        }
        return result
    }

    private let pair = [("production", "enabled"), ("net-consumption", "enabled")]

    @Test("meters of production and exchange give all but batteries; the load follows, night draw and all")
    func pairs() {
        let rows = run(pair)
        #expect(first(rows) == [.produced: 150, .imported: 300, .exported: 30, .consumed: 420])
        #expect(rows.rowCount == 7 && rows.startUTCSeconds.first == start)
        #expect(rows.quality(ofRow: 3) == .gross)
        // Exchange alone, production alone, and a disabled meter, which still gives numbers.
        #expect(first(run([("net-consumption", "enabled")])) == [.imported: 150, .exported: 15])
        #expect(first(run([("production", "enabled"), ("net-consumption", "disabled")])) == [.produced: 150])
        #expect(run([("production", "disabled"), ("net-consumption", "disabled")]).isEmpty)
    }

    @Test("a load that comes out negative stays, marked")
    func negative() {
        let rows = run(pair) { time, rows in
            rows.readings[0] = IntervalHouse.register(0, at: time, [5_000, 0])
            rows.readings[1] = IntervalHouse.register(1, at: time, [5_000, Double(time - start)])
        }
        #expect(first(rows) == [.produced: 0, .imported: 0, .exported: 900, .consumed: -900])
        #expect(rows.quality(ofRow: 2) == .negative)
        let still = run(pair) { time, rows in
            rows.readings = [0, 1].map { IntervalHouse.register($0, at: time, [5_000, 5_000]) }
        }
        #expect(still.quality(ofRow: 2) == .zero)
    }

    @Test("a meter of the loads is the load only where there are no batteries and no meter of the exchange")
    func loads() {
        let meters = [("production", "enabled"), ("total-consumption", "enabled")]
        #expect(first(run(meters)) == [.produced: 150, .consumed: 270])
        let battery = run(meters) { time, rows in
            rows.readings.append(IntervalHouse.power("9", 1_200, at: time))
        }
        #expect(first(battery) == [.produced: 150, .charged: 0, .discharged: 300])
        let other = run(pair + [("generator", "enabled")])
        #expect(first(other) == [.produced: 150, .imported: 300, .exported: 30])
        let acBattery = run(pair) { time, rows in
            rows.readings.append(
                DeviceReading(
                    Device(.acBattery, "3"),
                    startUTCSeconds: time,
                    origin: "inventory.json",
                    values: [.stateOfCharge: 5]
                )
            )
        }
        #expect(first(acBattery)[.consumed] == nil && first(acBattery)[.produced] == 150)
    }

    @Test(
        "batteries without a meter are added up from their powers, marked; where one is missing nothing is said"
    )
    func batteries() {
        let rows = run(pair) { time, rows in
            let power = time < start + 3_600 ? 600.0 : -1_200
            rows.readings.append(IntervalHouse.power("8", power, at: time))
            // For a quarter of an hour one of two does not answer.
            if !(start + 1_000..<start + 1_500).contains(time) {
                rows.readings.append(IntervalHouse.power("9", power, at: time))
            }
            rows.readings.append(IntervalHouse.charge(60, at: time))
        }
        #expect(
            rows[.discharged][0] == 300 && rows[.charged][0] == 0
                && rows[.discharged][1] == ReadingColumns.missingWh
        )
        #expect(rows[.consumed][1] == ReadingColumns.missingWh && rows[.produced][1] == 150)
        #expect(rows[.consumed][0] == 720 && rows.quality(ofRow: 0).contains(.integrated))
        #expect(!rows.quality(ofRow: 1).contains(.integrated))
        // On the way from giving to taking both happen within the minute.
        #expect(rows[.discharged][3] == 283 && rows[.charged][3] == 13)
        #expect(rows[.discharged][4] == 0 && rows[.charged][4] == 600)
        #expect(rows.socPercent == Array(repeating: 60, count: 7))
    }

    @Test("a state of charge counts for ten minutes")
    func charge() {
        let rows = run(pair) { time, rows in
            if time <= start + 2_100 { rows.readings.append(IntervalHouse.charge(60.4, at: time)) }
        }
        #expect(rows.socPercent[0...2].allSatisfy { $0 == 60 })
        #expect(rows.socPercent[3...].allSatisfy { $0 == ReadingColumns.missingSoC })
    }

    /// A gateway without meters, asked every 5 minutes.
    private func unmetered(_ total: (Int64) -> Double, watts: Double, note: String = "unmetered")
        -> MadeSeries
    {
        var maker = IntervalMaker()
        var made = MadeSeries()
        for step in 0..<36 {
            let time = start + Int64(step) * 300 + 20
            var rows = GatewayRows(fetchedUTCSeconds: time)
            rows.states = [
                DeviceState(
                    Device(.gateway, IntervalHouse.serial),
                    atUTCSeconds: time,
                    origin: "info",
                    properties: [.note: note]
                )
            ]
            rows.readings = [
                DeviceReading(
                    .site,
                    startUTCSeconds: time,
                    origin: "\(IntervalHouse.serial)/api/v1/production",
                    values: [.lifetime: total(time)]
                ),
                DeviceReading(
                    Device(.inverter, "5"),
                    startUTCSeconds: time - 100,
                    origin: "api/v1/production/inverters",
                    values: [.power: watts]
                ),
            ]
            made.take(maker.take(rows))
        }
        return made
    }

    @Test(
        "without meters the gateway's total gives production by quarter-hours; one that stands still in the sun gives none"
    )
    func totals() {
        let made = unmetered({ 5e6 + Double($0 - start) }, watts: 3_600)
        #expect(made.minutes.isEmpty && made.quarters.rowCount >= 10)
        #expect(made.quarters[.produced].allSatisfy { abs($0 - 900) <= 1 })
        #expect(first(made.quarters).count == 1)
        let dusk = unmetered({ _ in 5e6 }, watts: 2)
        #expect(dusk.quarters[.produced].allSatisfy { $0 == 0 } && dusk.quarters.rowCount >= 10)
        #expect(unmetered({ _ in 5e6 }, watts: 500).quarters.isEmpty)
        // A metered gateway's total follows a meter that may be off.
        #expect(unmetered({ 5e6 + Double($0 - start) }, watts: 9, note: "metered").quarters.isEmpty)
    }
}
