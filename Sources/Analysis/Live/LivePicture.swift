// What the rows of a round say, sorted by what they are about, and what earlier rounds said that still stands: which meter
// measures what, how large a battery is, what the reserve is. Which body gives which row is said in docs/sources/gateway.md.

import Readings

/// What is known of a gateway's home in a round.
struct LivePicture {
    /// A meter's registers.
    struct Register {
        let meter: String
        let lifetime: Double?
        let watts: Double?
    }

    /// What a battery does at the moment, discharging above 0.
    struct BatteryPower {
        let serial: String
        let watts: Double?
        let percent: Double?
    }

    /// When a device last reported; nil for one that never did.
    struct Report {
        let serial: String
        let at: Int64?
        var watts: Double?
        var isReached = true
    }

    /// The link to the cloud.
    struct Cloud {
        let last: Int64
        let at: Int64
        let isCellular: Bool
    }

    /// What the storage system says of itself as a whole.
    struct Storage {
        var percent: Double?
        var availableWh: Double?
        var commissionedWh: Double?
        var availableCapacityWh: Double?
    }

    /// The site.
    private(set) var site: LiveSite

    // What stands.
    private(set) var meters: [String: String] = [:]
    private(set) var capacityWh: [String: Double] = [:]
    private(set) var reservePercent: Double?
    /// The state of charge below which the storage system gives no more, percent.
    private(set) var veryLowPercent = 10.0
    private(set) var retired: Set<String> = []
    private(set) var relay = LiveRelay()
    /// What the storage system said last.
    private(set) var storage = Storage()

    // What this round says.
    private(set) var time = LiveTime()
    private(set) var registers: [Register] = []
    private(set) var batteryPowers: [BatteryPower] = []
    private(set) var batteryReports: [Report] = []
    private(set) var inverterReports: [Report] = []
    /// Inverters that the gateway says it has lost, with the time at which that was seen.
    private(set) var lostInverters: [Report] = []
    private(set) var cloud: Cloud?
    private(set) var siteWatts: Double?
    private(set) var hasStorage = false
    /// The gateway's clock, as its registers show it, seconds UTC; that of the round where they do not.
    private(set) var deviceTime: Int64 = 0
    private(set) var hasRows = false

    /// So many devices of a kind are followed.
    static let mostDevices = 1_000
    /// The sources that are looked at.
    private enum Part {
        static let readings = "ivp/meters/readings"
        static let meters = "ivp/meters"
        static let power = "ivp/ensemble/power"
        static let inventory = "ivp/ensemble/inventory"
        static let relay = "ivp/ensemble/relay"
        static let storage = "ivp/ensemble/secctrl"
        static let inverters = "api/v1/production/inverters"
        static let production = "api/v1/production"
        static let home = "home"
    }
    /// The words of the storage system's note.
    private static let (veryLow, availableCapacity) = ("very low limit ", "available capacity Wh ")

    /// Knows of nothing yet.
    init(site: LiveSite) { self.site = site }

    /// Takes what the array usually gives, as `LiveSite` has it.
    mutating func learn(usualProductionW: [Double?]) { site.usualProductionW = usualProductionW }

    /// Takes a round.
    mutating func take(_ round: LiveRound) {
        time.take(round)
        registers = []
        batteryPowers = []
        batteryReports = []
        inverterReports = []
        lostInverters = []
        cloud = nil
        siteWatts = nil
        hasStorage = false
        deviceTime = time.at
        hasRows = !round.readings.isEmpty || !round.states.isEmpty
        relay.begin()
        for state in round.states { take(state) }
        for reading in round.readings { take(reading) }
        for event in round.events where event.kind == .inverterLost && !event.device.serial.isEmpty {
            guard lostInverters.count < LiveBook.mostOfKind, !retired.contains(event.device.serial) else {
                continue
            }
            lostInverters.append(
                Report(serial: event.device.serial, at: time.plausible(event.startUTCSeconds))
            )
        }
    }

    /// A number that a device can mean; nil for what is none.
    static func sane(_ value: Double?) -> Double? {
        value.flatMap { $0.isFinite && abs($0) < 1e12 ? $0 : nil }
    }

    private static func percent(_ value: Double?) -> Double? {
        value.flatMap { (0...100).contains($0) ? $0 : nil }
    }

