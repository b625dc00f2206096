// A house that is played live: its energies balance, its registers go on, equal seeds give equal answers, a week is played
// quickly, and the reader of captures takes from its bodies what is true of it.

import Foundation
import Ingest
import Readings
import Simulation
import TestSupport
import Testing

/// Paths that make a capture, by the names under which their bodies are saved.
private let paths = [
    "info", "home", "ivp/meters", "ivp/meters/readings", "production.json", "api/v1/production",
    "api/v1/production/inverters", "ivp/pdm/device_data", "ivp/ensemble/inventory", "ivp/ensemble/power",
    "ivp/ensemble/secctrl", "ivp/ensemble/status", "ivp/ensemble/relay", "ivp/ensemble/generator",
    "inventory.json?deleted=1", "admin/lib/tariff",
]

/// Asks all paths at once and reads the answers as a capture.
func captureLive(_ play: inout some GatewayPlay, at utcSeconds: Int64, zone: String) throws -> Taken {
    var files: [(name: String, bytes: [UInt8])] = []
    for path in paths {
        let given = play.answer(path, utcSeconds: Double(utcSeconds))
        let answer = try #require(given, "\(path)")
        #expect(answer.status == 200)
        let name = path.replacing("?", with: "_").replacing("=", with: "_").replacing("/", with: "_")
        files.append((name, answer.body))
    }
    return try read(GatewayBundle.pack(files), zone: zone, format: .gatewayCapture) {
        $0.capturedUTCSeconds = utcSeconds
    }
}

