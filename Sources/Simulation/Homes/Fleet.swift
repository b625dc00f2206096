// Many simulated systems, a report a system and year: input for benchmarks and for tests of a fleet's store.
//
// Nothing is kept in memory but one report; equal plans give equal bytes.

import Foundation
import Readings

/// A fleet of homes at 15 minutes: arrays, loads, batteries in two of three, silences whose rows are missing.
package struct Fleet: Sendable {
    /// What is to be written.
    package struct Plan: Sendable {
        /// Equal seeds give equal fleets.
        package var seed: UInt64 = 7
        /// The number of systems.
        package var systemCount = 100
        /// The first year, UTC.
        package var firstYear = 2019
        /// The number of years.
        package var yearCount = 5
        /// Only the first months of each year; 12 for all.
        package var monthCount = 12

        /// Makes a plan of 100 systems and five years.
        package init() {}
    }

    /// A silence: the rows from `start` to `end` are not in the report.
    package struct Silence: Sendable, Equatable {
        /// The number that the report's name begins with.
        package let system: Int
        /// The first missing interval.
        package let startUTCSeconds: Int64
        /// The first interval behind.
        package let endUTCSeconds: Int64
    }

    /// A report.
    package struct Report {
        /// The name, as the vendor's page gives it: the system's number first.
        package let name: String
        /// The report in dialect A.
        package var bytes: [UInt8]
        /// What was left out.
        package var silences: [Silence]
    }

    /// The zone of all systems.
    package static let timeZone = "Etc/UTC"
    /// The number of the first system.
    package static let firstSystem = 1_000_001
    private static let slots = 96

    private let plan: Plan
    private let start: CivilDate
    /// Height of the sun as a share of its strength, by latitude class, day of the year and slot.
    private let sun: [[Float]]
    private static let latitudes = 8

    /// Prepares a fleet; nil where the plan has no date.
    package init?(_ plan: Plan) {
        guard (1...12).contains(plan.monthCount), plan.systemCount > 0, plan.yearCount > 0,
            let start = CivilDate("\(plan.firstYear)-01-01")
        else { return nil }
        self.plan = plan
        self.start = start
        sun = (0..<Fleet.latitudes).map { Fleet.sunTable(latitude: 38 + 2 * Double($0)) }
    }

    /// The number of reports.
    package var reportCount: Int { plan.systemCount * plan.yearCount }

    private static func sunTable(latitude: Double) -> [Float] {
        var table = [Float](repeating: 0, count: 366 * slots)
        let phi = latitude * .pi / 180
        for day in 0..<366 {
            let declination = 0.409 * sin(2 * .pi * (Double(day) - 80) / 365.25)
            for slot in 0..<slots {
                let hour = (Double(slot) + 0.5) / 4 - 12
                let height =
                    sin(phi) * sin(declination) + cos(phi) * cos(declination) * cos(hour * .pi / 12)
                // Air dims a low sun.
                if height > 0 { table[day * slots + slot] = Float(height * pow(0.75, 1 / (height + 0.1))) }
            }
        }
        return table
    }

    /// Hands on all reports: system by system, year by year.
    package func forEachReport(_ body: (Report) throws -> Void) rethrows {
        for index in 0..<plan.systemCount {
            var home = Home(seed: plan.seed, index: index)
            for year in plan.firstYear..<(plan.firstYear + plan.yearCount) {
                try body(report(&home, year: year))
            }
        }
    }

    private func report(_ home: inout Home, year: Int) -> Report {
        let name = "\(home.system)_\(year)_custom_report.csv"
        var report = Report(name: name, bytes: [], silences: [])
        report.bytes.reserveCapacity(366 * Fleet.slots * 48)
        report.bytes += Fleet.header.utf8
        guard let first = CivilDate("\(year)-01-01"), let next = CivilDate("\(year + 1)-01-01") else {
            return report
        }
        let table = sun[home.latitude]
        var stamp: [UInt8] = []
        var silentRows = 0
        for day in first.daysSince1970..<next.daysSince1970 {
            let date = CivilDate(daysSince1970: day)
            if date.month > plan.monthCount { break }
            home.beginDay()
            let dayOfYear = Int(day - first.daysSince1970)
            stamp = Fleet.stamp(date)
            for slot in 0..<Fleet.slots {
                home.step(sun: table[dayOfYear * Fleet.slots + slot], slot: slot)
                if silentRows > 0 {
                    silentRows -= 1
                    continue
                }
                let rows = home.silence()
                if rows > 0 {
                    let begin = day * 86_400 + Int64(slot) * 900
                    let dayEnd = (next.daysSince1970 - day) * 96 - Int64(slot)
                    let length = min(Int64(rows), dayEnd - 1)
                    guard length > 0 else { continue }
                    report.silences.append(
                        Silence(
                            system: home.system,
                            startUTCSeconds: begin,
                            endUTCSeconds: begin + length * 900
                        )
                    )
                    silentRows = Int(length) - 1
                    continue
                }
                stamp[11] = UInt8(48 + slot / 40)
                stamp[12] = UInt8(48 + slot / 4 % 10)
                stamp[14] = UInt8(48 + slot % 4 * 15 / 10)
                stamp[15] = UInt8(48 + slot % 4 * 15 % 10)
                report.bytes += stamp
                for value in home.energies { Fleet.append(value, to: &report.bytes) }
                report.bytes.append(10)
            }
        }
        return report
    }

    private static let header =
        "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh),"
        + "Stored in Batteries (Wh),Discharged from Batteries (Wh)\n"

    private static func stamp(_ date: CivilDate) -> [UInt8] {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return Array("\(two(date.month))/\(two(date.day))/\(date.year) 00:00".utf8)
    }

    private static func append(_ value: Int32, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: ","))
        var divisor: Int32 = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(truncatingIfNeeded: 48 + value / divisor % 10))
            divisor /= 10
        }
    }

    // MARK: One home

    private struct Home {
        let system: Int
        let latitude: Int
        private let arrayWh: Float
        private let baseWh: Float
        private let capacityWh: Float
        private let batteryStepWh: Float
        private let silencesPerSlot: Double
        private var random: SplitMix
        private var stored: Float = 0
        private var cloud: Float = 1
        private var haze: Float = 1
        private var appliance: Float = 0
        private var applianceSlots = 0
        /// In the order of a report's columns: produced, consumed, exported, imported, stored, discharged.
        private(set) var energies = [Int32](repeating: 0, count: 6)

        init(seed: UInt64, index: Int) {
            system = Fleet.firstSystem + index
            random = SplitMix(state: seed &* 0x9E37_79B9 &+ UInt64(index) &* 0x1000_0001)
            latitude = Int(random.next() % UInt64(Fleet.latitudes))
            arrayWh = Float(3_000 + random.next() % 9_000) / 4
            baseWh = Float(120 + random.next() % 400) / 4
            let size = random.next() % 6
            capacityWh = size < 2 ? 0 : Float(size) * 3_360 - 3_360
            batteryStepWh = capacityWh * 0.096
            silencesPerSlot = 1.0 / Double(6_000 + random.next() % 30_000)
        }

        private mutating func unit() -> Float { Float(random.next() >> 40) / Float(1 << 24) }

        mutating func beginDay() {
            let kind = unit()
            haze = kind < 0.4 ? 1 : kind < 0.75 ? 0.45 + 0.5 * unit() : 0.1 + 0.3 * unit()
        }

        /// Returns the length of a silence that begins now; 0 for none.
        mutating func silence() -> Int {
            guard Double(random.next() >> 11) / Double(1 << 53) < silencesPerSlot else { return 0 }
            let kind = random.next() % 10
            return kind < 6 ? 1 + Int(random.next() % 8) : 8 + Int(random.next() % 300)
        }

        mutating func step(sun: Float, slot: Int) {
            var produced: Float = 0
            if sun > 0 {
                if haze < 1 { cloud = min(1, max(0.15, 0.7 * cloud + 0.3 * (haze + 0.6 * (unit() - 0.5)))) }
                produced = arrayWh * sun * (haze < 1 ? cloud * haze : 1) * (0.985 + 0.03 * unit())
            }
            if applianceSlots > 0 {
                applianceSlots -= 1
            } else {
                appliance = 0
                let isAwake = slot >= 26 && slot < 92
                if unit() < (isAwake ? 0.09 : 0.01) {
                    applianceSlots = 1 + Int(random.next() % 5)
                    appliance = 60 + 500 * unit() * unit()
                }
            }
            let consumed = baseWh * (0.8 + 0.4 * unit()) + appliance
            balance(produced: produced.rounded(), consumed: consumed.rounded())
        }

        private mutating func balance(produced: Float, consumed: Float) {
            let surplus = produced - consumed
            var charged: Float = 0
            var discharged: Float = 0
            if surplus > 0 {
                charged = min(surplus, batteryStepWh, (capacityWh - stored) / 0.95).rounded(.down)
                stored += charged * 0.95
            } else {
                discharged = min(-surplus, batteryStepWh, stored * 0.95).rounded(.down)
                stored -= discharged / 0.95
            }
            let net = surplus - charged + discharged
            energies[0] = Int32(produced)
            energies[1] = Int32(consumed)
            energies[2] = Int32(max(0, net))
            energies[3] = Int32(max(0, -net))
            energies[4] = Int32(charged)
            energies[5] = Int32(discharged)
        }
    }
}