    private mutating func take(_ state: DeviceState) {
        let serial = state.device.serial
        let part = GatewayOrigin(state.origin).part
        if let isRetired = state.isRetired, !serial.isEmpty {
            if !isRetired {
                retired.remove(serial)
            } else if retired.count < LivePicture.mostDevices {
                retired.insert(serial)
            }
        }
        switch (state.device.kind, part) {
        case (.gateway, Part.home):
            guard let last = state.lastReportUTCSeconds else { return }
            cloud = Cloud(
                last: last,
                at: state.atUTCSeconds,
                isCellular: state.properties[.mode]?.lowercased().contains("cell") ?? false
            )
        case (.meter, Part.meters):
            let isEnabled = state.properties[.state] == "enabled"
            let isKnown = meters[serial] != nil || meters.count < LivePicture.mostDevices
            if isKnown { meters[serial] = isEnabled ? state.properties[.measurement] : nil }
        case (.site, Part.storage): takeStorage(state.properties)
        case (.battery, Part.inventory):
            guard batteryReports.count < LivePicture.mostDevices, !serial.isEmpty else { return }
            batteryReports.append(
                Report(
                    serial: serial,
                    at: state.lastReportUTCSeconds,
                    isReached: state.properties[.communicating] != "false"
                )
            )
        case (.systemController, Part.inventory): relay.takeInventory(state, time)
        case (.systemController, Part.relay): relay.takeCheap(state, time)
        default: return
        }
    }

    private mutating func takeStorage(_ properties: [StateProperty: String]) {
        if let reserve = LivePicture.percent(properties[.reserve].flatMap { Double($0) }) {
            reservePercent = reserve
        }
        for word in (properties[.note] ?? "").split(separator: ",") {
            let word = word.drop { $0 == " " }
            func number(behind name: String) -> Double? {
                word.hasPrefix(name) ? LivePicture.sane(Double(word.dropFirst(name.count))) : nil
            }
            if let limit = number(behind: LivePicture.veryLow), (2...30).contains(limit) {
                veryLowPercent = limit
            }
            if let capacity = number(behind: LivePicture.availableCapacity) {
                storage.availableCapacityWh = capacity
            }
        }
    }

    private mutating func take(_ reading: DeviceReading) {
        let serial = reading.device.serial
        let values = reading.values
        switch (reading.device.kind, GatewayOrigin(reading.origin).part) {
        case (.meter, Part.readings):
            guard registers.count < LivePicture.mostDevices else { return }
            if registers.isEmpty { deviceTime = time.plausible(reading.startUTCSeconds) }
            registers.append(
                Register(
                    meter: serial,
                    lifetime: LivePicture.sane(values[.lifetime]),
                    watts: LivePicture.sane(values[.power])
                )
            )
        case (.battery, Part.power):
            guard batteryPowers.count < LivePicture.mostDevices, !serial.isEmpty else { return }
            batteryPowers.append(
                BatteryPower(
                    serial: serial,
                    watts: LivePicture.sane(values[.power]),
                    percent: LivePicture.percent(values[.stateOfCharge])
                )
            )
        case (.battery, Part.inventory):
            guard let capacity = LivePicture.sane(values[.capacity]), capacity > 0 else { return }
            if capacityWh[serial] != nil || capacityWh.count < LivePicture.mostDevices {
                capacityWh[serial] = capacity
            }
        case (.battery, Part.storage):
            hasStorage = true
            storage.percent = LivePicture.percent(values[.stateOfCharge])
            storage.availableWh = LivePicture.sane(values[.available])
            storage.commissionedWh = LivePicture.sane(values[.capacity])
        case (.inverter, Part.inverters):
            guard inverterReports.count < LivePicture.mostDevices else { return }
            inverterReports.append(
                Report(
                    serial: serial,
                    at: reading.startUTCSeconds,
                    watts: LivePicture.sane(values[.power])
                )
            )
        case (.site, Part.production): siteWatts = LivePicture.sane(values[.power])
        default: return
        }
    }

    /// How old a report is that is seen for the first time, seconds: lists are asked every five minutes.
    func age(ofReport utcSeconds: Int64) -> Double {
        Double(min(max(deviceTime - utcSeconds, 0), LivePicture.askedSeconds))
    }

    private static let askedSeconds: Int64 = 300

    /// The power of the array by its meters, else by the gateway's own total, W; nil where neither gave one.
    var productionWatts: Double? {
        let own = registers.filter { meters[$0.meter] == "production" }.compactMap(\.watts)
        if !own.isEmpty { return own.reduce(0, +) }
        return meters.values.contains("production") ? nil : siteWatts
    }
}
