// The weather above a varied house: what of the sun's beam and of the sky's light comes through, five minutes by five.

import Foundation
import Readings

/// The weather.
struct VariedSky {
    /// What a day is like.
    private enum Kind {
        case clear, broken, overcast
        /// Fog until an hour before or after noon, or clouds from then on.
        case foggyMorning, stormyAfternoon
    }

    /// The share of the beam that comes through.
    private(set) var beam = 1.0
    /// The share of a plain sky's light that comes through.
    private(set) var diffuse = 1.0
    /// What dirt leaves of it.
    private(set) var cleanness = 1.0
    private var kind = Kind.clear
    private var lastsDays = 0
    private var turnHour = 12.0
    private var state = 0.0
    private let climate: FaultPlan.Climate
    private var random: SplitMix

    init(_ plan: FaultPlan) {
        climate = plan.climate
        random = SplitMix(state: plan.seed &* 7 &+ 3)
    }

    /// Begins a day.
    mutating func enterDay() {
        cleanness = max(0.88, cleanness - 0.0015 * random.unit())
        if kind == .overcast && random.unit() < 0.5 { cleanness = 1 }
        lastsDays -= 1
        guard lastsDays <= 0 else { return }
        let shares = climate.shares
        let draw = random.unit()
        switch draw {
        case ..<(shares.clear * 0.85): kind = .clear
        case ..<shares.clear: kind = random.unit() < 0.5 ? .foggyMorning : .stormyAfternoon
        case ..<(shares.clear + shares.broken): kind = .broken
        default: kind = .overcast
        }
        turnHour = 10 + 5 * random.unit()
        lastsDays = 1 + Int(random.unit() * (climate == .cloudy && kind == .overcast ? 7 : 3.5))
    }

    /// Takes five minutes at an hour of the solar day.
    mutating func step(hour: Double) {
        state = 0.9 * state + 0.45 * (random.unit() + random.unit() - 1)
        switch kind {
        case .clear: shine()
        case .broken: scatter()
        case .overcast: cover()
        case .foggyMorning: hour < turnHour ? cover() : shine()
        case .stormyAfternoon: hour < turnHour ? shine() : cover()
        }
    }

    private mutating func shine() {
        beam = 0.97 + 0.03 * min(0, state)
        diffuse = 1
    }

    private mutating func scatter() {
        beam = 1 / (1 + exp(-5 * state - 0.5))
        diffuse = 1.2 + 0.8 * beam * (1 - beam) * 4
    }

    private mutating func cover() {
        beam = max(0, 0.04 + 0.05 * state)
        diffuse = max(0.3, 0.9 + 0.4 * state)
    }
}

/// Sines of the sun's height above planes, and of its way to the east, for five-minute slots.
struct VariedSun {
    let height: [Float]
    let east: [Float]
    /// One element a plane.
    let onPlanes: [[Float]]

    init(_ plan: FaultPlan, _ grid: SlotGrid) {
        height = SolarPosition(place: plan.place).elevationSines(grid)
        east = VariedSun.sines(plan.place, toward: 90, by: 90, grid)
        onPlanes = plan.planes.map { VariedSun.sines(plan.place, toward: $0.azimuth, by: $0.tilt, grid) }
    }

    /// A tilted plane sees the sun as level ground does at the place to which its normal points.
    private static func sines(_ place: Place, toward azimuth: Double, by tilt: Double, _ grid: SlotGrid)
        -> [Float]
    {
        let (latitude, turn, way) = (radians(place.latitude), radians(azimuth), radians(tilt))
        let sine = sin(latitude) * cos(way) + cos(latitude) * sin(way) * cos(turn)
        let other = asin(min(1, max(-1, sine)))
        let across = atan2(sin(turn) * sin(way) * cos(latitude), cos(way) - sin(latitude) * sine)
        var longitude = place.longitude + across * 180 / .pi
        if longitude > 180 { longitude -= 360 }
        if longitude < -180 { longitude += 360 }
        let seen = Place(latitude: other * 180 / .pi, longitude: longitude) ?? place
        return SolarPosition(place: seen).elevationSines(grid)
    }

    private static func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
}
