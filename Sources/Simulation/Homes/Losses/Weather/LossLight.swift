// What the panels of a home could give, five minutes by five: sun, sky, tilt, warm cells, dirt, snow and shade. What goes
// wrong, what inverters clip and what the house does with it comes later, in LossHouse.

import Foundation
import Readings

/// What panels could give.
struct LossLight {
    /// A day's facts.
    struct Day {
        /// What the array gives of a day without cloud, with clean panels, Wh.
        var clearWh = 0.0
        /// What the sky of the day lets it give, Wh.
        var skyWh = 0.0
        /// The sun's greatest height, degrees.
        var noonHeight = 0.0
        /// Noon by the sun, seconds UTC.
        var noon: Int64 = 0
        /// Snow lies on panels.
        var isSnowy = false

        /// The sky let through three quarters of a clear day.
        var isSunny: Bool { clearWh > 0 && skyWh >= 0.75 * clearWh }
    }

    /// Direct current of each plane over its rating, by slot.
    private(set) var planes: [[Float]]
    /// The sun's height by slot, degrees.
    private(set) var heights: [Float]
    /// Outside, °C, by slot.
    private(set) var warmth: [Float]
    private(set) var days: [Day]
    private let plan: LossPlan
    private let calendar: LossDays
    private let normals: [(east: Double, north: Double, up: Double)]
    private let share: Double

    init(_ plan: LossPlan, _ calendar: LossDays) {
        self.plan = plan
        self.calendar = calendar
        planes = plan.planes.map { _ in Array(repeating: 0, count: calendar.slotCount) }
        heights = Array(repeating: 0, count: calendar.slotCount)
        warmth = heights
        days = Array(repeating: Day(), count: calendar.count)
        share = plan.inverterShare
        normals = plan.planes.map { plane in
            let (azimuth, tilt) = (plane.azimuth * .pi / 180, plane.tilt * .pi / 180)
            return (sin(tilt) * sin(azimuth), sin(tilt) * cos(azimuth), cos(tilt))
        }
        var sky = LossSky(plan)
        var ground = LossGround(plan)
        for day in days.indices {
            let dayOfYear = calendar.dayOfYear(day)
            let way = cos(2 * .pi * (dayOfYear - 200) / 365.25)
            let season = plan.place.latitude < 0 ? -way : way
            sky.enterDay(day, month: calendar.date(day).month, season: season)
            ground.enterDay(sky)
            shine(day, dayOfYear: dayOfYear, season: season, sky: &sky, ground: &ground)
        }
    }

    private mutating func shine(
        _ day: Int,
        dayOfYear: Double,
        season: Double,
        sky: inout LossSky,
        ground: inout LossGround
    ) {
        let usual = LossClimate.value(plan.place.climate.turbidity, at: season)
        let watts = LossLight.watts(plan, day)
        let (latitude, longitude) = (plan.place.latitude, plan.place.longitude)
        days[day].isSnowy = ground.isSnowy
        for slot in calendar.slots(day) {
            let second = calendar.start + Int64(slot) * LossDays.step + LossDays.step / 2
            let sun = LossSun(atUTCSeconds: second, latitude: latitude, longitude: longitude)
            let height = sun.height
            heights[slot] = Float(height)
            if height > days[day].noonHeight { (days[day].noonHeight, days[day].noon) = (height, second) }
            let solar = Double(second) / 3600 + longitude / 15
            let hour = solar - 24 * (solar / 24).rounded(.down)
            sky.step(hour: hour)
            let outside = sky.meanC + sky.swingC / 2 * sin((hour - 9) / 24 * 2 * .pi)
            warmth[slot] = Float(outside)
            guard sun.up > 0 else { continue }
            let clear = LossClearSky(
                sun,
                turbidity: usual,
                altitude: plan.place.altitude,
                dayOfYear: dayOfYear
            )
            let now = LossClearSky(
                sun,
                turbidity: sky.turbidity,
                altitude: plan.place.altitude,
                dayOfYear: dayOfYear
            )
            let flat = now.beam * sun.up + now.diffuse
            ground.step(hour: hour, outside: outside, light: sky.beam, season: season)
            for plane in planes.indices {
                let leaf = shadow(on: plane, sun, season: season)
                let best = direct(clear, sun, plane: plane, beam: leaf, diffuse: 1, glow: 0, outside: outside)
                let open = direct(
                    now,
                    sun,
                    plane: plane,
                    beam: leaf * sky.beam,
                    diffuse: sky.diffuse,
                    glow: sky.glow * flat,
                    outside: outside
                )
                days[day].clearWh += LossLight.alternating(best, share: share) * watts[plane] / 12
                days[day].skyWh += LossLight.alternating(open, share: share) * watts[plane] / 12
                planes[plane][slot] = Float(open * ground.cleanness * (1 - 0.97 * ground.cover[plane]))
            }
        }
    }

