// Rows of batteries and inverters by quarter-hours: true to what was reported, and missing exactly where reports are.

import Collect
import Readings
import TestSupport
import Testing

private let start: Int64 = 1_772_323_200

private func report(_ serial: String, _ watts: Double, at time: Int64) -> DeviceReading {
    DeviceReading(
        Device(.inverter, serial),
        startUTCSeconds: time,
        origin: "api/v1/production/inverters",
        values: [.power: watts]
    )
}

private func round(_ time: Int64, _ readings: [DeviceReading]) -> GatewayRows {
    GatewayRows([.deviceReadings(readings)], fetchedUTCSeconds: time)
}

@Suite("intervals of devices")
struct DeviceIntervalTests {
    @Test(
        "inverters of any rhythm: energies are those of their own intervals, holes are where a report is missing",
        arguments: [300, 900, 917, 3_600] as [Int64]
    )
    func inverters(rhythm: Int64) {
        var random = SeededGenerator(seed: UInt64(rhythm))
        var maker = DeviceIntervals()
        var made: [DeviceReading] = []
        /// What is known by second: the mean between reports that follow each other.
        var reports: [(time: Int64, watts: Double)] = []
        var current: (time: Int64, watts: Double) = (start + 37, 100)
        var next = current.time
        var count = 0
        let end = start + 20 * 3600
        for time in stride(from: start, to: end, by: 300) {
            while next <= time {
                current = (next, Double.random(in: 0..<350, using: &random).rounded())
                count += 1
                // One in ten is lost, once the rhythm is known.
                if count < 5 || Int.random(in: 0..<10, using: &random) > 0 { reports.append(current) }
                next += rhythm + (rhythm > 300 ? Int64.random(in: 0...16, using: &random) : 0)
            }
            guard let shown = reports.last else { continue }
            let rows = round(time, [report("1", shown.watts, at: shown.time)])
            made += maker.take(rows) + maker.take(rows)
        }
        // Reports that came between two askings are not seen: at 300 s all are.
        var covered: [Int64: (seconds: Int64, wattHours: Double)] = [:]
        // The rhythm is told by three distances.
        for (left, right) in zip(reports, reports.dropFirst()).dropFirst(2)
        where 2 * (right.time - left.time) <= 3 * rhythm + 50 {
            for second in left.time..<right.time {
                covered[second / 900 * 900, default: (0, 0)].seconds += 1
                covered[second / 900 * 900, default: (0, 0)].wattHours += right.watts / 3600
            }
        }
        let whole = covered.filter { $0.value.seconds == 900 && $0.key + 900 <= reports.last?.time ?? 0 }
        let rows = Dictionary(made.map { ($0.startUTCSeconds, $0.values[.energy] ?? .nan) }) { $1 }
        #expect(made.count == rows.count)
        let wanted = whole.keys.filter { slot in
            reports.contains { $0.time >= slot + 900 && $0.time <= end - 600 }
        }
        #expect(
            Set(wanted).subtracting(rows.keys).isEmpty && Set(rows.keys).subtracting(whole.keys).isEmpty,
            "\(rhythm)"
        )
        for (slot, energy) in rows {
            #expect(abs(energy - (whole[slot]?.wattHours ?? 0)) < 0.01, "\(rhythm)")
        }
        #expect(made.allSatisfy { $0.seconds == 900 && $0.origin == DeviceIntervals.inverterOrigin })
    }

    @Test("a rhythm that changes is followed; a short rest at dusk is no rhythm; the night is a hole")
    func rhythms() {
        var maker = DeviceIntervals()
        var made: [Int64] = []
        func take(_ times: [Int64]) {
            for time in times {
                made += maker.take(round(time + 5, [report("1", 60, at: time)])).map(\.startUTCSeconds)
            }
        }
        take((0..<9).map { start + $0 * 300 })
        #expect(made == [start + 900])
        // From then on once an hour: the first two are taken for failures.
        take((1..<7).map { start + 2_400 + $0 * 3_600 })
        #expect(made.last == start + 2_400 + 6 * 3_600 - 1_500)
        #expect(made.count == 1 + 15)
        made = []
        let evening = start + 100_000 / 900 * 900
        take((0..<5).map { evening + $0 * 900 } + [evening + 3_613])
        take((0..<4).map { evening + 45_000 + $0 * 900 })
        #expect(made == (0..<4).map { evening + $0 * 900 } + (0..<3).map { evening + 45_000 + $0 * 900 })
    }

    @Test("details of panels serve where no list names the inverter, and only there")
    func details() throws {
        func detail(_ serial: String, _ step: Int64) -> DeviceReading {
            DeviceReading(
                Device(.inverter, serial),
                startUTCSeconds: start + step * 910,
                seconds: 910,
                origin: "ivp/pdm/device_data",
                values: [.energy: 91]
            )
        }
        var maker = DeviceIntervals()
        var made: [DeviceReading] = []
        for step in 0..<6 {
            made += maker.take(
                round(
                    start + Int64(step + 1) * 910,
                    [
                        detail("1", Int64(step)), detail("2", Int64(step)),
                        report("2", 8, at: start + Int64(step) * 910),
                    ]
                )
            )
        }
        let own = made.filter { $0.device.serial == "1" }
        #expect(own.count == 6 && own.allSatisfy { $0.values[.energy] == 90 })
        #expect(made.filter { $0.device.serial == "2" }.dropFirst().allSatisfy { $0.values[.energy] == 2 })
    }

    @Test(
        "batteries: charge and discharge add up, the charge is the last of the quarter-hour, holes are where instants lack"
    )
    func batteries() {
        var random = SeededGenerator(seed: 3)
        var maker = DeviceIntervals()
        var made: [DeviceReading] = []
        var instants: [(time: Int64, watts: Double)] = []
        var time = start + 4
        while time < start + 8 * 3600 {
            instants.append((time, Double.random(in: -3_000..<3_000, using: &random)))
            time += 60 + Int64.random(in: -2...2, using: &random)
            if Int.random(in: 0..<60, using: &random) == 0 {
                time += Int64.random(in: 60..<400, using: &random)
            }
        }
        for instant in instants {
            made += maker.take(
                round(
                    instant.time,
                    [
                        IntervalHouse.power(
                            "7",
                            instant.watts,
                            at: instant.time,
                            soc: Double(instant.time % 100)
                        ),
                        DeviceReading(
                            Device(.battery, "7"),
                            startUTCSeconds: instant.time - 200,
                            origin: "ivp/ensemble/inventory",
                            values: [.stateOfCharge: 1]
                        ),
                    ]
                )
            )
        }
        var slot = start
        var rows = 0
        while slot + 900 <= (instants.last?.time ?? 0) {
            let first = instants.last { $0.time <= slot }?.time ?? 0
            let near = instants.filter { $0.time >= first && $0.time < slot + 1_500 }
            let last = near.first { $0.time >= slot + 900 }?.time ?? .max
            let inside = near.filter { $0.time <= last }
            let isWhole = first > 0 && zip(inside, inside.dropFirst()).allSatisfy { $1.time - $0.time <= 180 }
            let row = made.first { $0.startUTCSeconds == slot }
            #expect((row != nil) == isWhole, "\(slot - start)")
            if let row {
                rows += 1
                let net = zip(inside, inside.dropFirst()).reduce(0.0) { sum, pair in
                    let (left, right) = pair
                    let (from, to) = (max(left.time, slot), min(right.time, slot + 900))
                    func at(_ time: Int64) -> Double {
                        left.watts + (right.watts - left.watts) * Double(time - left.time)
                            / Double(right.time - left.time)
                    }
                    return sum + (at(from) + at(to)) / 2 * Double(to - from) / 3600
                }
                let (out, into) = (row.values[.discharged] ?? .nan, row.values[.charged] ?? .nan)
                #expect(abs(out - into - net) < 0.01 && out >= 0 && into >= 0)
                let charge = inside.last { $0.time < slot + 900 }.map { Double($0.time % 100) }
                #expect(row.values[.stateOfCharge] == charge)
            }
            slot += 900
        }
        #expect(rows > 10 && rows == made.count && rows < 32)
    }

    @Test("where a battery's power is never told its reported charge alone makes rows")
    func reports() {
        var maker = DeviceIntervals()
        var made: [DeviceReading] = []
        for step in 0..<12 {
            let time = start + Int64(step) * 300
            let reading = DeviceReading(
                Device(.battery, "7"),
                startUTCSeconds: time,
                origin: "ivp/ensemble/inventory",
                values: [.stateOfCharge: Double(step)]
            )
            made += maker.take(round(time + 9, [reading])) + maker.take(round(time + 69, [reading]))
        }
        #expect(made.map { $0.values } == [[.stateOfCharge: 2], [.stateOfCharge: 5], [.stateOfCharge: 8]])
    }

    @Test("what is read again from where it says gives the same rows, and all that are to come")
    func replays() {
        var random = SeededGenerator(seed: 8)
        var rounds: [GatewayRows] = []
        var last = [start, start, start]
        for minute in 0..<900 {
            let time = start + Int64(minute) * 60 + Int64.random(in: 0..<3, using: &random)
            var readings = [IntervalHouse.power("9", Double.random(in: -900..<900, using: &random), at: time)]
            // A night of four hours.
            if minute % 5 == 0, !(400..<640).contains(minute) {
                for (index, rhythm) in [Int64(300), 910, 3_600].enumerated() {
                    if time - last[index] >= rhythm - 5 {
                        last[index] = time - Int64.random(in: 0..<5, using: &random)
                    }
                    readings.append(report("\(index)", Double(minute), at: last[index]))
                }
            }
            if Int.random(in: 0..<30, using: &random) > 0 { rounds.append(round(time, readings)) }
        }
        func key(_ row: DeviceReading) -> String { "\(row.device.serial)/\(row.startUTCSeconds)" }
        var maker = DeviceIntervals()
        var made: [[DeviceReading]] = []
        var from: [Int64] = []
        for rows in rounds {
            made.append(maker.take(rows))
            from.append(maker.replayFromUTCSeconds ?? 0)
        }
        let all = Dictionary(made.flatMap { $0 }.map { (key($0), $0) }) { $1 }
        for cut in stride(from: 0, to: rounds.count, by: 11) {
            var again = DeviceIntervals()
            let rows = rounds.filter { $0.fetchedUTCSeconds >= from[cut] }.flatMap { again.take($0) }
            #expect(rows.allSatisfy { all[key($0)] == $0 }, "cut \(cut)")
            let keys = Set(rows.map(key))
            #expect(made[(cut + 1)...].allSatisfy { $0.allSatisfy { keys.contains(key($0)) } }, "cut \(cut)")
        }
    }
}
