// The weather above a home with losses, five minutes by five: days that follow one another, fields of cloud, overcast, fog,
// smoke, rain, snow and warmth. What panels make of it is in LossLight.

import Foundation
import Readings

/// The weather.
struct LossSky {
    /// What a day is like.
    enum Kind { case clear, cirrus, fair, broken, overcast, fog, storm }

    /// The share of the beam that comes through.
    private(set) var beam = 1.0
    /// The share of a clear sky's light that comes through between the clouds.
    private(set) var diffuse = 1.0
    /// The share of all light above that clouds hand on, from everywhere.
    private(set) var glow = 0.0
    /// Linke's turbidity of the day.
    private(set) var turbidity = 3.0
    /// The day's mean, °C.
    private(set) var meanC = 15.0
    /// The swing of the day, °C.
    private(set) var swingC = 8.0
    private(set) var kind = Kind.clear
    /// It rains or snows.
    private(set) var isWet = false

    private let plan: LossPlan
    private var random: SplitMix
    private var level = 1.0
    private var isSmoky = false
    private var turn = 12.0
    private var cover = 0.3
    private var glowLevel = 0.3
    private var memory = 0.7
    private var field = 0.0
    private var slow = 0.0
    private var clearness = 0.0
    private var warmth = 0.0

    init(_ plan: LossPlan) {
        self.plan = plan
        random = SplitMix(state: plan.seed &* 7919 &+ 3)
    }

    /// Begins a day.
    ///
    /// - Parameter season: -1 in the middle of winter to 1 in the middle of summer.
    mutating func enterDay(_ day: Int, month: Int, season: Double) {
        let climate = plan.place.climate
        clearness = 0.7 * clearness + 0.71 * random.normal()
        turbidity = LossClimate.value(climate.turbidity, at: season) * exp(0.11 * clearness)
        warmth = 0.75 * warmth + 2.4 * random.normal()
        meanC = climate.warmth.mean + climate.warmth.swing * season + warmth
        draw(climate, month: month, season: season)
        let isDull = plan.dullDays.contains(day)
        if isDull { kind = random.unit() < 0.85 ? .overcast : .broken }
        isSmoky = plan.smokyDays.contains(day)
        if isSmoky {
            level = 0.4 + 0.5 * random.unit()
            kind = random.unit() < 0.85 ? .clear : .fair
        }
        swingC = climate.warmth.daily * (kind == .overcast ? 0.4 : kind == .broken ? 0.7 : 1)
        turn = kind == .fog ? 9.5 + 4 * random.unit() : 12.5 + 4 * random.unit()
        cover = kind == .fair ? 0.12 + 0.35 * random.unit() : 0.42 + 0.45 * random.unit()
        glowLevel = kind == .overcast ? 0.14 + 0.36 * random.unit() : 0.25 + 0.25 * random.unit()
        memory = exp(-5 / (6 + 70 * pow(random.unit(), 2)))
        isWet = (kind == .overcast || kind == .storm) && random.unit() < (isDull ? 0.3 : 0.5)
    }

    private mutating func draw(_ climate: LossClimate, month: Int, season: Double) {
        let isWetMonth = climate.wetMonths.contains(month)
        let isHeld = random.unit() < (kind == .overcast || kind == .clear ? 0.42 : 0.2)
        let draw = random.unit()
        let second = random.unit()
        guard !isHeld else { return }
        var (clear, fair, broken) = (
            LossClimate.value(climate.clear, at: season), LossClimate.value(climate.fair, at: season),
            LossClimate.value(climate.broken, at: season)
        )
        if isWetMonth { (clear, fair, broken) = (0.05, 0.13, 0.36) }
        let storms = climate.storms * (season + 1) / 2
        switch draw {
        case ..<clear:
            kind = second < climate.fog ? .fog : second < climate.fog + 0.12 ? .cirrus : .clear
        case ..<(clear + fair): kind = second < storms ? .storm : .fair
        case ..<(clear + fair + broken): kind = .broken
        default: kind = .overcast
        }
    }

    /// Takes five minutes at an hour of the solar day.
    mutating func step(hour: Double) {
        field = memory * field + (1 - memory * memory).squareRoot() * random.normal()
        slow = 0.93 * slow + 0.37 * random.normal()
        (beam, diffuse, glow) = (1, 1, 0)
        switch kind {
        case .clear: break
        case .cirrus: veil()
        case .fair: scatter(cover * max(0.05, 1 - pow((hour - 14) / 6, 2)))
        case .broken: scatter(min(0.97, max(0.1, cover + 0.12 * slow)))
        case .overcast: close()
        case .fog: if hour < turn { close() }
        case .storm: if hour > turn { hour > turn + 1 ? close() : scatter(0.8) }
        }
        // Thin things in the air, and the meter's own unrest.
        beam *= 1 + plan.unrest * random.normal()
        if isSmoky {
            let now = min(0.95, max(0.3, level + 0.01 * (hour - 12)))
            beam *= pow(now, 1.5)
            diffuse *= 2 - now
        }
    }

    private mutating func veil() {
        beam = min(1, max(0.45, 0.82 + 0.09 * slow))
        diffuse = 1 + 0.9 * (1 - beam)
    }

    private mutating func scatter(_ share: Double) {
        let edge = log((1 - share) / share) / 1.7
        let closed = 1 / (1 + exp(-5 * (field - edge)))
        beam = 1 - closed * 0.97
        diffuse = (1 - closed) * (1 + 0.35 * share)
        glow = closed * glowLevel * max(0.4, 1 + 0.15 * slow)
    }

    private mutating func close() {
        beam = 0
        diffuse = 0
        glow = glowLevel * exp(0.2 * slow)
        if glow > 0.75 { glow = 0.75 }
    }
}

extension SplitMix {
    /// Returns a number from a range.
    mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// Returns one of some values.
    mutating func one<Value>(_ values: [Value]) -> Value { values[Int(unit() * Double(values.count))] }
}
