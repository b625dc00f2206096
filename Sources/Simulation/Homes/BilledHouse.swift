// A seeded home of a year with bills, weather and one silence of its monitor, made to try the reconciliation on. Nothing of
// it is shared with the estimators: the sky is ASHRAE's, clouds and loads are drawn. Files are in BilledHouse+Files.
//
// Source of the sky: ASHRAE clear-sky model as in J. A. Duffie and W. A. Beckman, Solar Engineering of Thermal Processes,
// 4th edition, section 2.8, doi:10.1002/9781118671603.

import Foundation
import Readings

/// A home with bills and a silence, and what is true of it.
package struct BilledHouse: Sendable {
    /// What is drawn or chosen of a home.
    package struct Plan: Sendable {
        /// Equal seeds give equal homes.
        package var seed: UInt64
        /// Much cloud, or little.
        package var isCloudy: Bool
        /// What the batteries did in the silence.
        package var batteries: Batteries
        /// The share of the production that was lost in the silence, 0 to 1.
        package var lostShare = 0.0
        /// Days of the silence.
        package var gapDays = 42
        /// Days of the simulation.
        package var days = 365
        /// The first day of the silence, counted from the start; nil for drawing it.
        package var gapStart: Int?

        /// Plans a home.
        package init(seed: UInt64, isCloudy: Bool, batteries: Batteries) {
            self.seed = seed
            self.isCloudy = isCloudy
            self.batteries = batteries
        }
    }

    /// What batteries did in a silence.
    package enum Batteries: String, CaseIterable, Sendable {
        case none
        /// They kept working.
        case working
        /// They ran flat after some days; some do not come back.
        case flat
        /// Half of them stopped for good when the silence began.
        case half
    }

    /// One interval.
    package struct Row: Sendable {
        /// The start in seconds UTC.
        package let startUTCSeconds: Int64
        /// True energies in the order of `Channel`, import and export as a meter with two registers counts them, Wh.
        package let truthWh: [Double]
        /// What the monitor measured, import and export netted, Wh.
        package let monitorWh: [Int32]
        /// What the utility's meter counted, Wh.
        package let meterWh: (imported: Double, exported: Double)
    }

    /// The plan.
    package let plan: Plan
    /// The zone: a constant offset, as Enlighten reports may have.
    package let zone: TimeZoneRules
    /// Where it stands.
    package let place: Place
    /// How the array stands.
    package let array: ArrayOrientation
    /// What its owner says of it.
    package let statedArray: ArrayOrientation
    /// The array's rating, kW.
    package let ratingKW: Double
    /// Usable capacity of the batteries, kWh.
    package let batteryKWh: Double
    /// All intervals, those of the silence included.
    package private(set) var rows: [Row] = []
    /// Outdoor temperatures.
    package private(set) var temperatures: [DailyTemperature] = []
    /// The silence.
    package let gap: Interval
    /// The bills.
    package private(set) var bills: [Bill] = []

    /// The step, seconds.
    package static let step: Int64 = 900
    private static let parts = 3
    private static let unitKWh = 3.36

    /// Simulates a home; nil is impossible.
    package init?(_ plan: Plan) {
        self.plan = plan
        var random = SplitMix(state: plan.seed &* 7919 &+ (plan.isCloudy ? 13 : 0))
        for _ in 0..<8 { _ = random.unit() }
        let hours: Int64 = plan.isCloudy ? -5 : -8
        zone = TimeZoneRules(identifier: "Etc/GMT+\(-hours)", constantOffsetSeconds: hours * 3600)
        guard
            let place = Place(
                latitude: (plan.isCloudy ? 42.4 : 37.4) + 2 * random.unit() - 1,
                longitude: Double(hours) * 15 - 2 + 4 * random.unit()
            ),
            let start = CivilDate("2022-01-01"),
            let array = ArrayOrientation(
                tiltDegrees: 12 + 24 * random.unit(),
                azimuthDegrees: 120 + 120 * random.unit()
            ),
            let stated = ArrayOrientation(
                tiltDegrees: max(0, array.tiltDegrees + 4 * (2 * random.unit() - 1)),
                azimuthDegrees: (array.azimuthDegrees / 30).rounded() * 30
            )
        else { return nil }
        self.place = place
        self.array = array
        statedArray = stated
        ratingKW = 5 + 5 * random.unit()
        batteryKWh = plan.batteries == .none ? 0 : 6 * BilledHouse.unitKWh
        let first =
            plan.gapStart ?? (55 + Int(random.unit() * Double(max(1, plan.days - plan.gapDays - 110))))
        gap = Interval(
            startUTCSeconds: zone.startOfDay(start.advanced(by: Int64(first))),
            endUTCSeconds: zone.startOfDay(start.advanced(by: Int64(first + plan.gapDays)))
        )
        run(start, &random)
        makeBills(start, &random)
    }

    // MARK: Simulation

    private struct Meters {
        var production: Double
        var consumption: Double
        var offsetKWh: Double
        var battery: Double
        var batteryOffsetKWh: Double
        var utility: Double
    }

    private mutating func run(_ start: CivilDate, _ random: inout SplitMix) {
        let meters = Meters(
            production: 1 + 0.0025 * random.normal(),
            consumption: 1 + 0.0125 * random.normal(),
            offsetKWh: 0.25 * random.normal(),
            battery: 1 + 0.01 * random.normal(),
            batteryOffsetKWh: 0.12 * random.normal(),
            utility: 1 + 0.001 * random.normal()
        )
        var weather = Weather(isCloudy: plan.isCloudy)
        var habits = Habits(&random)
        var pack = Pack(owned: plan.batteries == .none ? 0 : 6)
        let flatAfter = gap.startUTCSeconds + Int64((2 + 8 * random.unit()) * 86_400)
        let returning = random.unit() < 0.75 ? 4 : 6
        let horizon = 2 + 8 * random.unit()
        for offset in 0..<Int64(plan.days) {
            let day = start.advanced(by: offset)
            weather.next(day, &random)
            habits.next(day, &random)
            temperatures.append(
                DailyTemperature(day: day, meanCelsius: (weather.temperature * 10).rounded() / 10)
            )
            let noise = 1 + 0.008 * random.normal()
            let midnight = zone.startOfDay(day)
            for slot in 0..<96 {
                let at = midnight + Int64(slot) * BilledHouse.step
                let isSilent = gap.contains(at)
                if isSilent {
                    switch plan.batteries {
                    case .flat: pack.units = at >= flatAfter ? 0 : 6
                    case .half: pack.units = 3
                    case .none, .working: break
                    }
                } else if at >= gap.endUTCSeconds {
                    switch plan.batteries {
                    case .flat: pack.units = returning
                    case .half: pack.units = 3
                    case .none, .working: break
                    }
                }
                var truth = [Double](repeating: 0, count: Channel.count)
                for part in 0..<BilledHouse.parts {
                    let instant = at + Int64(part) * 300 + 150
                    let cloud = weather.passing(&random)
                    var produced =
                        sunKW(instant, horizon: horizon) * cloud * ratingKW / 12
                    if isSilent { produced *= 1 - plan.lostShare }
                    let load = habits.load(slot: slot, weather: weather.temperature, &random) / 12
                    let (charged, discharged) = pack.step(surplus: produced - load, hours: 1.0 / 12)
                    let net = produced + discharged - load - charged
                    // A load that is switched within five minutes flows both ways.
                    let isGiving = produced > 0 || discharged > 0
                    let both = isGiving ? 0.004 * load + 0.002 * produced : 0
                    truth[Channel.produced.rawValue] += produced * 1000
                    truth[Channel.consumed.rawValue] += load * 1000
                    truth[Channel.imported.rawValue] += (max(0, -net) + both) * 1000
                    truth[Channel.exported.rawValue] += (max(0, net) + both) * 1000
                    truth[Channel.charged.rawValue] += charged * 1000
                    truth[Channel.discharged.rawValue] += discharged * 1000
                }
                rows.append(
                    row(at: at, truth: truth, meters: meters, noise: noise, hasBatteries: pack.units > 0)
                )
            }
        }
    }

    private func row(at: Int64, truth: [Double], meters: Meters, noise: Double, hasBatteries: Bool)
        -> Row
    {
        let produced = Int32((truth[0] * meters.production).rounded())
        let consumed = Int32(
            max(0, truth[1] * meters.consumption * noise + meters.offsetKWh * 1000 / 96).rounded()
        )
        let offset = hasBatteries ? meters.batteryOffsetKWh * 1000 / 96 : 0
        let charged = Int32(max(0, truth[4] * meters.battery + max(0, offset)).rounded())
        let discharged = Int32(max(0, truth[5] * meters.battery + max(0, -offset)).rounded())
        let net = produced + discharged - consumed - charged
        return Row(
            startUTCSeconds: at,
            truthWh: truth,
            monitorWh: [produced, consumed, max(0, -net), max(0, net), charged, discharged],
            meterWh: (truth[2] * meters.utility, truth[3] * meters.utility)
        )
    }

    /// The power of the array under a clear sky, kW per kW.
    private func sunKW(_ at: Int64, horizon: Double) -> Double {
        let sun = SolarPosition.sun(atUTCSeconds: Double(at))
        let minutes = Double(at.flooredRemainder(by: 86_400)) / 60 + sun.equationOfTimeMinutes
        let hourAngle = ((minutes + 4 * place.longitude) / 4 - 180) * .pi / 180
        let latitude = place.latitude * .pi / 180
        let height =
            sin(latitude) * sin(sun.declination) + cos(latitude) * cos(sun.declination) * cos(hourAngle)
        guard height > 0.01 else { return 0 }
        // The sun as a vector: east, north, up.
        let east = -cos(sun.declination) * sin(hourAngle)
        let north =
            sin(sun.declination) * cos(latitude) - cos(sun.declination) * sin(latitude) * cos(hourAngle)
        let tilt = array.tiltDegrees * .pi / 180
        let azimuth = array.azimuthDegrees * .pi / 180
        let incidence =
            sin(tilt) * sin(azimuth) * east + sin(tilt) * cos(azimuth) * north + cos(tilt) * height
        let season = cos(2 * .pi * Double(at.flooredRemainder(by: 31_557_600)) / 31_557_600)
        let direct = (1160 + 75 * season) * exp(-(0.174 - 0.035 * season) / height)
        let diffuse = (0.095 - 0.04 * season) * direct * (1 + cos(tilt)) / 2
        let isShaded = height < sin(horizon * .pi / 180)
        return min(0.82, 0.9 * ((isShaded ? 0 : direct * max(0, incidence)) + diffuse) / 1000)
    }

    // MARK: Bills

    private mutating func makeBills(_ start: CivilDate, _ random: inout SplitMix) {
        var first = start.advanced(by: Int64(2 + 6 * random.unit()))
        let last = start.advanced(by: Int64(plan.days))
        var day = 0
        while true {
            var next = first.advanced(by: Int64(28 + 6 * random.unit()))
            if last.daysSince1970 - next.daysSince1970 < 20 { next = last }
            guard next <= last, next > first else { break }
            let lower = Int(first.daysSince1970 - start.daysSince1970) * 96
            let upper = Int(next.daysSince1970 - start.daysSince1970) * 96
            let sums = rows[lower..<upper].reduce((0.0, 0.0)) {
                ($0.0 + $1.meterWh.imported, $0.1 + $1.meterWh.exported)
            }
            let imported = Int64((sums.0 / 1000).rounded()) * 1000
            let exported = Int64((sums.1 / 1000).rounded()) * 1000
            bills.append(
                Bill(
                    start: first,
                    end: next,
                    importWh: imported,
                    exportWh: exported,
                    netExportWh: exported - imported
                )
            )
            first = next
            day += 1
            if next == last { break }
        }
    }

    /// True energies of the silence in the order of `Channel`, kWh.
    package var truthKWh: [Double] {
        rows.filter { gap.contains($0.startUTCSeconds) }.reduce([Double](repeating: 0, count: Channel.count))
        {
            sums,
            row in zip(sums, row.truthWh).map { $0 + $1 / 1000 }
        }
    }
}

