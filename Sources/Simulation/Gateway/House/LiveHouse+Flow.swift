// One step of a house that is played live: what the array gives, what the house draws, what the batteries take or give, and
// what is left for the grid, phase by phase. All powers are whole mW, so that they balance exactly.

import Readings

extension LiveHouse {
    /// The way from the inverters to their meter keeps this of a hundred.
    private static let wiring: Int64 = 99
    /// What sleeping inverters draw, mW each.
    private static let sleepingMilliwatts: Int64 = 60
    /// A pack below this starts no house, percent.
    private static let noStartPercent = 2.0
    /// A dark house is lit again above this, percent.
    private static let restartPercent = 13.0
    /// How the load lies on three phases.
    private static let phaseShares = [0.5, 0.2, 0.3]

    /// Lets everything work for a step.
    mutating func flow() {
        let seconds = LiveHouse.stepSeconds
        let light = sky.share(at: at)
        let isOnGrid = active.relay == .closed
        if isOnGrid || pack.percent >= LiveHouse.restartPercent { isDark = false }
        var potential = array.potential(share: light, active) * Double(LiveHouse.wiring) / 100
        var load = household.watts(at: at, offset: offset)
        if let drainW, !isDark { load = max(load, drainW) + potential }
        if isDark {
            load = 0
            if pack.percent < LiveHouse.noStartPercent || active.drain != nil { potential = 0 }
        }
        // On the grid batteries follow a step behind: what is missing or too much meanwhile goes through the meter.
        let wanted = isOnGrid ? needW : load - potential
        needW = load - potential
        let given = pack.work(wantedW: wanted, seconds: seconds, isOnGrid: isOnGrid, active)
        var share = potential > 0 ? light : 0
        if !isOnGrid {
            let taken = load - Double(given) / 1000
            if potential > taken { share = potential > 0 ? light * max(0, taken) / potential : 0 }
            if load - potential - Double(given) / 1000 > 20 { isDark = true }
        }
        for phase in 0..<shape.phaseCount { made[phase] = 0 }
        array.work(share: share, seconds: seconds, active, phases: &made)
        balance(loadW: load, isOnGrid: isOnGrid)
        let percent = pack.percent
        sums.count(from: at, seconds: seconds, percent: percent)
        let warmth = 19 + 6 * light
        pack.report(at: at + seconds, active, warmth: warmth)
        array.report(at: at + seconds, light: light, active)
    }

    /// Counts a step in meters and sums.
    private mutating func balance(loadW: Double, isOnGrid: Bool) {
        let seconds = LiveHouse.stepSeconds
        let phases = shape.phaseCount
        for channel in 0..<Channel.count { sums.milliwatts[channel] = 0 }
        for phase in 0..<phases {
            var production = made[phase] * LiveHouse.wiring / 100
            if made[phase] == 0, !isDark {
                production = -LiveHouse.sleepingMilliwatts * Int64(array.inverters.count / phases) - 900
            }
            var storage: Int64 = 0
            var index = phase
            while index < pack.batteries.count {
                storage += pack.batteries[index].milliwatts
                index += phases
            }
            let share = phases == 1 ? 1 : LiveHouse.phaseShares[phase]
            var load = Int64(loadW * share * 1000)
            var net = load - production - storage
            if !isOnGrid { (load, net) = (production + storage, 0) }
            note(production: production, storage: storage, net: net, load: load)
            if active.isFrozen {
                missed += max(0, production) * seconds
            } else {
                meters.count(.production, phase: phase, milliwatts: production, seconds: seconds)
            }
            meters.count(.net, phase: phase, milliwatts: net, seconds: seconds)
            if shape.hasStorageMeter {
                meters.count(.storage, phase: phase, milliwatts: storage, seconds: seconds)
            }
        }
    }

    /// Adds a phase to the powers of the truth. What inverters draw at night is used in the house.
    private mutating func note(production: Int64, storage: Int64, net: Int64, load: Int64) {
        sums.milliwatts[Channel.produced.rawValue] += max(0, production)
        sums.milliwatts[Channel.consumed.rawValue] += load - min(0, production)
        sums.milliwatts[Channel.imported.rawValue] += max(0, net)
        sums.milliwatts[Channel.exported.rawValue] += max(0, -net)
        sums.milliwatts[Channel.charged.rawValue] += max(0, -storage)
        sums.milliwatts[Channel.discharged.rawValue] += max(0, storage)
    }
}
