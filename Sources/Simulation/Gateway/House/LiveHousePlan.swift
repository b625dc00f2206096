// What a house that is played live is made of, by its seed, and the week in which all that can be planted is planted.

import Readings

/// What a house is made of. All of it follows from the seed, and may be changed before the house is made.
package struct LiveHouseShape: Sendable {
    /// The gateway's serial number.
    package var serial: String
    /// The gateway's firmware.
    package var firmware = "D8.3.5289"
    /// Where it stands, degrees.
    package var latitude: Double
    package var longitude: Double
    /// Phases that are metered: 1 or 3.
    package var phaseCount: Int
    /// Tells whether a meter of its own counts what batteries take and give.
    package var hasStorageMeter: Bool
    /// The inverters' serial numbers.
    package var inverters: [String]
    /// What an inverter gives at most, W.
    package var inverterW: Double
    /// How often an inverter reports, seconds: 300 or 900, with a spread.
    package var cadenceSeconds: Int64
    /// The batteries' serial numbers; empty for a house without.
    package var batteries: [String]
    /// What a battery holds, Wh, and takes or gives at most, W.
    package var batteryWh: Double
    package var batteryW: Double
    /// What is kept for outages, percent.
    package var reservePercent: Double
    /// What batteries hold at first, percent; nil for what the seed gives.
    package var storedPercent: Double?
    /// What the house draws at least, W.
    package var baseW: Double
    /// What kettles, stoves and washing draw, as a share of what they do in a house of four.
    package var appliances: Double
    /// Voltage of a phase and frequency of the grid.
    package var volts: Double
    package var hertz: Double
    /// The batteries' firmware, and the one that they are updated to.
    package var batteryFirmware = ["3.0.7545_rel/31.33", "3.0.8033_rel/31.45"]
    /// What the meters had counted before, Wh, in the order produced, imported, exported, charged, discharged; nil for what the
    /// seed gives.
    package var earlierWh: [Int64]?

    /// Zones in which a house of a seed stands, each with a place in it.
    private static let zones: [(name: String, latitude: Double, longitude: Double)] = [
        ("Europe/London", 51.4, -0.3),
        ("Europe/Amsterdam", 52.4, 4.9),
        ("Europe/Madrid", 40.4, -3.7),
        ("America/Los_Angeles", 37.4, -122.1),
        ("Australia/Sydney", -33.9, 151.2),
    ]

    /// Returns the zone in which the house of a seed stands; every second is in London.
    package static func zoneName(seed: UInt64) -> String {
        seed % 2 == 1 ? zones[0].name : zones[Int(seed / 2 % UInt64(zones.count))].name
    }

    /// Makes a house's parts: 10 to 30 inverters, six batteries or none, one phase or three, with or without a storage meter.
    ///
    /// - Parameter zone: where it stands; zones other than those of `zoneName` are taken as London's latitude at their own
    ///   longitude.
    package init(seed: UInt64, zone: TimeZoneRules) {
        var random = SplitMix(state: seed &* 0x9E37 &+ 11)
        serial = "4822\(80_000_000 + Int(seed % 9_000_000))"
        let hours = Double(zone.offset(atUTCSeconds: 1_736_000_000)) / 3600
        let known = LiveHouseShape.zones.first { $0.name == zone.identifier }
        latitude = known?.latitude ?? 51.4
        longitude = known?.longitude ?? max(-180, min(180, hours * 15))
        phaseCount = seed % 3 == 1 ? 3 : 1
        hasStorageMeter = seed % 4 != 2
        cadenceSeconds = seed % 2 == 0 ? 300 : 900
        let first = 482_300_000_000 + Int(random.unit() * 90_000_000)
        inverters = (0..<(10 + Int(random.unit() * 21))).map { "\(first + $0 * 7)" }
        inverterW = random.one([290, 349, 366])
        batteries = seed % 5 == 4 ? [] : (0..<6).map { "\(first + 100_000_000 + $0 * 13)" }
        let isLarge = seed % 3 == 0
        (batteryWh, batteryW) = isLarge ? (5_000, 3_840) : (3_360, 1_280)
        reservePercent = random.one([10, 20, 30])
        baseW = 110 + 140 * random.unit()
        appliances = 0.6 + 0.8 * random.unit()
        let isAmerican = zone.identifier.hasPrefix("America/")
        (volts, hertz) = (isAmerican ? 240 : phaseCount == 3 ? 231 : 236, isAmerican ? 60 : 50)
    }

    /// The serial number of the system controller.
    package var controller: String { "\((Int(serial) ?? 0) + 700)" }
    /// What all inverters give at most, W.
    package var installedW: Double { inverterW * Double(inverters.count) }
}