/// Midnight of a day in a zone.
func liveMidnight(_ day: String, _ zone: TimeZoneRules) throws -> Int64 {
    zone.startOfDay(try #require(CivilDate(day)))
}

private func makeHouse(_ seed: UInt64, _ day: String = "2026-06-01") throws -> LiveHouse {
    let zone = try zoneRules(LiveHouseShape.zoneName(seed: seed))
    return LiveHouse.named(seed: seed, start: try liveMidnight(day, zone), zone: zone)
}

extension Taken {
    /// The value of a device in a body; nil where the capture has none.
    func value(_ device: Device, _ quantity: Quantity, origin: String) -> Double? {
        readings.last { $0.device == device && $0.origin.hasSuffix(origin) && $0.values[quantity] != nil }?
            .values[
                quantity
            ]
    }

    /// The property of a device in a body.
    func property(_ device: Device, _ property: StateProperty, origin: String) -> String? {
        states.last { $0.device == device && $0.origin.hasSuffix(origin) && $0.properties[property] != nil }?
            .properties[property]
    }
}

@Suite("a house played live")
struct LiveHouseTests {
    @Test(
        "energies balance exactly, and registers go on as the truth does",
        arguments: [1, 2, 3, 4, 6] as [UInt64]
    )
    func energies(seed: UInt64) throws {
        var house = try makeHouse(seed)
        let first = house.registersWh
        var before = first
        for hour in 1...48 {
            house.advance(to: house.start + Int64(hour) * 3600)
            let now = house.registersWh
            for (old, new) in zip(before, now) { #expect(new.value >= old.value, "\(new.name)") }
            before = now
        }
        let rows = house.truthRows(seconds: 900)
        #expect(rows.count == 191)
        for row in rows {
            let energy = row.energyWh
            let balance = energy[0] + energy[2] + energy[5] - energy[1] - energy[3] - energy[4]
            #expect(abs(balance) < 1e-6 && energy.allSatisfy { $0 >= 0 })
        }
        let minutes = house.truthRows(seconds: 60)
        for channel in Channel.allCases {
            func sum(_ rows: [LiveHouse.TruthRow]) -> Double {
                rows.reduce(0) { $0 + $1.energyWh[channel.rawValue] }
            }
            let last = try #require(rows.last).startUTCSeconds + 900
            let parts = minutes.filter {
                $0.startUTCSeconds >= rows[0].startUTCSeconds && $0.startUTCSeconds < last
            }
            #expect(abs(sum(rows) - sum(parts)) < 1e-5)
        }
        // From the first mark to the end less than a minute is missing in the rows.
        let produced = minutes.reduce(0) { $0 + $1.energyWh[0] }
        let counted = try #require(before.first).value - (try #require(first.first).value)
        #expect(produced > 5_000 && abs(produced - counted) < 150, "\(produced), \(counted)")
    }

    @Test("equal seeds give equal answers, whatever was asked before")
    func equal() throws {
        var often = try makeHouse(3)
        var seldom = often
        for minute in 1...600 {
            _ = often.answer("ivp/meters/readings", utcSeconds: Double(often.start + 60 * Int64(minute) + 7))
        }
        let at = often.start + 600 * 60 + 7
        for path in paths {
            let (one, other) = (
                often.answer(path, utcSeconds: Double(at)), seldom.answer(path, utcSeconds: Double(at))
            )
            #expect(one != nil && one == other, "\(path)")
        }
        var another = try makeHouse(9)
        #expect(
            another.answer("ivp/meters/readings", utcSeconds: Double(at))
                != often.answer("ivp/meters/readings", utcSeconds: Double(at))
        )
        #expect(often.answer("ivp/none", utcSeconds: Double(at)) == nil)
    }

    @Test(
        "a capture of it is read without a warning, shows no fault, and holds what is true",
        arguments: [1, 2, 3, 4, 5, 7, 8] as [UInt64]
    )
    func captures(seed: UInt64) throws {
        var house = try makeHouse(seed)
        let zone = house.zone.identifier
        for hour in [1.5, 9.25, 12.05, 21.9, 37.2, 60.3, 93.1, 130.9, 156.6] {
            let at = house.start + Int64(hour * 3600) + 11
            let taken = try captureLive(&house, at: at, zone: zone)
            #expect(taken.summary.warnings.isEmpty, "\(taken.summary.warnings)")
            #expect(taken.events.isEmpty, "\(hour): \(taken.events.map(\.text))")
            let registers = Dictionary(uniqueKeysWithValues: house.registersWh.map { ($0.name, $0.value) })
            let net = Device(.meter, "704643584")
            #expect(
                taken.value(net, .lifetime, origin: "ivp/meters/readings")
                    == registers["net-consumption_delivered"]
            )
            #expect(
                taken.value(net, .lifetimeReceived, origin: "ivp/meters/readings")
                    == registers["net-consumption_received"]
            )
            #expect(taken.readings.contains { $0.device == net && $0.startUTCSeconds == at })
            let hasStorage = house.shape.hasStorageMeter && !house.shape.batteries.isEmpty
            #expect(
                (taken.value(Device(.meter, "704643840"), .lifetime, origin: "ivp/meters/readings") != nil)
                    == hasStorage
            )
            let inverters = taken.readings.filter { $0.origin == "api/v1/production/inverters" }
            #expect(Set(inverters.map(\.device.serial)) == Set(house.shape.inverters))
            #expect(inverters.allSatisfy { $0.startUTCSeconds <= at && $0.startUTCSeconds > at - 86_400 })
            for (index, serial) in house.shape.batteries.enumerated() {
                let live = try #require(
                    taken.value(Device(.battery, serial), .stateOfCharge, origin: "ensemble/power")
                )
                let report = try #require(
                    taken.value(Device(.battery, serial), .stateOfCharge, origin: "ensemble/inventory")
                )
                #expect(abs(live - house.batteryPercent(index)) <= 0.5 && abs(report - live) < 12)
            }
            if !house.shape.batteries.isEmpty {
                let whole = try #require(taken.value(Device(.battery, ""), .stateOfCharge, origin: "secctrl"))
                #expect(abs(whole - house.packPercent) <= 0.5)
                let controller = Device(.systemController, house.shape.controller)
                #expect(taken.property(controller, .relayActual, origin: "ensemble/inventory") == "closed")
            }
        }
    }

    @Test(
        "in dull winter weeks the reserve is kept, and nothing looks like a fault",
        arguments: [3, 5, 6] as [UInt64]
    )
    func winter(seed: UInt64) throws {
        var house = try makeHouse(seed, "2025-12-08")
        var lowest = 100.0
        for hour in stride(from: 2.0, to: 7 * 24, by: 2) {
            let at = house.start + Int64(hour * 3600) + 20
            house.advance(to: at)
            lowest = min(lowest, house.packPercent)
            guard hour.truncatingRemainder(dividingBy: 14) == 0 else { continue }
            let taken = try captureLive(&house, at: at, zone: house.zone.identifier)
            #expect(taken.summary.warnings.isEmpty && taken.events.isEmpty, "\(taken.events.map(\.text))")
        }
        #expect(lowest > house.shape.reservePercent - 1.5, "\(lowest)")
        let wrong = [Double.nan, .infinity].map { house.answer("info", utcSeconds: $0) }
        #expect(wrong == [nil, nil])
    }

    @Test("inverters report at times of their own by day, and are silent at night")
    func inverters() throws {
        var house = try makeHouse(3)
        let zone = house.zone.identifier
        let noon = try captureLive(&house, at: house.start + 12 * 3600, zone: zone)
        let times = Set(
            noon.readings.filter { $0.origin == "api/v1/production/inverters" }.map(\.startUTCSeconds)
        )
        #expect(times.count > 5)
        let data = noon.readings.filter { $0.origin == "ivp/pdm/device_data" && $0.seconds > 0 }
        #expect(
            data.allSatisfy { (903...933).contains($0.seconds) } && data.count == house.shape.inverters.count
        )
        let later = try captureLive(&house, at: house.start + 13 * 3600, zone: zone)
        for serial in house.shape.inverters {
            let device = Device(.inverter, serial)
            let (old, new) = (
                try #require(noon.value(device, .lifetime, origin: "/lifetime")),
                try #require(later.value(device, .lifetime, origin: "/lifetime"))
            )
            #expect(new > old)
            #expect(later.property(device, .communicating, origin: "inventory.json") == "true")
        }
        let night = try captureLive(&house, at: house.start + 25 * 3600, zone: zone)
        for serial in house.shape.inverters {
            #expect(
                night.property(Device(.inverter, serial), .communicating, origin: "inventory.json") == "false"
            )
            #expect(night.property(Device(.inverter, serial), .note, origin: "device_data") == "modGone")
            #expect(night.property(Device(.inverter, serial), .state, origin: "device_data") == "active")
        }
    }

    @Test("the clock of home follows summer time")
    func summerTime() throws {
        let zone = try zoneRules("Europe/London")
        var house = LiveHouse.named(seed: 5, start: try liveMidnight("2026-03-29", zone), zone: zone)
        for (hours, text) in [(0, "00:30"), (1, "02:30"), (2, "03:30")] {
            let given = house.answer("home", utcSeconds: Double(house.start + Int64(hours) * 3600 + 1800))
            let answer = try #require(given)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("\"current_time\":\"\(text)\""))
        }
    }

    @Test("a week of rounds each minute is played in seconds, and what is kept does not grow with it")
    func week() throws {
        var house = try makeHouse(3)
        let clock = ContinuousClock()
        var bytes = 0
        let taken = clock.measure {
            for minute in 0..<10_080 {
                let at = Double(house.start + Int64(minute) * 60 + 5)
                for path in ["ivp/meters/readings", "ivp/ensemble/power", "ivp/ensemble/relay"] {
                    bytes += house.answer(path, utcSeconds: at)?.body.count ?? 0
                }
                guard minute % 5 == 0 else { continue }
                for path in [
                    "info", "ivp/ensemble/inventory", "ivp/ensemble/secctrl", "api/v1/production/inverters",
                ] {
                    bytes += house.answer(path, utcSeconds: at)?.body.count ?? 0
                }
                guard minute % 15 == 0 else { continue }
                for path in ["home", "ivp/pdm/device_data"] {
                    bytes += house.answer(path, utcSeconds: at)?.body.count ?? 0
                }
            }
        }
        #expect(bytes > 60_000_000)
        #expect(taken < .seconds(60), "\(taken)")
    }
}
