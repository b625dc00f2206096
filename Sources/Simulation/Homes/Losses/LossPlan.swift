// What a home with losses is like: place, array, household, battery, wiring, form of its report, and what innocent things
// happen to it. What goes wrong is drawn in LossSchedule, once the weather is known.

import Readings

/// The plan of a home whose reports are complete and whose production may be lost or wrongly measured.
package struct LossPlan: Sendable {
    /// What a report holds.
    package enum Report: String, CaseIterable, Sendable {
        case quarterAll = "15-all"
        case quarterExchange = "15-nocons"
        case hourlyAll = "hour-all"
        case quarterProduction = "15-prod"
        case dailyProduction = "day-prod"

        /// Seconds of a row.
        package var step: Int64 { self == .hourlyAll ? 3_600 : self == .dailyProduction ? 86_400 : 900 }
        /// The report tells consumption, and what a battery took and gave.
        package var hasAll: Bool { self == .quarterAll || self == .hourlyAll }
        /// The report tells production alone.
        package var hasProductionAlone: Bool { self == .quarterProduction || self == .dailyProduction }
    }

    /// Where the second pair of clamps is.
    package enum Wiring: Sendable {
        /// At the grid: consumption is computed.
        case grid
        /// At the load: the exchange is computed.
        case load
    }

    /// A plane of panels.
    struct Plane: Sendable {
        /// Degrees clockwise from north.
        var azimuth: Double
        /// Degrees from the horizontal.
        var tilt: Double
    }

    /// One inverter below one panel.
    struct Inverter: Sendable {
        var plane: Int
        /// What it makes over what its like make.
        var factor: Double
        /// The day on which it begins to work.
        var firstDay = 0
    }

    /// Something that stands in the sun's way.
    struct Shade: Sendable {
        var plane: Int
        /// Degrees clockwise from north.
        var azimuths: ClosedRange<Double>
        /// Degrees above the horizon.
        var height: Double
        /// The share of the beam that comes through.
        var rest: Double
    }

    /// The battery; a capacity of 0 is none.
    struct Battery: Sendable {
        /// Usable, Wh.
        var wh = 0.0
        var powerW = 0.0
        /// The share that it keeps.
        var reserve = 0.0
        /// Hours of the local day in which alone it gives; nil for all.
        var window: ClosedRange<Int>?
        /// W by which it misses the load, either way.
        var missW = 0.0
    }

    /// Who lives there and what they run.
    struct Household: Sendable {
        var baseW = 150.0
        var appliances = 1.0
        /// W a degree below 16 °C and above 24 °C.
        var heatingW = 0.0
        var coolingW = 0.0
        /// The power of the car's charger, W; 0 for none.
        var carW = 0.0
        var isCarChargedByDay = false
    }

    /// Equal seeds give equal homes.
    package let seed: UInt64
    /// The first local day.
    package let start: CivilDate
    /// Local days.
    package var days: Int
    /// Plants losses; false for a home in which all is well.
    package var hasFaults: Bool
    package let report: Report
    package let wiring: Wiring
    let place: LossPlace
    /// Stamps carry an offset.
    let hasOffsets: Bool
    /// One file for each month.
    let isMonthly: Bool
    var planes: [Plane] = []
    var inverters: [Inverter] = []
    var panelW = 400.0
    /// What an inverter can give over what its panel is rated at.
    var inverterShare = 0.9
    var shades: [Shade] = []
    var battery = Battery()
    var household = Household()
    /// The greatest export, W; nil without limit.
    var exportLimitW: Double?
    /// Import and export are counted apart within a row.
    var isGross = false
    /// Days from the start.
    var dullDays = 0..<0
    var smokyDays = 0..<0
    var awayDays: [Range<Int>] = []
    /// Days with an hour without sun on the panels, for no reason that the report tells.
    var dipDays: Set<Int> = []
    /// What an inverter that was replaced makes more, from a day on.
    var replacement: (inverter: Int, day: Int, gain: Double)?
    /// The share of its light that dirt takes a day.
    var dirt = 0.0008
    /// By how much the light of a clear sky changes from one five minutes to the next.
    var unrest = 0.01

    /// The zone's identifier.
    package var timeZone: String { place.zone }
    /// The rated power of the panels that were there at first, W.
    package var installedW: Double { panelW * Double(inverters.count { $0.firstDay == 0 }) }
    /// The usable capacity of the battery, Wh; 0 without one.
    package var batteryWh: Double { battery.wh }

    /// Draws a home.
    ///
    /// - Parameters:
    ///   - seed: equal seeds give equal homes.
    ///   - isClean: nothing goes wrong in it, and more happens that looks like it.
    package init?(seed: UInt64, isClean: Bool) {
        var random = SplitMix(state: (seed &+ (isClean ? 1 << 40 : 0)) &* 0x9E37_79B9 &+ 4_711)
        self.seed = seed
        hasFaults = !isClean
        let spot = random.one(LossPlace.all)
        func moved(_ degrees: Double) -> Double {
            ((degrees + random.between(-0.4, 0.4)) * 100).rounded() / 100
        }
        place = LossPlace(
            name: spot.name,
            zone: spot.zone,
            latitude: moved(spot.latitude),
            longitude: moved(spot.longitude),
            altitude: spot.altitude,
            climate: spot.climate
        )
        let draw = random.unit()
        switch draw {
        case ..<0.42: report = .quarterAll
        case ..<0.68: report = .quarterExchange
        case ..<0.8: report = .hourlyAll
        case ..<0.91: report = .quarterProduction
        default: report = .dailyProduction
        }
        hasOffsets = random.unit() < 0.45
        isMonthly = report == .dailyProduction || random.unit() < 0.35
        wiring = random.unit() < 0.7 ? .grid : .load
        let years = isClean ? random.one([1, 1.5, 2, 3]) : random.one([2.0, 2, 3, 4])
        let firstYear = 2025 - Int(years.rounded(.up)) - random.one([0, 0, 1, 2])
        guard let start = CivilDate(year: firstYear, month: 1 + Int(random.unit() * 12), day: 1)
        else { return nil }
        self.start = start
        days = Int(years * 365.25)
        drawArray(&random)
        if !report.hasProductionAlone { drawHousehold(&random) }
        drawInnocents(&random, isClean: isClean)
    }

    private mutating func drawArray(_ random: inout SplitMix) {
        let noon = place.latitude > 0 ? 180.0 : 0
        let turns = random.one([
            [0.0], [0], [20], [-35], [-90, 90], [-45, 45], [-90, 0], [0, 90], [-90, 0, 90], [0, 180],
        ])
        planes = turns.map { turn in
            let azimuth = (noon + turn + random.between(-12, 12) + 360).truncatingRemainder(dividingBy: 360)
            return Plane(azimuth: azimuth, tilt: random.between(8, 42))
        }
        panelW = random.one([300, 330, 360, 395, 410, 440])
        inverterShare = random.between(0.72, 1.02)
        let count = Int(random.between(6, 28))
        let shares = planes.map { _ in random.between(0.5, 1.5) }
        let whole = shares.reduce(0, +)
        for (plane, share) in shares.enumerated() {
            let many = max(2, Int((Double(count) * share / whole).rounded()))
            for _ in 0..<many {
                inverters.append(Inverter(plane: plane, factor: 1 + 0.012 * random.normal()))
            }
        }
        dirt = random.between(0, 0.0013)
        unrest = random.between(0.004, 0.018)
    }

    private mutating func drawHousehold(_ random: inout SplitMix) {
        household.baseW = random.between(90, 380)
        household.appliances = random.between(0.5, 2)
        if place.climate.warmth.mean < 18, random.unit() < 0.35 {
            household.heatingW = random.between(60, 180)
        }
        if place.climate.warmth.mean > 13, random.unit() < 0.5 {
            household.coolingW = random.between(100, 350)
        }
        if random.unit() < 0.3 { household.carW = random.one([2_300, 3_700, 7_200, 11_000]) }
        household.isCarChargedByDay = random.unit() < 0.3
        guard random.unit() < 0.36 else { return }
        battery.wh = random.one([3_360, 5_000, 10_000, 10_080, 13_500])
        battery.powerW = battery.wh * random.between(0.33, 0.5)
        battery.reserve = random.one([0, 0.1, 0.2, 0.3])
        if random.unit() < 0.25 { battery.window = random.one([16...20, 15...23, 17...21]) }
        if random.unit() < 0.5 { battery.missW = random.between(4, 25) }
    }

    private mutating func drawInnocents(_ random: inout SplitMix, isClean: Bool) {
        let often = isClean ? 1.0 : 0.45
        func stretch(_ low: Double, _ high: Double) -> Range<Int> {
            let first = 20 + Int(random.unit() * Double(max(1, days - 60)))
            return first..<(first + Int(random.between(low, high)))
        }
        if random.unit() < 0.5 * often { dullDays = stretch(16, 24) }
        if random.unit() < 0.5 * often { smokyDays = stretch(5, 18) }
        for _ in 0..<Int(random.unit() * 4) { awayDays.append(stretch(4, 20)) }
        if random.unit() < 0.55 * often { drawShades(&random) }
        if random.unit() < 0.6 * often {
            for _ in 0..<Int(random.between(3, 25)) { dipDays.insert(Int(random.unit() * Double(days))) }
        }
        let draw = random.unit()
        if !report.hasProductionAlone {
            if draw < (isClean ? 0.15 : 0.02) {
                exportLimitW = 0
            } else if draw < (isClean ? 0.35 : 0.1) {
                exportLimitW = (random.between(0.3, 0.7) * installedW / 100).rounded() * 100
            }
            isGross = wiring == .grid && exportLimitW == nil && random.unit() < 0.15
        }
        if isClean, random.unit() < 0.35 { grow(&random) }
        if random.unit() < 0.3 * often {
            let inverter = Int(random.unit() * Double(inverters.count))
            replacement = (inverter, stretch(1, 2).lowerBound, random.between(-0.05, 0.12))
        }
    }

    private mutating func drawShades(_ random: inout SplitMix) {
        for _ in 0..<(random.unit() < 0.5 ? 1 : 2) {
            let isMorning = random.unit() < 0.5
            let middle = (isMorning ? 110.0 : 250) + random.between(-35, 35)
            let width = random.between(12, 35)
            let azimuth = place.latitude > 0 ? middle : (540 - middle).truncatingRemainder(dividingBy: 360)
            shades.append(
                Shade(
                    plane: Int(random.unit() * Double(planes.count)),
                    azimuths: (azimuth - width)...(azimuth + width),
                    height: random.between(9, 28),
                    rest: random.between(0.1, 0.5)
                )
            )
        }
    }

    /// Panels come later.
    private mutating func grow(_ random: inout SplitMix) {
        let count = max(1, Int(Double(inverters.count) * random.between(0.2, 0.6)))
        let day = 60 + Int(random.unit() * Double(max(1, days - 120)))
        let plane = Int(random.unit() * Double(planes.count))
        for _ in 0..<count {
            inverters.append(Inverter(plane: plane, factor: 1 + 0.012 * random.normal(), firstDay: day))
        }
    }
}
