// The batteries of a house that is played live, each with its own charge: who takes and gives how much, what is kept, what
// drains by itself, and what each says of itself every five minutes.

import Readings

/// A battery.
struct LiveBattery: Sendable {
    let serial: String
    /// What it holds, Wh.
    var storedWh: Double
    /// What it gives now, mW; below 0 it is charged.
    var milliwatts: Int64 = 0
    /// What it last told of itself, with the time, seconds UTC of the gateway's clock.
    var reportedPercent = 0
    var reportedAt: Int64 = 0
    var reportedLight = 14
    var reportedTemperature = 20
    /// When it tells next, seconds UTC.
    var nextReport: Int64
    var isToppedUp = false
}

/// All batteries.
struct LivePack: Sendable {
    private(set) var batteries: [LiveBattery]
    private let capacityWh: Double
    private let maximumW: Double
    /// What is kept for outages, percent.
    let reservePercent: Double
    private var random: SplitMix
    private var shares: [Double]
    /// When the next of the batteries tells, seconds UTC.
    private var nextReport = Int64.min

    /// The share of energy that comes in or goes out whole.
    private static let efficiency = 0.95
    /// What a battery uses by itself, W.
    private static let standbyW = 4.0
    /// Off the grid nothing is given below this, percent, but where the pack is drained.
    static let veryLowPercent = 10.0
    private static let flatPercent = 0.6
    /// What a battery that stands at 99 % takes of its capacity in an hour.
    private static let stuckShare = 0.2
    static let stuckPercent = 99

    init(_ shape: LiveHouseShape, seed: UInt64, at utcSeconds: Int64) {
        var random = SplitMix(state: seed &* 31 &+ 9)
        capacityWh = shape.batteryWh
        maximumW = shape.batteryW
        reservePercent = shape.reservePercent
        let percent = shape.storedPercent ?? shape.reservePercent + 15 + 40 * random.unit()
        batteries = shape.batteries.map { serial in
            LiveBattery(
                serial: serial,
                storedWh: shape.batteryWh * min(100, percent + 2 * random.unit() - 1) / 100,
                nextReport: utcSeconds
            )
        }
        shares = batteries.map { _ in 0 }
        self.random = random
    }

    /// What one battery holds, percent.
    func percent(_ index: Int) -> Double { 100 * batteries[index].storedWh / capacityWh }

    /// What one battery shows, percent.
    func shownPercent(_ index: Int, _ active: LiveActive) -> Int {
        active.isStuck(index) ? LivePack.stuckPercent : Int(percent(index).rounded())
    }

    /// What all batteries hold, Wh, and as percent of all.
    var storedWh: Double { batteries.reduce(0) { $0 + $1.storedWh } }
    var percent: Double { batteries.isEmpty ? 0 : 100 * storedWh / (capacityWh * Double(batteries.count)) }

    // MARK: Power