// MARK: Weather, habits, batteries

/// Clouds and temperature, from day to day.
private struct Weather {
    let isCloudy: Bool
    var temperature = 8.0
    private var persistence = 0.0
    private var spell = 0.0
    private var clearness = 0.6
    private var flicker = 0.0
    private var anomaly = 0.0
    private var soiling = 0.0

    init(isCloudy: Bool) { self.isCloudy = isCloudy }

    mutating func next(_ day: CivilDate, _ random: inout SplitMix) {
        persistence = 0.55 * persistence + random.normal() * 0.83
        // Months differ: a slow part under the daily one.
        spell = 0.97 * spell + random.normal() * 0.243
        let season = cos(2 * .pi * (Double(day.daysSince1970 % 365) - 15) / 365.25)
        let mean = isCloudy ? 0.45 - 0.55 * season : 1.15 - 0.5 * season
        let logit = mean + 1.15 * persistence + 0.35 * spell
        clearness = 0.12 + 0.88 / (1 + exp(-1.6 * logit))
        anomaly = 0.75 * anomaly + 2.2 * random.normal() * 0.66 + (season < 0 ? 0.6 : -0.4) * persistence
        temperature = (isCloudy ? 10.0 : 14.5) - (isCloudy ? 12.0 : 6.5) * season + anomaly
        soiling = clearness < 0.35 && random.unit() < 0.6 ? 0 : min(0.05, soiling + 0.0006)
    }

