// What people in a house that is played live use, minute by minute: a fridge, kettles, an oven, washing, light in the evening.

import Readings

/// The load.
struct LiveHousehold: Sendable {
    private let baseW: Double
    private let appliances: Double
    private var random: SplitMix
    private var minute = Int64.min
    private var runs: [(watts: Double, until: Int64, swings: Bool)] = []
    private var isCooling = false
    private var watts = 0.0

    init(seed: UInt64, shape: LiveHouseShape) {
        (baseW, appliances) = (shape.baseW, shape.appliances)
        random = SplitMix(state: seed &* 257 &+ 71)
    }

    /// Returns the load, W. Times come in ascending order.
    ///
    /// - Parameters:
    ///   - utcSeconds: the time.
    ///   - offset: of local time, seconds.
    mutating func watts(at utcSeconds: Int64, offset: Int64) -> Double {
        let now = utcSeconds.flooredDivision(by: 60)
        if now != minute {
            minute = now
            enterMinute(
                at: utcSeconds,
                hour: Double((utcSeconds + offset).flooredRemainder(by: 86_400)) / 3600
            )
        }
        return watts + 6 * random.unit()
    }

    private mutating func enterMinute(at utcSeconds: Int64, hour: Double) {
        if random.unit() < 0.06 { isCooling.toggle() }
        let isMeal = (hour > 6.5 && hour < 8.5) || (hour > 12 && hour < 13.5) || (hour > 17 && hour < 20)
        let isAwake = hour > 6.5 && hour < 23
        func begin(_ watts: Double, minutes: Double, swings: Bool = false) {
            runs.append((watts, utcSeconds + Int64(minutes * 60), swings))
        }
        let draws = (random.unit(), random.unit(), random.unit())
        if draws.0 < (isMeal ? 0.03 : isAwake ? 0.006 : 0.0004) * appliances {
            begin(1_900 + 900 * draws.1, minutes: 2 + 3 * draws.2)
        }
        if isMeal, draws.1 < 0.008 * appliances { begin(2_100, minutes: 25 + 30 * draws.0, swings: true) }
        if isAwake, draws.2 < 0.0012 * appliances {
            begin(1_950, minutes: 16 + 6 * draws.0)
            begin(190, minutes: 70 + 40 * draws.1)
        }
        if hour > 17, hour < 22.5, draws.1 > 0.97 { begin(90 + 160 * draws.0, minutes: 60 + 60 * draws.2) }
        runs.removeAll { $0.until <= utcSeconds }
        watts = baseW + (isCooling ? 85 : 0)
        for run in runs { watts += run.swings && random.unit() < 0.45 ? 0.05 * run.watts : run.watts }
    }
}
