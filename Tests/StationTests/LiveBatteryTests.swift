// A battery that stands short of full is found from the rows of the watch alone, as nights find it from the vendor's.

import Analysis
import Collect
import Readings
import Simulation
import TestSupport
import Testing

@Suite("batteries of the watch")
struct LiveBatteryTests {
    /// The instants of a slot: what was charged and discharged in it, as powers once a minute.
    private func instants(
        _ values: (charged: Int32, discharged: Int32, soc: Int32),
        _ serial: String,
        from start: Int64
    ) -> [DeviceReading] {
        (0..<15).map { minute in
            // What went both ways went one after the other.
            let share = Double(values.charged) / max(1, Double(values.charged + values.discharged))
            let isCharging = Double(minute) < share * 15
            let part = isCharging ? share : 1 - share
            let energy = isCharging ? -Double(values.charged) : Double(values.discharged)
            let power = part > 0 ? energy * 4 / max(part, 1.0 / 15) : 0
            return DeviceReading(
                Device(.battery, serial),
                startUTCSeconds: start + Int64(minute) * 60 + 5,
                origin: "ivp/ensemble/power",
                values: [.power: power, .stateOfCharge: Double(values.soc)]
            )
        }
    }

    @Test(
        "a pinned battery is found by its rows alone, at the same battery and about the same time",
        arguments: [1, 2, 3] as [UInt64]
    )
    func pinned(seed: UInt64) throws {
        let begin = try #require(CivilDate("2023-01-01"))
        let place = try #require(FaultHouse.place)
        let house = try #require(FaultHouse(seed: seed, start: begin, days: 260, only: ["batt_pinned"]))
        let fault = try #require(house.faults.first { $0.kind == "batt_pinned" })
        let span = Interval(
            startUTCSeconds: fault.interval.startUTCSeconds - 3 * 86_400,
            endUTCSeconds: fault.interval.startUTCSeconds + 6 * 86_400
        )
        let (rows, columns) = try #require(house.columns(in: span))
        var maker = DeviceIntervals()
        var made: [DeviceReading] = []
        for slot in house.grid.slots(in: span) {
            let start = house.grid.start(slot)
            let all = house.batteries.indices.flatMap { index in
                house.batteries[index][slot].map {
                    instants($0, FaultHouse.batterySerial(index), from: start)
                } ?? []
            }
            for (time, readings) in Dictionary(grouping: all, by: \.startUTCSeconds).sorted(by: {
                $0.key < $1.key
            }) {
                made += maker.take(GatewayRows([.deviceReadings(readings)], fetchedUTCSeconds: time))
            }
        }
        let devices = Dictionary(grouping: made, by: \.device).map { device, own in
            var series = DeviceSeries(device: device, source: .gateway, seconds: 900)
            for row in own {
                series.startUTCSeconds.append(row.startUTCSeconds)
                for column in DeviceColumn.allCases {
                    let value = row.values[column.quantity].map { Int32(($0 * column.scale).rounded()) }
                    series.columns[column.rawValue].append(value ?? HomeColumns.missing)
                }
            }
            return series
        }
        let key = SeriesKey(systemID: 1, source: .gateway, seconds: 900)
        let live = try #require(HomeColumns(site: (key, rows), devices: devices, changes: columns.changes))
        func found(_ columns: HomeColumns) -> [Finding] {
            let home = HomeContext(columns, place: place, installedW: 4_200, batteryWh: 20_000)
            return PinnedBatteryDetector.findings(home)
        }
        let own = found(live).filter { $0.device == fault.device }
        let other = found(columns).filter { $0.device == fault.device }
        #expect(own.count == 1 && other.count == 1)
        #expect(found(live).count == found(columns).count)
        let apart = (own.first?.alert.utcSeconds ?? 0) - (other.first?.alert.utcSeconds ?? 0)
        #expect(abs(apart) <= 3 * 3_600)
    }
}