/// Plans of faults.
package enum LiveHousePlan {
    /// Returns a plan by its name: `clean` has no fault, `week` has all, and the name of a finding has those of the week that it
    /// tells; nil for any other name.
    package static func named(_ name: String, seed: UInt64, start: Int64, zone: TimeZoneRules)
        -> [LiveHouseFault]?
    {
        if name == "clean" { return [] }
        let all = week(seed: seed, start: start, zone: zone)
        if name == "week" { return all }
        return LiveHouseFault.Kind(rawValue: name).map { kind in all.filter { $0.kind == kind } }
    }

    /// Returns a week with every fault once or more, none of which hides another.
    ///
    /// - Parameters:
    ///   - start: the first second of the play; faults lie at hours of the site's days from the next midnight on, or from it.
    ///   - zone: the site's.
    package static func week(seed: UInt64, start: Int64, zone: TimeZoneRules) -> [LiveHouseFault] {
        let today = zone.wallClock(atUTCSeconds: start)
        let first = today.secondOfDay == 0 ? today.day : today.day.advanced(by: 1)
        func fault(
            _ kind: LiveHouseFault.Kind,
            device: UInt64 = 0,
            argument: String = "",
            from: (day: Int64, hour: Double),
            to: (day: Int64, hour: Double)
        ) -> LiveHouseFault {
            func time(_ mark: (day: Int64, hour: Double)) -> Int64 {
                zone.startOfDay(first.advanced(by: mark.day)) + Int64(mark.hour * 3600)
            }
            let span = Interval(startUTCSeconds: time(from), endUTCSeconds: time(to))
            return LiveHouseFault(kind, device: Int(device), argument: argument, during: span)
        }
        let (battery, inverter) = (seed % 6, seed % 10)
        let resets = (0..<7).map { fault(.nightReset, from: ($0, 23), to: ($0, 23.05)) }
        return [
            fault(.inverterLost, device: inverter, from: (0, 9), to: (2, 11)),
            fault(.relayOpened, argument: "absent", from: (0, 18), to: (0, 19)),
            fault(.cloudSilent, from: (1, 8), to: (1, 17.5)),
            fault(.meterFrozen, from: (1, 11), to: (1, 12.5)),
            fault(.relayOpened, argument: "present", from: (1, 20.5), to: (1, 21.25)),
            fault(.productionStopped, from: (2, 12), to: (2, 13)),
            fault(.gatewayUnreachable, from: (2, 14.5), to: (2, 15.25)),
            fault(.returnFailed, from: (2, 19), to: (2, 20.5)),
            fault(.batteryStuck, device: 5 - battery, from: (3, 9), to: (3, 13)),
            fault(.batteryLost, device: battery, argument: "silent", from: (3, 15), to: (3, 17)),
            fault(.batteryLost, device: battery, argument: "capacity", from: (4, 8), to: (4, 10)),
            fault(.clockSkewed, argument: "1000", from: (4, 12), to: (4, 13.5)),
            fault(.firmwareChanged, argument: "D8.3.6087", from: (4, 15), to: (90, 0)),
            fault(.firmwareBehind, device: (battery + 1) % 6, from: (5, 10), to: (6, 18)),
            fault(.relayOpened, argument: "absent", from: (5, 19), to: (6, 6)),
            fault(.batteriesFlat, from: (5, 19.5), to: (6, 6)),
            fault(.keyChanged, from: (6, 12), to: (6, 13)),
            fault(.serialChanged, from: (6, 14), to: (6, 14.5)),
        ] + resets
    }
}
