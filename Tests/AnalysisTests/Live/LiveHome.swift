// A quiet home under watch, minute by minute, with the rows that the capture parser would give; tests change them.

import Readings
import TestSupport

@testable import Analysis

/// A home with an array of fifteen inverters, two batteries and a relay.
struct LiveHome {
    /// Midnight of 1 June 2026, seconds UTC.
    static let midnight: Int64 = 1_780_272_000
    static let gateway = "122000000001"
    static let production = "704643328"
    static let net = "704643584"
    static let controller = "122200000009"
    static let batteries = ["492200000001", "492200000002"]
    static let place = Place(latitude: 40, longitude: -3)

    /// What one minute shows; a fault changes it before rows are made of it.
    struct Shown {
        var minute: Int
        var watts: Double
        var registerWh: Double
        /// State of charge and power of the batteries, discharging above 0.
        var percent: [Double]
        var batteryWatts: [Double]
        var batteryReports: [Int64]
        var areReached = [true, true]
        var inverterReports: [Int64]
        var relay = (commanded: "closed", actual: "closed", state: "ENPWR_STATE_OPER_CLOSED")
        var lastCloudReport: Int64
        var availableCapacity = 10_000
        var reserve = 20
        var skew: Int64 = 0
        var signals: [CollectorSignal] = [.answered]
        var isAnswered = true
        /// Rounds come at second 2 to 9 of the minute.
        var at: Int64 { LiveHome.midnight + Int64(minute) * 60 + 2 + Int64(minute * 5 % 8) }
    }

    private let place: SolarPosition
    private var random: SeededGenerator
    private var register = 5_000_000.0
    private var percent = [60.0, 60.0]
    private var cloud = 1.0
    private var inverterReports: [Int64]
    private let offsets: [Int64]
    private let wakes: [Double]
    private(set) var minute: Int

    init(seed: UInt64 = 7, minute: Int = 0, latitude: Double = 40) {
        place = SolarPosition(place: Place(latitude: latitude, longitude: -3)!)
        var random = SeededGenerator(seed: seed)
        offsets = (0..<15).map { _ in Int64.random(in: 0..<903, using: &random) }
        wakes = (0..<15).map { _ in Double.random(in: 0.5..<4, using: &random) }
        inverterReports = offsets.map { LiveHome.midnight + Int64(minute) * 60 - 36_000 - $0 }
        self.random = random
        self.minute = minute
    }

    static func inverter(_ index: Int) -> String { "4822000000\(index < 10 ? "0" : "")\(index)" }

    static var site: LiveSite {
        LiveSite(
            zone: .utc,
            gateway: gateway,
            place: place,
            installedW: 6_000,
            usualProductionW: (0..<24).map { (8..<17).contains($0) ? 700 : 20 }
        )
    }

    /// Plays the next minute.
    mutating func next() -> Shown {
        defer { minute += 1 }
        let at = LiveHome.midnight + Int64(minute) * 60
        let elevation = place.elevation(atUTCSeconds: at)
        cloud = min(1, max(0.25, cloud + Double.random(in: -0.05...0.05, using: &random)))
        let watts = elevation > 0 ? 6_000 * cloud * elevation / 90 : 0
        register += watts / 60
        let load = 600 + Double.random(in: -200...400, using: &random)
        var powers = percent.map { value -> Double in
            let wanted = (load - watts) / 2
            if wanted < 0 { return value >= 100 ? -20 : max(wanted, -1_900) }
            return value <= 20 ? -15 : min(wanted, 1_900)
        }
        for index in powers.indices {
            percent[index] = min(100, max(0, percent[index] - powers[index] / 60 / 5_000 * 100))
            powers[index] = powers[index].rounded()
        }
        for index in offsets.indices where elevation > wakes[index] {
            let newest = at - (at - offsets[index]) % 903
            inverterReports[index] = max(inverterReports[index], newest)
        }
        return Shown(
            minute: minute,
            watts: watts,
            registerWh: register,
            percent: percent.map { $0.rounded() },
            batteryWatts: powers,
            batteryReports: [0, 60].map { at - ($0 + at) % 300 },
            inverterReports: inverterReports,
            lastCloudReport: at - at % 300
        )
    }

    /// Makes the round of a minute: fast bodies each minute, the others by their cadence.
    static func round(_ shown: Shown, hasRelayBody: Bool = true) -> LiveRound {
        var round = LiveRound(
            atUTCSeconds: shown.at,
            monotonicSeconds: 1_000 + Double(shown.minute * 60 + shown.minute * 5 % 8),
            signals: shown.signals
        )
        guard shown.isAnswered else { return round }
        let at = shown.at + shown.skew
        func origin(_ part: String) -> String { "\(gateway)/\(part)" }
        round.readings.append(
            DeviceReading(
                Device(.meter, production),
                startUTCSeconds: at,
                origin: origin("ivp/meters/readings"),
                values: [.power: shown.watts, .lifetime: shown.registerWh, .lifetimeReceived: 10]
            )
        )
        for (index, serial) in batteries.enumerated() {
            round.readings.append(
                DeviceReading(
                    Device(.battery, serial),
                    startUTCSeconds: at,
                    origin: "ivp/ensemble/power",
                    values: [.power: shown.batteryWatts[index], .stateOfCharge: shown.percent[index]]
                )
            )
        }
        if hasRelayBody {
            round.states.append(
                relay(shown, Device(.systemController, ""), origin: origin("ivp/ensemble/relay"), at: at)
            )
        }
        if shown.minute % 5 == 0 || !hasRelayBody { addInventory(shown, at, to: &round) }
        if shown.minute % 5 == 0 { addSlow(shown, at, to: &round) }
        return round
    }

