// What a house with faults is like: place, weather, array, pack, step of the reports. What goes wrong in it is drawn in
// FaultSchedule, what it does hour by hour in VariedHouse.

import Foundation
import Readings

/// The plan of a house with faults.
package struct FaultPlan: Sendable {
    /// How often clouds come.
    package enum Climate: String, CaseIterable, Sendable {
        /// Two days of three are clear.
        case sunny
        /// As many clear days as dull ones.
        case mixed
        /// One day of five is clear; a dull one seldom comes alone.
        case cloudy

        /// The chance of a clear and of a broken sky; the rest is overcast.
        var shares: (clear: Double, broken: Double) {
            switch self {
            case .sunny: (0.62, 0.28)
            case .mixed: (0.36, 0.36)
            case .cloudy: (0.18, 0.40)
            }
        }
    }

    /// A plane of panels.
    package struct Plane: Sendable {
        /// Degrees clockwise from north.
        package var azimuth: Double
        /// Degrees from the horizontal.
        package var tilt: Double
    }

    /// Equal seeds give equal houses.
    package var seed: UInt64
    /// The first day, UTC.
    package var start: CivilDate
    package var days: Int
    /// Seconds of an interval: 300, 900 or 3600.
    package var step: Int64 = 900
    package var timeZone = "Europe/Madrid"
    package var place: Place
    package var climate = Climate.mixed
    /// Dropouts in bursts, flickering values, packs that are uneven by nature, recalibrations, small losses.
    package var isHard = false
    package var planes = [Plane(azimuth: 180, tilt: 30)]
    package var inverterCount = 12
    package var inverterW = 350.0
    /// What the modules could give over what the inverters can: above 1 the array clips.
    package var oversize = 1.0
    /// The greatest export, W; nil without limit.
    package var exportLimitW: Double?
    /// The capacity of each battery, Wh.
    package var unitsWh = [5_000.0, 5_000, 5_000, 5_000]
    /// The state of charge that batteries keep for an outage, percent.
    package var reservePercent = 20.0
    /// Plants faults; false for a house in which all is well.
    package var hasFaults = true
    /// Kinds that are planted; nil for all.
    package var only: Set<String>?

    /// The rated power of the array, W.
    package var installedW: Double { inverterW * Double(inverterCount) }

    /// The capacity of a battery in the mean, Wh.
    package var meanUnitWh: Double { unitsWh.reduce(0, +) / Double(max(1, unitsWh.count)) }

    private static let places: [(zone: String, latitude: Double, longitude: Double, climate: Climate)] = [
        ("Europe/Madrid", 40.4, -3.7, .sunny), ("Europe/London", 51.5, -0.1, .cloudy),
        ("America/Denver", 39.7, -105, .sunny), ("Europe/Stockholm", 59.3, 18.1, .mixed),
        ("Australia/Sydney", -33.9, 151.2, .sunny), ("America/Chicago", 41.9, -87.6, .mixed),
        ("Africa/Johannesburg", -26.2, 28, .sunny), ("Europe/Berlin", 52.5, 13.4, .mixed),
        ("Pacific/Auckland", -36.8, 174.8, .mixed), ("Asia/Kolkata", 18.5, 73.9, .sunny),
    ]
    private static let packs = [1, 2, 3, 4, 6, 10]

    /// A house of its own for each seed; nil is impossible.
    ///
    /// - Parameters:
    ///   - isHard: of the harder tier.
    ///   - step: of the reports, seconds.
    package init?(varied seed: UInt64, isHard: Bool, step: Int64 = 900, days: Int = 365) {
        var random = SplitMix(state: seed &* 0x9E37_79B9 &+ 77)
        func one<Value>(_ values: [Value]) -> Value { values[Int(random.unit() * Double(values.count))] }
        let spot = one(FaultPlan.places)
        guard let start = CivilDate("2023-01-01"),
            let place = Place(latitude: spot.latitude, longitude: spot.longitude)
        else { return nil }
        self.seed = seed
        self.start = start
        self.days = days
        self.step = step
        self.isHard = isHard
        self.place = place
        timeZone = spot.zone
        climate = spot.climate
        let noon = spot.latitude > 0 ? 180.0 : 0
        let turns = one([[0.0], [-90, 90], [-45, 45], [20], [-90, 0, 90]])
        planes = turns.map { Plane(azimuth: noon + $0, tilt: 15 + 25 * random.unit()) }
        inverterCount = one([6, 10, 14, 18, 24, 32, 40])
        inverterW = one([240, 290, 350, 384])
        oversize = 0.85 + 0.45 * random.unit()
        if random.unit() < 0.2 { exportLimitW = (0.5 * installedW / 100).rounded() * 100 }
        let unit = one([3_360.0, 5_000, 5_000, 10_080])
        unitsWh = Array(repeating: unit, count: one(FaultPlan.packs))
        if random.unit() < 0.25, unitsWh.count > 2 { unitsWh[0] = unit * 2 }
        reservePercent = one([10, 20, 20, 30])
    }

    /// The house that does not vary: twelve inverters on two planes near Madrid, four batteries.
    init?(plain seed: UInt64, start: CivilDate, days: Int) {
        guard let place = FaultHouse.place else { return nil }
        self.seed = seed
        self.start = start
        self.days = days
        self.place = place
    }
}
