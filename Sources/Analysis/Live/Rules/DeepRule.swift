// The batteries, or one of them, below the reserve or nearly empty, with the hours that are left. What the night makes of it by
// intervals stands in DeepDischargeDetector.

import Readings

/// `batt_deep`, of the whole pack and of single batteries while the pack is well.
struct DeepRule {
    /// A state of charge as it was seen last and before: what one body says alone is not believed.
    private struct Level {
        var now: Double?
        var before: Double?
        var below = Hold()
        /// Since when it is nearly empty, seconds UTC.
        var lowSince: Int64?
        /// The lowest that was told or believed since it was well.
        var lowest = 100.0

        mutating func take(_ percent: Double) { (before, now) = (now, percent) }

        /// What two bodies in turn say at least.
        var believed: Double? { now.flatMap { now in before.map { max($0, now) } } }
        /// What neither of two says less than: for the way out.
        var leastBelieved: Double? { now.flatMap { now in before.map { min($0, now) } } }
    }

    private var pack = Level()
    private var units: [String: Level] = [:]
    /// Powers of the last quarter of an hour, W, discharging above 0.
    private var powers: [(at: Double, watts: Double)] = []
    private var isPackDeep = false
    /// The last moment at which it was, by the clock that never goes back.
    private var packDeepAt = -Double.infinity

    /// Points below the reserve, and for how long: the pack, and a battery by itself, seconds.
    private static let (points, packSeconds, unitSeconds) = (5.0, 900.0, 3_600.0)
    /// On the grid batteries rest at their reserve, and drift a little below it.
    private static let driftPoints = 2.0
    /// Within so long behind a low pack a battery that comes back late is no finding of its own, seconds.
    private static let recoverySeconds = 172_800.0
    /// Points above the way in at which it is over.
    private static let outPoints = 3.0
    /// From here on the pack counts as full, percent.
    private static let fullPercent = 95.0
    /// What the electronics of a battery draw, W: an idle system of two takes about 1.45 kWh a day.
    private static let standbyWatts = 30.0
    private static let (windowSeconds, mostPowers) = (900.0, 64)
    /// Beyond so many hours nobody asks.
    private static let mostHours = 240.0

    /// Whether the pack is full, as far as was last seen.
    var isFull: Bool { (pack.now ?? 0) >= DeepRule.fullPercent }

    mutating func claims(_ picture: LivePicture, isOffGrid: Bool, lost: Set<String>) -> [LiveClaim] {
        let time = picture.time
        let well = picture.batteryPowers.filter { $0.percent != nil && !lost.contains($0.serial) }
        let percents = well.compactMap(\.percent)
        take(picture.batteryPowers.compactMap(\.watts), time)
        var claims: [LiveClaim] = []
        let whole =
            percents.isEmpty
            ? (picture.hasStorage ? picture.storage.percent : nil)
            : percents.reduce(0, +) / Double(percents.count)
        if let whole {
            pack.take(whole)
            let claim = judge("pack", at: &pack, picture, isOffGrid: isOffGrid, seconds: DeepRule.packSeconds)
            isPackDeep = claim.map { $0.standing == .holds } ?? isPackDeep
            if isPackDeep { packDeepAt = time.monotonic }
            claims += [claim].compactMap { $0 }
        }
        guard well.count > 1 else { return claims }
        for battery in well {
            guard let percent = battery.percent,
                units[battery.serial] != nil || units.count < LivePicture.mostDevices
            else { continue }
            var level = units[battery.serial] ?? Level()
            level.take(percent)
            let claim = judge(
                battery.serial,
                at: &level,
                picture,
                isOffGrid: isOffGrid,
                seconds: DeepRule.unitSeconds
            )
            units[battery.serial] = level
            // While the whole pack is low, that is told of the pack.
            let isLate = time.monotonic - packDeepAt < DeepRule.recoverySeconds
            guard let claim, claim.standing == .isOver || !isPackDeep && (claim.grade > 1 || !isLate) else {
                continue
            }
            claims.append(claim)
        }
        return claims
    }

    private mutating func take(_ watts: [Double], _ time: LiveTime) {
        powers.removeAll { time.monotonic - $0.at > DeepRule.windowSeconds }
        guard !watts.isEmpty else { return }
        if powers.count >= DeepRule.mostPowers { powers.removeFirst() }
        powers.append((time.monotonic, watts.reduce(0, +)))
    }

    private func judge(
        _ device: String,
        at level: inout Level,
        _ picture: LivePicture,
        isOffGrid: Bool,
        seconds: Double
    ) -> LiveClaim? {
        let time = picture.time
        let floor = picture.reservePercent.map { $0 - DeepRule.points }
        let drift =
            isOffGrid ? picture.veryLowPercent : (picture.reservePercent ?? 100) - DeepRule.driftPoints
        let low = max(min(picture.veryLowPercent, drift), 2)
        let isBelow = floor.map { (level.now ?? 100) < $0 } ?? false
        let belowFor = level.below.take(isBelow, time)
        guard let believed = level.believed, let least = level.leastBelieved else { return nil }
        let isLow = believed <= low || believed < 2
        if isLow, level.lowSince == nil { level.lowSince = time.at }
        if isLow || isBelow && belowFor >= seconds {
            level.lowest = min(level.lowest, believed)
            return claim(device, at: level, picture, isLow: isLow)
        }
        if least >= max(floor ?? 0, low) + DeepRule.outPoints {
            level.lowSince = nil
            level.lowest = 100
            return .over(.batteryDeep, device, at: time.at)
        }
        return nil
    }

    private func claim(_ device: String, at level: Level, _ picture: LivePicture, isLow: Bool)
        -> LiveClaim
    {
        let time = picture.time
        let since = [level.below.since, level.lowSince].compactMap { $0 }.min() ?? time.at
        return .holds(.batteryDeep, device, since: since, rule: .liveBatteryDeep) {
            // From the limit on each percent is worse than the one before.
            $0.grade = isLow ? 2 + Whole.of(max(0, 30 - level.lowest.rounded(.down))) : 1
            $0.severity = isLow ? .critical : .warning
            $0.sureness = .sure
            $0.isSaid = isLow
            $0.evidence.deviceKind = DeviceKind.battery.rawValue
            $0.evidence.lowestSoCPercent = level.lowest < 100 ? level.lowest : level.now
            $0.evidence.reservePercent = picture.reservePercent
            if device == "pack" {
                $0.evidence.availableWh = availableWh(picture, level).map { Whole.of($0) }
                $0.evidence.hoursLeft = hoursLeft(picture, level)
            }
        }
    }

    private func availableWh(_ picture: LivePicture, _ level: Level) -> Double? {
        if let own = picture.storage.availableWh, own >= 0 { return own }
        let capacity = picture.storage.commissionedWh ?? picture.capacityWh.values.reduce(0, +)
        return capacity > 0 ? level.now.map { $0 / 100 * capacity } : nil
    }

    /// What is left at the mean of the last quarter of an hour, and at least at what the batteries themselves draw.
    private func hoursLeft(_ picture: LivePicture, _ level: Level) -> Double? {
        guard let available = availableWh(picture, level) else { return nil }
        let mean = powers.isEmpty ? 0 : powers.reduce(0) { $0 + $1.watts } / Double(powers.count)
        let standby = DeepRule.standbyWatts * Double(max(1, picture.capacityWh.count))
        return min(available / max(mean, standby), DeepRule.mostHours)
    }
}