    private static func relay(_ shown: Shown, _ device: Device, origin: String, at: Int64) -> DeviceState {
        var properties: [StateProperty: String] = [
            .relayCommanded: shown.relay.commanded, .relayActual: shown.relay.actual,
            .gridMode: "multimode-ongrid",
        ]
        if !device.serial.isEmpty { properties[.state] = shown.relay.state }
        return DeviceState(device, atUTCSeconds: at, origin: origin, properties: properties)
    }

    private static func addInventory(_ shown: Shown, _ at: Int64, to round: inout LiveRound) {
        round.states.append(
            relay(shown, Device(.systemController, controller), origin: "ivp/ensemble/inventory", at: at)
        )
        for (index, serial) in batteries.enumerated() {
            let device = Device(.battery, serial)
            round.states.append(
                DeviceState(
                    device,
                    atUTCSeconds: at,
                    origin: "ivp/ensemble/inventory",
                    lastReportUTCSeconds: shown.batteryReports[index],
                    properties: [.communicating: "\(shown.areReached[index])"]
                )
            )
            round.readings.append(
                DeviceReading(
                    device,
                    startUTCSeconds: shown.batteryReports[index],
                    origin: "ivp/ensemble/inventory",
                    values: [.stateOfCharge: shown.percent[index], .capacity: 5_000]
                )
            )
        }
    }

    private static func addSlow(_ shown: Shown, _ at: Int64, to round: inout LiveRound) {
        let mean = shown.percent.reduce(0, +) / 2
        round.readings.append(
            DeviceReading(
                Device(.battery, ""),
                startUTCSeconds: at,
                origin: "ivp/ensemble/secctrl",
                values: [.stateOfCharge: mean, .available: mean * 100, .capacity: 10_000]
            )
        )
        round.states.append(
            DeviceState(
                .site,
                atUTCSeconds: at,
                origin: "\(gateway)/ivp/ensemble/secctrl",
                properties: [
                    .note:
                        "reserve \(shown.reserve), adjusted reserve \(shown.reserve), very low limit 10, available capacity Wh \(shown.availableCapacity), backup energy Wh 2000",
                    .reserve: "\(shown.reserve)",
                ]
            )
        )
        for index in shown.inverterReports.indices {
            round.readings.append(
                DeviceReading(
                    Device(.inverter, inverter(index)),
                    startUTCSeconds: shown.inverterReports[index],
                    origin: "api/v1/production/inverters",
                    values: [.power: shown.watts / 15]
                )
            )
        }
        guard shown.minute % 15 == 0 else { return }
        round.states.append(
            DeviceState(
                Device(.gateway, gateway),
                atUTCSeconds: at,
                origin: "home",
                lastReportUTCSeconds: shown.lastCloudReport,
                properties: [.cloudConnected: "true", .mode: "wifi"]
            )
        )
        guard shown.minute % 60 == 0 else { return }
        for (meter, word) in [(production, "production"), (net, "net-consumption")] {
            round.states.append(
                DeviceState(
                    Device(.meter, meter),
                    atUTCSeconds: at,
                    origin: "\(gateway)/ivp/meters",
                    properties: [.state: "enabled", .measurement: word]
                )
            )
        }
    }
}

/// A watch over the home, with what changed and when.
struct LiveTrial {
    var home: LiveHome
    var rules: LiveRules
    /// The minute of the trial and the change.
    private(set) var changes: [(minute: Int, change: LiveChange)] = []

    init(minute: Int = 0, site: LiveSite = LiveHome.site, open: [Finding] = []) {
        home = LiveHome(minute: minute)
        rules = LiveRules(site: site, open: open)
    }

    /// Plays up to a minute, counted from the midnight of the first day.
    mutating func play(
        to end: Int,
        hasRelayBody: Bool = true,
        _ fault: (inout LiveHome.Shown) -> Void = { _ in }
    ) {
        while home.minute < end {
            var shown = home.next()
            fault(&shown)
            for change in rules.take(LiveHome.round(shown, hasRelayBody: hasRelayBody)) {
                changes.append((shown.minute, change))
            }
        }
    }

    /// The changes as `minute word kind device severity`.
    var lines: [String] {
        changes.map {
            let finding = $0.change.finding
            return
                "\($0.minute) \($0.change.word) \(finding.kind.rawValue) \(finding.device) \(finding.severity)"
        }
    }

    /// The minutes at which a kind was opened, made worse, ended.
    func minutes(_ word: String, _ kind: FindingKind) -> [Int] {
        changes.filter { $0.change.word == word && $0.change.finding.kind == kind }.map(\.minute)
    }

    /// The newest finding of a kind.
    func finding(_ kind: FindingKind) -> Finding? {
        changes.last { $0.change.finding.kind == kind }?.change.finding
    }
}
