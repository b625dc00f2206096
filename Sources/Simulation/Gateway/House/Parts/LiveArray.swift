// The inverters of a house that is played live: what each gives, and what each tells, at times of its own.

import Readings

/// An inverter.
struct LiveInverter: Sendable {
    let serial: String
    let phase: Int
    /// What it makes of the light, as a share of what its neighbours make.
    let factor: Double
    /// What it made in its life, mJ.
    var millijoules: Int64
    /// What it gives now, mW.
    var milliwatts: Int64 = 0
    /// Its last report: when, over how long, what was made, its lifetime then; mJ and seconds.
    var reportedAt: Int64 = 0
    var reportedSeconds: Int64 = 0
    var reportedMillijoules: Int64 = 0
    var reportedLifetime: Int64
    var reportedWatts: Int64 = 0
    var greatestWatts: Int64
    /// When its running interval began, and when it ends, seconds UTC.
    var since: Int64 = 0
    var nextReport: Int64 = 0
    var isAwake = false
}

/// All inverters.
struct LiveArray: Sendable {
    private(set) var inverters: [LiveInverter]
    private let maximumW: Double
    private let cadence: Int64
    private var random: SplitMix
    private var nextReport = Int64.min
    /// Counts reports: bodies that tell nothing but these change with it.
    private(set) var reportCount = 0

    /// An inverter sleeps below the second and wakes above the first share of its rating.
    private static let wakes = 0.004
    private static let sleeps = 0.002
    private let sumOfFactors: Double
    private var isDay = false

    init(_ shape: LiveHouseShape, seed: UInt64) {
        var random = SplitMix(state: seed &* 101 &+ 17)
        let earlier = shape.earlierWh.map { $0[0] * 3_600_000 / Int64(max(1, shape.inverters.count)) }
        let age = 300_000 + 500_000 * random.unit()
        inverters = shape.inverters.enumerated().map { index, serial in
            let factor = 0.94 + 0.1 * random.unit()
            let made = earlier ?? Int64(age * factor * 1000) * 3_600 + Int64(random.unit() * 3_600_000)
            return LiveInverter(
                serial: serial,
                phase: index % shape.phaseCount,
                factor: factor,
                millijoules: made,
                reportedLifetime: made,
                greatestWatts: Int64(shape.inverterW) - Int64(3 * random.unit())
            )
        }
        maximumW = shape.inverterW
        cadence = shape.cadenceSeconds
        sumOfFactors = inverters.reduce(0) { $0 + $1.factor }
        self.random = random
    }

    /// What all of them made in their lives, mJ.
    var millijoules: Int64 { inverters.reduce(0) { $0 + $1.millijoules } }

    /// Returns what they would give, W.
    func potential(share: Double, _ active: LiveActive) -> Double {
        guard share > 0, !active.isStopped else { return 0 }
        var factors = sumOfFactors
        for index in inverters.indices where active.isLost(index) { factors -= inverters[index].factor }
        return factors * share * maximumW
    }

    /// Lets them work for a step.
    ///
    /// - Parameters:
    ///   - share: of their rating, after what nobody can take is held back.
    ///   - phases: gets what each phase gives, mW.
    mutating func work(share: Double, seconds: Int64, _ active: LiveActive, phases: inout [Int64]) {
        let watts = active.isStopped ? 0 : share * maximumW * 1000
        guard watts > 0 else {
            if inverters.first?.milliwatts != 0 || inverters.last?.milliwatts != 0 {
                for index in inverters.indices { inverters[index].milliwatts = 0 }
            }
            return
        }
        for index in inverters.indices {
            let milliwatts = active.isLost(index) ? 0 : Int64(watts * inverters[index].factor)
            inverters[index].milliwatts = milliwatts
            inverters[index].millijoules += milliwatts * seconds
            phases[inverters[index].phase] += milliwatts
        }
    }

    // MARK: What they tell

    /// Lets those whose time has come tell what they made; at night none does.
    mutating func report(at utcSeconds: Int64, light: Double, _ active: LiveActive) {
        let wakes = light > LiveArray.wakes
        let sleeps = light < LiveArray.sleeps
        guard utcSeconds >= nextReport || wakes != isDay && (wakes || sleeps) else { return }
        var earliest = Int64.max
        for index in inverters.indices {
            if inverters[index].isAwake {
                if sleeps || utcSeconds >= inverters[index].nextReport {
                    tell(index, at: utcSeconds, active)
                    inverters[index].isAwake = !sleeps
                }
            } else if wakes, !active.isLost(index) {
                inverters[index].isAwake = true
                inverters[index].since = utcSeconds
                inverters[index].nextReport = utcSeconds + 60 + Int64(random.unit() * Double(cadence))
            }
            if inverters[index].isAwake { earliest = min(earliest, inverters[index].nextReport) }
        }
        isDay = wakes || (isDay && !sleeps)
        nextReport = earliest
    }

    /// One tells: at the second of its own inside the step that ends now, or at dusk with what it has.
    private mutating func tell(_ index: Int, at utcSeconds: Int64, _ active: LiveActive) {
        let early = utcSeconds - inverters[index].nextReport
        let time = (0..<LiveHouse.stepSeconds).contains(early) ? inverters[index].nextReport : utcSeconds
        // 903 to 933 s, or a little above 300.
        inverters[index].nextReport = time + cadence + 3 + Int64(random.unit() * Double(cadence) / 30)
        guard !active.isLost(index) else {
            inverters[index].since = time
            return
        }
        var inverter = inverters[index]
        let seconds = max(1, time - inverter.since)
        let lifetime = inverter.millijoules - inverter.milliwatts * (utcSeconds - time)
        inverter.reportedMillijoules = lifetime - inverter.reportedLifetime
        inverter.reportedLifetime = lifetime
        (inverter.reportedAt, inverter.reportedSeconds) = (time + active.clockAhead, seconds)
        inverter.reportedWatts = inverter.reportedMillijoules / seconds / 1000
        inverter.since = time
        inverters[index] = inverter
        reportCount += 1
    }

    /// Gives each a last report before the play begins.
    ///
    /// - Parameters:
    ///   - utcSeconds: the play's begin.
    ///   - lastLight: when the sun last shone on them.
    ///   - light: how much it shines at the begin.
    mutating func begin(at utcSeconds: Int64, lastLight: Int64, light: Double) {
        let isDay = lastLight >= utcSeconds
        for index in inverters.indices {
            let ago = Int64(random.unit() * Double(cadence))
            let watts = isDay ? Int64(light * maximumW * inverters[index].factor) : 0
            inverters[index].reportedAt = isDay ? utcSeconds - ago : lastLight - ago / 10
            inverters[index].reportedSeconds = isDay ? cadence + 3 : 13
            inverters[index].reportedWatts = watts
            inverters[index].reportedMillijoules = watts * 1000 * inverters[index].reportedSeconds
            inverters[index].since = inverters[index].reportedAt
            inverters[index].nextReport = utcSeconds - ago + cadence + 3
            inverters[index].isAwake = isDay
            // What was made since then belongs to the next report.
            inverters[index].millijoules += isDay ? watts * 1000 * ago : 0
        }
        self.isDay = isDay
        nextReport = utcSeconds
    }

    /// Dates the last report of one that was lost before the play began.
    mutating func silence(_ index: Int, since utcSeconds: Int64) {
        if inverters.indices.contains(index) {
            inverters[index].reportedAt = utcSeconds
            inverters[index].isAwake = false
        }
    }
}