    mutating func passing(_ random: inout SplitMix) -> Double {
        flicker = 0.85 * flicker + 0.5 * random.normal()
        let depth = min(1, 4 * clearness * (1 - clearness))
        return max(0.06, min(1.02, clearness * (1 + 0.35 * depth * flicker))) * (1 - soiling)
    }
}

/// What a home uses.
private struct Habits {
    private let baseKW: Double
    private let eveningKW: Double
    private let heatingKW: Double
    private let coolingKW: Double
    private let weekend: Double
    private let car: Double
    private var level = 1.0
    private var drift = 0.0
    private var isAway = 0
    private var carSlots = 0..<0
    private var isWeekend = false

    init(_ random: inout SplitMix) {
        baseKW = 0.28 + 0.3 * random.unit()
        eveningKW = 0.5 + 0.9 * random.unit()
        heatingKW = random.unit() < 0.5 ? 0.02 + 0.05 * random.unit() : 0.004
        coolingKW = random.unit() < 0.6 ? 0.03 + 0.05 * random.unit() : 0
        weekend = 1 + 0.25 * random.unit()
        car = random.unit() < 0.35 ? 0.35 : 0
    }

    mutating func next(_ day: CivilDate, _ random: inout SplitMix) {
        drift = 0.985 * drift + 0.012 * random.normal()
        if isAway > 0 {
            isAway -= 1
        } else if random.unit() < 0.006 {
            isAway = 3 + Int(9 * random.unit())
        }
        isWeekend = day.weekday == 0 || day.weekday == 6
        level = (1 + drift + 0.07 * random.normal()) * (isAway > 0 ? 0.45 : 1)
        let isCharging = isAway == 0 && random.unit() < car
        let first = 72 + Int(12 * random.unit())
        carSlots = isCharging ? first..<min(96, first + 4 + Int(6 * random.unit())) : 0..<0
    }

