// A house that is played live: its gateway answers at any time with what sun, people and batteries did up to then. It is no
// network: what a server or a line does wrong is planted by the mock around it.

import Readings

/// A house behind a gateway of firmware D8.3.
///
/// Inside it goes on in steps of ten seconds, each with one power of everything; registers are whole mJ, so that energies add
/// up exactly. Equal seeds, starts and faults give equal answers at equal times, whatever was asked before.
package struct LiveHouse: GatewayPlay {
    /// The seed.
    package let seed: UInt64
    /// What it is made of.
    package let shape: LiveHouseShape
    /// The first second that is played, seconds UTC.
    package let start: Int64
    /// How long it is meant to be played, days; it goes on beyond.
    package let days: Int
    /// The zone's rules.
    package let zone: TimeZoneRules
    /// What is planted.
    package private(set) var faults: [LiveHouseFault]

    /// The length of a step, seconds.
    static let stepSeconds: Int64 = 10
    /// The longest time that a drain takes, seconds.
    private static let drainSeconds: Int64 = 43_200

    /// The end of the last step, seconds UTC; what current transformers show is of then.
    private(set) var at: Int64
    private(set) var active = LiveActive()
    var sky: LiveSky
    var household: LiveHousehold
    var pack: LivePack
    var array: LiveArray
    var meters: LiveMeters
    var sums: LiveSums
    /// What the meters showed at the begin.
    let firstMeters: LiveMeters
    /// The last report to the cloud, by the gateway's clock.
    private(set) var cloudAt: Int64
    /// Local time less UTC, seconds.
    private(set) var offset: Int64
    /// What the production meter showed at the last local midnight, mWh.
    private(set) var midnightProduced: Int64
    /// The meters as they were closed at the last quarter of an hour, and when, by the gateway's clock.
    private(set) var closedMeters: LiveMeters
    private(set) var closedAt: Int64
    /// The house is off the grid and its batteries give nothing any more.
    var isDark = false
    /// What the house drew in the last step beyond what the array gave, W.
    var needW = 0.0
    /// What the production meter did not count while it stood still, mJ.
    var missed: Int64 = 0
    /// What a drain draws, W; nil where none runs.
    private(set) var drainW: Double?
    /// When a drain, by its begin, first brought the pack below a percent.
    private(set) var crossings: [Int64: [Int: Int64]] = [:]
    /// Counts changes of what is wrong.
    private(set) var faultCount = 0
    private var nextMinute: Int64
    /// Bodies that change only when a device reports.
    var kept: [String: (key: Int64, body: [UInt8])] = [:]
    /// Room for the powers of phases, mW.
    var made = [Int64](repeating: 0, count: 3)

    /// Makes a house.
    ///
    /// - Parameters:
    ///   - seed: what it is made of, and its weather and people.
    ///   - start: seconds UTC.
    ///   - days: how long it is meant to be played.
    ///   - faults: what is planted.
    ///   - zone: where it stands.
    ///   - shape: what it is made of, where that is not the seed's.
    package init(
        seed: UInt64,
        start: Int64,
        days: Int = 7,
        faults: [LiveHouseFault] = [],
        zone: TimeZoneRules,
        shape: LiveHouseShape? = nil
    ) {
        let shape = shape ?? LiveHouseShape(seed: seed, zone: zone)
        (self.seed, self.start, self.days, self.zone, self.shape) = (seed, start, days, zone, shape)
        self.faults = faults.filter { !$0.kind.isOfBatteries || !shape.batteries.isEmpty }
        let phase = Int64(seed % 10)
        at = start - (start - phase).flooredRemainder(by: LiveHouse.stepSeconds)
        sky = LiveSky(seed: seed, shape: shape, zone: zone)
        household = LiveHousehold(seed: seed, shape: shape)
        pack = LivePack(shape, seed: seed, at: at)
        array = LiveArray(shape, seed: seed)
        meters = LiveMeters(shape, seed: seed)
        firstMeters = meters
        sums = LiveSums(from: at)
        cloudAt = start - 60 - Int64(seed % 200)
        offset = zone.offset(atUTCSeconds: at)
        midnightProduced = meters.shown(.production).delivered
        (closedMeters, closedAt) = (meters, at - at.flooredRemainder(by: 900))
        nextMinute = at
        let lastLight = LiveHouse.lastLight(before: at, shape)
        array.begin(at: at, lastLight: lastLight, light: sky.share(at: at))
        enterFaults()
        enterEarlierFaults()
    }

    /// Makes the house of a seed in a zone; `LiveHouseShape.zoneName` tells one that suits the seed.
    package static func named(seed: UInt64, start: Int64, zone: TimeZoneRules) -> LiveHouse {
        LiveHouse(seed: seed, start: start, zone: zone)
    }

    /// The serial number of the gateway.
    package var serial: String { shape.serial }
    /// The firmware that runs.
    package var firmware: String { active.firmware ?? shape.firmware }
    /// The time up to which it was played, seconds UTC.
    package var playedUntil: Int64 { at }

    /// When the sun was last three degrees high, up to the time itself.
    private static func lastLight(before utcSeconds: Int64, _ shape: LiveHouseShape) -> Int64 {
        let looks = stride(from: utcSeconds, to: utcSeconds - 86_400, by: -600)
        return looks.first {
            LossSun(atUTCSeconds: $0, latitude: shape.latitude, longitude: shape.longitude).height > 3
        } ?? utcSeconds - 86_400
    }

    // MARK: Faults

    /// Plants a fault.
    ///
    /// - Parameters:
    ///   - kind: the name of the finding, or a short one: `relay`, `drain`, `cloudsilent`, `clock`, `firmware`.
    ///   - argument: what the kind says of it, and a device by its number from 0 or its serial, with commas between.
    ///   - from: seconds UTC.
    ///   - to: seconds UTC; `Int64.max` for one that lasts.
    /// - Returns: false where the house has no such fault, or no such device; the mock may have it.
    package mutating func plant(kind: String, argument: String?, from: Int64, to: Int64) -> Bool {
        guard from >= 0, from < to, let kind = LiveHouseFault.Kind(named: kind), !kind.isOfNetwork else {
            return false
        }
        guard !kind.isOfBatteries || !shape.batteries.isEmpty else { return false }
        let serials = kind == .inverterLost ? shape.inverters : kind.isOfBatteries ? shape.batteries : []
        var fault = LiveHouseFault(kind, during: Interval(startUTCSeconds: from, endUTCSeconds: to))
        for word in (argument ?? "").split(separator: ",").map(String.init) {
            if let index = serials.firstIndex(of: word)
                ?? Int(word).flatMap({ serials.indices.contains($0) ? $0 : nil })
            {
                fault.device = index
            } else if kind.takes(word) {
                fault.argument = kind == .firmwareChanged && word.first?.isNumber == true ? "D\(word)" : word
            } else {
                return false
            }
        }
        faults.append(fault)
        enterFaults()
        return true
    }

    private mutating func enterFaults() {
        active = LiveActive(faults, at: at)
        faultCount += 1
        guard let drain = active.drain else {
            drainW = nil
            return
        }
        // Where it has no end it takes a night.
        let length = min(drain.endUTCSeconds - drain.startUTCSeconds, LiveHouse.drainSeconds)
        let seconds = drain.startUTCSeconds + length / 10 * 7 - at
        let whole = shape.batteryWh * Double(shape.batteries.count)
        drainW = max(0, pack.storedWh - 0.012 * whole) / (max(900, Double(seconds)) / 3600)
    }

    /// What stopped before the play began has its last report from then.
    private mutating func enterEarlierFaults() {
        for fault in faults where fault.interval.contains(at) && fault.interval.startUTCSeconds < at {
            let since = fault.interval.startUTCSeconds
            switch fault.kind {
            case .cloudSilent: cloudAt = since
            case .inverterLost: array.silence(fault.device, since: since)
            case .batteryLost where fault.argument != "capacity":
                pack.report(at: at, active, warmth: 20)
                pack.silence(fault.device, since: since)
            default: break
            }
        }
    }

    // MARK: Time

    /// Plays on.
    package mutating func advance(to utcSeconds: Int64) {
        while at + LiveHouse.stepSeconds <= utcSeconds {
            if at >= active.until { enterFaults() }
            if at >= nextMinute { enterMinute() }
            flow()
            at += LiveHouse.stepSeconds
        }
    }

    private mutating func enterMinute() {
        nextMinute = at + 60
        let minute = at.flooredDivision(by: 60)
        if minute % 15 == 0 {
            let before = offset
            offset = zone.offset(atUTCSeconds: at)
            closedMeters = meters
            closedAt = minute * 60 + active.clockAhead - active.clockAhead.flooredRemainder(by: 900)
            if (at + before).flooredRemainder(by: 86_400) < 60 {
                midnightProduced = meters.shown(.production).delivered
            }
        }
        if !active.isCloudSilent, (minute + Int64(seed % 5)) % 5 == 0 {
            cloudAt = at - Int64(seed % 40) + active.clockAhead
        }
        guard let drain = active.drain else { return }
        let percent = pack.percent
        for mark in [Int(shape.reservePercent) - 5, 10, 2] where percent <= Double(mark) {
            if crossings[drain.startUTCSeconds]?[mark] == nil {
                crossings[drain.startUTCSeconds, default: [:]][mark] = at
            }
        }
    }
}

extension LiveHouseFault.Kind {
    /// Tells whether a word says something of the kind.
    func takes(_ word: String) -> Bool {
        switch self {
        case .relayOpened: ["absent", "present"].contains(word)
        case .batteryLost: ["silent", "capacity"].contains(word)
        case .clockSkewed: Int64(word).map { abs($0) <= 86_400 } ?? false
        case .firmwareChanged: word.utf8.count <= 32 && word.contains(".")
        default: false
        }
    }
}