    /// Rated watts of each plane on a day.
    static func watts(_ plan: LossPlan, _ day: Int, without lost: Set<Int> = []) -> [Double] {
        var watts = plan.planes.map { _ in 0.0 }
        for (index, inverter) in plan.inverters.enumerated()
        where inverter.firstDay <= day && !lost.contains(index) {
            watts[inverter.plane] += plan.panelW * plan.factor(of: index, on: day)
        }
        return watts
    }

    /// What an inverter makes of direct current, both over the panel's rating.
    static func alternating(_ direct: Double, share: Double) -> Double {
        max(0, min(share, direct * 0.968 - 0.0035))
    }

    /// The share of the beam that passes trees and roofs, which have soft edges and leaves in summer.
    private func shadow(on plane: Int, _ sun: LossSun, season: Double) -> Double {
        plan.shades.reduce(1) { left, shade in
            guard shade.plane == plane, shade.azimuths.contains(sun.azimuth) else { return left }
            let depth = min(1, max(0, (shade.height - sun.height) / 4 + 0.5))
            return left * (1 - depth * (1 - shade.rest) * (0.8 + 0.2 * season))
        }
    }

    /// Direct current of a plane over its rating (Hay and Davies 1980 for the sky's light; cells by their nominal
    /// operating temperature; 0.36 % less a degree).
    private func direct(
        _ light: LossClearSky,
        _ sun: LossSun,
        plane: Int,
        beam: Double,
        diffuse: Double,
        glow: Double,
        outside: Double
    ) -> Double {
        let normal = normals[plane]
        let incidence = max(0, sun.east * normal.east + sun.north * normal.north + sun.up * normal.up)
        let (straight, scattered) = (light.beam * beam, light.diffuse * diffuse)
        let around = light.outer > 0 ? straight / light.outer : 0
        let seen = (1 + normal.up) / 2
        let ratio = incidence / max(0.087, sun.up)
        let loss = incidence > 0.05 ? max(0, 1 - 0.045 * (1 / incidence - 1)) : 0
        let level = straight * max(0, sun.up) + scattered + glow
        let onPlane =
            straight * incidence * loss + scattered * (around * ratio * loss + (1 - around) * seen) + glow
            * seen
            + level * 0.2 * (1 - seen)
        let cell = outside + onPlane * 0.029
        return onPlane / 1000 * 0.955 * (1 - 0.0036 * (cell - 25))
    }
}

extension LossPlan {
    /// What an inverter makes over what its like make, on a day.
    func factor(of index: Int, on day: Int) -> Double {
        let own = inverters[index].factor
        guard let replacement, replacement.inverter == index, day >= replacement.day else { return own }
        return own * (1 + replacement.gain)
    }
}

/// Dirt and snow on the panels.
struct LossGround {
    /// What dirt leaves of the light.
    private(set) var cleanness = 1.0
    /// The share of each plane that lies under snow.
    private(set) var cover: [Double]
    /// Snow lies on a plane.
    private(set) var isSnowy = false
    private let plan: LossPlan
    private var random: SplitMix
    private var isMelting = false
    private var slideHour = 12.0

    init(_ plan: LossPlan) {
        self.plan = plan
        cover = plan.planes.map { _ in 0 }
        random = SplitMix(state: plan.seed &* 613 &+ 29)
    }

    /// Begins a day with its weather.
    mutating func enterDay(_ sky: LossSky) {
        let draws = (random.unit(), random.unit(), random.unit(), random.unit())
        cleanness = max(0.93, cleanness - plan.dirt * 2 * draws.0)
        if sky.isWet && sky.meanC > 1 { cleanness = min(1, cleanness + 0.02 + 0.03 * draws.1) }
        if sky.isWet && sky.meanC < 0.5 && draws.2 < 0.6 {
            for plane in cover.indices { cover[plane] = max(cover[plane], draws.3 < 0.7 ? 1 : 0.4) }
        }
        isMelting = sky.meanC > 2 || (sky.kind != .overcast && sky.meanC > -6 && draws.3 < 0.6)
        slideHour = 9 + 6 * draws.1
        isSnowy = cover.contains { $0 > 0 }
    }

    /// Takes five minutes by day: snow slides off, from steep planes first.
    mutating func step(hour: Double, outside: Double, light: Double, season: Double) {
        guard isSnowy, isMelting, hour > slideHour else { return }
        for plane in cover.indices where cover[plane] > 0 {
            let pace = (0.004 + 0.0006 * plan.planes[plane].tilt) * (outside > 2 ? 2 : 1) * (0.3 + light)
            cover[plane] = cover[plane] < 0.08 ? 0 : cover[plane] - pace
        }
    }
}