    func load(slot: Int, weather temperature: Double, _ random: inout SplitMix) -> Double {
        let hour = Double(slot) / 4
        let morning = exp(-squared((hour - 7.5) / 1.3)) * 0.6
        let evening = exp(-squared((hour - 19.5) / 2.2))
        let noon = isWeekend ? 0.35 * exp(-squared((hour - 13) / 2.5)) : 0
        var load = baseKW + eveningKW * (morning + evening + noon) * (isWeekend ? weekend : 1)
        load *= level * (0.75 + 0.5 * random.unit())
        load += heatingKW * max(0, 14.5 - temperature) * (hour < 6 ? 0.6 : 1.1)
        load += coolingKW * max(0, temperature - 20) * (hour > 12 && hour < 22 ? 1.8 : 0.4)
        if carSlots.contains(slot) { load += 3.2 }
        return max(0.03, load)
    }

    private func squared(_ value: Double) -> Double { value * value }
}

/// Batteries that follow the surplus.
private struct Pack {
    var units: Int
    private let owned: Double
    private var stored = 5.0

    init(owned: Int) {
        units = owned
        self.owned = Double(owned)
    }

    /// Moves energy for a while, kWh.
    mutating func step(surplus: Double, hours: Double) -> (charged: Double, discharged: Double) {
        // What a unit draws by itself, flat or not.
        let standby = (units == 0 && stored == 0 ? 0.0025 : 0.006) * owned * hours
        guard units > 0 else {
            stored = 0
            return (standby, 0)
        }
        let capacity = Double(units) * 3.36
        let power = Double(units) * 1.28 * hours
        stored = min(stored, capacity)
        if surplus > 0 {
            let taken = min(surplus, power, (capacity - stored) / 0.94)
            stored += taken * 0.94
            return (max(0, taken) + standby, 0)
        }
        let given = min(-surplus, power, stored * 0.94)
        stored -= given / 0.94
        return (standby, max(0, given))
    }
}

extension SplitMix {
    /// A number of the standard normal distribution.
    mutating func normal() -> Double {
        let radius = (-2 * log(max(1e-12, unit()))).squareRoot()
        return radius * cos(2 * .pi * unit())
    }
}