    /// Lets the batteries work for a step; what each gives is in its `milliwatts`.
    ///
    /// - Parameters:
    ///   - wantedW: what the house wants of them; below 0 what it has to spare.
    ///   - seconds: how long.
    ///   - isOnGrid: the reserve is kept, and filled from the grid.
    /// - Returns: what they give, mW; below 0 they are charged.
    mutating func work(wantedW: Double, seconds: Int64, isOnGrid: Bool, _ active: LiveActive) -> Int64 {
        guard !batteries.isEmpty else { return 0 }
        let isDrained = active.drain != nil
        let keptPercent =
            isDrained ? LivePack.flatPercent : isOnGrid ? reservePercent : LivePack.veryLowPercent
        let hours = Double(seconds) / 3600
        let isCharging = wantedW < 0 && !isDrained
        var whole = 0.0
        for index in batteries.indices {
            let stored = batteries[index].storedWh
            var share = 0.0
            if active.isWorking(index) {
                share =
                    isCharging
                    ? capacityWh - stored : wantedW > 0 ? stored - capacityWh * keptPercent / 100 : 0
            }
            shares[index] = max(0, share)
            whole += max(0, share)
        }
        var total: Int64 = 0
        for index in batteries.indices {
            var watts = whole > 0 ? wantedW * shares[index] / whole : 0
            let most = shares[index] / hours
            watts =
                isCharging
                ? -min(-watts, limit(index), most / LivePack.efficiency)
                : min(watts, maximumW, most * LivePack.efficiency)
            if shares[index] <= 0 { watts = 0 }
            if isOnGrid && !isDrained { watts -= topUp(index, active, isCharging: watts < 0) }
            if active.isStuck(index) && (isOnGrid || wantedW < 0) {
                watts = -LivePack.stuckShare * capacityWh
            }
            let milliwatts = Int64((watts * 1000).rounded(.towardZero))
            batteries[index].milliwatts = milliwatts
            total += milliwatts
            let factor = milliwatts < 0 ? LivePack.efficiency : 1 / LivePack.efficiency
            // One that stands at 99 % turns into heat what it takes.
            let flow = active.isStuck(index) ? 0 : Double(milliwatts) / 1000 * factor * hours
            let stored = batteries[index].storedWh - flow - LivePack.standbyW * hours
            batteries[index].storedWh = max(0, min(capacityWh, stored))
        }
        return total
    }

    /// A battery that is nearly full takes less.
    private func limit(_ index: Int) -> Double {
        let left = 100 - percent(index)
        return left < 5 ? maximumW * max(0.05, left / 5) : maximumW
    }

    /// What a battery below its reserve takes from the grid, W.
    private mutating func topUp(_ index: Int, _ active: LiveActive, isCharging: Bool) -> Double {
        guard active.isWorking(index) else { return 0 }
        let percent = percent(index)
        if percent < reservePercent - 1 { batteries[index].isToppedUp = true }
        if percent >= reservePercent { batteries[index].isToppedUp = false }
        return batteries[index].isToppedUp && !isCharging ? maximumW * 0.25 : 0
    }

    // MARK: What they tell

    /// Lets the batteries whose time has come tell how full they are.
    mutating func report(at utcSeconds: Int64, _ active: LiveActive, warmth: Double) {
        guard utcSeconds >= nextReport else { return }
        var earliest = Int64.max
        for index in batteries.indices {
            if utcSeconds >= batteries[index].nextReport {
                tell(index, at: utcSeconds, active, warmth: warmth)
            }
            earliest = min(earliest, batteries[index].nextReport)
        }
        nextReport = earliest
    }

    private mutating func tell(_ index: Int, at utcSeconds: Int64, _ active: LiveActive, warmth: Double) {
        let isFirst = batteries[index].reportedAt == 0
        // The first report lies before the play begins; afterwards a round takes about five minutes.
        let ago = isFirst ? Int64(random.unit() * 259) : 0
        batteries[index].nextReport = utcSeconds + 295 - ago + Int64(10 * random.unit())
        guard isFirst || !active.isSilent(index) else { return }
        batteries[index].reportedAt = utcSeconds - ago + active.clockAhead
        batteries[index].reportedPercent = shownPercent(index, active)
        let watts = Double(batteries[index].milliwatts) / 1000
        batteries[index].reportedTemperature = Int(warmth + abs(watts) / maximumW * 9)
        batteries[index].reportedLight =
            watts < -10 ? 12 : watts > 10 ? 13 : LivePack.idleLight(percent(index))
    }

    /// The light of a battery at rest, by how full it is.
    private static func idleLight(_ percent: Double) -> Int {
        percent >= 85 ? 14 : percent >= 50 ? 15 : percent >= 25 ? 16 : 17
    }

    /// Dates the last report of a battery that was silent before the play began.
    mutating func silence(_ index: Int, since utcSeconds: Int64) {
        if batteries.indices.contains(index) { batteries[index].reportedAt = utcSeconds }
    }
}
