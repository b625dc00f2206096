// Every reader against the story house, whose truth is known to the Wh.

import Foundation
import Ingest
import Readings
import Simulation
import TestSupport
import Testing

private let london = "Europe/London"

private func story(seed: UInt64 = 7) throws -> Story {
    try #require(Story(seed: seed, zone: try zoneRules(london)))
}

/// A capture time at which `today` and `lifetime_energy` are what they are.
private func captured() throws -> Int64 {
    let day = try #require(CivilDate("2025-05-04"))
    return try zoneRules(london).startOfDay(day) + 15 * 3600
}

/// A house over the days in autumn when the clock is set back.
private func autumn(seed: UInt64) throws -> [StoryHouse.Truth] {
    let zone = try zoneRules(london)
    let place = try #require(Story.place)
    let first = try #require(CivilDate("2025-10-24"))
    let span = Interval(
        startUTCSeconds: zone.startOfDay(first),
        endUTCSeconds: zone.startOfDay(first.advanced(by: 5))
    )
    let silence = Interval(startUTCSeconds: span.endUTCSeconds, endUTCSeconds: span.endUTCSeconds + 1)
    return StoryHouse(seed: seed, zone: zone, place: place, span: span, silence: silence).intervals
}

@Suite("story house")
struct StoryTests {
    @Test("every file is recognised by its content alone and gives what the truth says")
    func allFiles() throws {
        let captureTime = try captured()
        var checked = 0
        for file in try story().files()
        where !file.path.hasPrefix("gateway/") && file.path != "truth.json" {
            let taken = try read(Array(file.text.utf8), zone: london) {
                $0.capturedUTCSeconds = captureTime + (file.path.hasPrefix("cloud-web") ? 0 : 86_400)
                $0.name = file.path
                $0.latitude = 51.4
                $0.longitude = -0.3
            }
            #expect(taken.summary.warnings.isEmpty, "\(file.path): \(taken.summary.warnings)")
            for (name, expected) in file.truth {
                let found: Int64
                switch name {
                case "rows": found = Int64(taken.series.values.reduce(0) { $0 + $1.rowCount })
                case "events": found = Int64(taken.events.count)
                case "bills": found = Int64(taken.bills.count)
                case "readings": found = Int64(taken.readings.count)
                case "devices": found = Int64(Set(taken.states.map(\.device)).count)
                case "batteries":
                    found = Int64(Set(taken.readings.map(\.device).filter { !$0.serial.isEmpty }).count)
                case "energy_wh":
                    found = Int64(taken.readings.reduce(0) { $0 + ($1.values[.energy] ?? 0) })
                default: found = taken.summary.totalWh[name] ?? 0
                }
                #expect(found == expected, "\(file.path): \(name)")
                checked += 1
            }
        }
        #expect(checked > 70)
    }

    @Test(
        "each utility layout gives the meter's intervals one by one, in spring and in autumn",
        arguments: [1, 2, 3]
    )
    func utilityLayouts(_ seed: UInt64) throws {
        let zone = try zoneRules(london)
        let spring = try story(seed: seed)
        let first = try #require(CivilDate("2025-03-28"))
        let springRows = spring.house.intervals(
            in: Interval(
                startUTCSeconds: zone.startOfDay(first),
                endUTCSeconds: zone.startOfDay(first.advanced(by: 6))
            )
        )
        for rows in [springRows, try autumn(seed: seed)] {
            let writer = UtilityWriter(rows, zone: zone)
            let quarters: [(String, String)] = [
                ("seattle", writer.opowerFamily(.seattle)), ("sce", writer.sce()), ("sdge", writer.sdge()),
                ("texas", writer.texas()), ("green button", writer.greenButton(bill: nil)),
            ]
            for (name, text) in quarters {
                let taken = try read(Array(text.utf8), zone: london)
                #expect(taken.intervals.map(\.startUTCSeconds) == rows.map(\.startUTCSeconds), "\(name)")
                #expect(taken.intervals.map(\.importWh) == rows.map { Int64($0.energyWh[2]) }, "\(name)")
                #expect(taken.intervals.map(\.exportWh) == rows.map { Int64($0.energyWh[3]) }, "\(name)")
                #expect(taken.summary.counts["gaps"] == nil, "\(name)")
            }
            for family in [UtilityWriter.Family.pgeNetMetering, .pgeNetBilling] {
                let taken = try read(Array(writer.opowerFamily(family).utf8), zone: london)
                #expect(taken.importWh == rows.reduce(0) { $0 + Int64($1.energyWh[2]) })
                #expect(taken.exportWh == rows.reduce(0) { $0 + Int64($1.energyWh[3]) })
                let covered = taken.intervals.reduce(0) { $0 + Int($1.seconds) }
                #expect(covered == rows.count * 900)
                #expect(taken.summary.counts["gaps"] == nil)
            }
            let octopus = try read(Array(writer.octopus(isExport: true).utf8), zone: london) {
                $0.side = .export
            }
            #expect(octopus.intervals.count == rows.count / 2)
            #expect(octopus.exportWh == rows.reduce(0) { $0 + Int64($1.energyWh[3]) })
        }
    }

    @Test("the web application's days are the house's intervals; silence is nothing, not zero")
    func webDays() throws {
        let story = try story()
        let file = try #require(story.files().first { $0.path == "cloud-web/daily_energy.json" })
        let taken = try read(Array(file.text.utf8), zone: london)
        let series = try #require(taken.series["enlighten_web/900"])
        let truth = Dictionary(
            uniqueKeysWithValues: story.house.intervals.map { ($0.startUTCSeconds, $0) }
        )
        for row in 0..<series.rowCount {
            let own = try #require(truth[series.startUTCSeconds[row]])
            #expect(own.isReported && Channel.allCases.map { series[$0][row] } == own.energyWh)
            #expect(Int(series.socPercent[row]) == Int(own.storedPercent.rounded()))
        }
        #expect(taken.summary.counts["days without data"] == 3)
    }

    @Test("the gateway knows of its own silence, of the inverter it lost and of the counters that wrapped")
    func captures() throws {
        let files = try story().files()
        func capture(_ name: String) throws -> Taken {
            let bodies = files.filter { $0.path.hasPrefix("gateway/\(name)/") }.map {
                (name: String($0.path.split(separator: "/")[2]), bytes: Array($0.text.utf8))
            }
            #expect(GatewayFormats.isCapture(names: bodies.map(\.name)))
            return try read(GatewayBundle.pack(bodies), format: .gatewayCapture)
        }
        let silent = try capture("silent")
        #expect(silent.events.filter { $0.kind == .cloudSilent }.count == 1)
        #expect(!silent.events.contains { $0.kind == .inverterLost || $0.kind == .relayOpenedItself })
        #expect(silent.summary.identifiers["gateway"] == StoryHouse.gatewaySerial)
        let after = try capture("after")
        #expect(!after.events.contains { $0.kind == .cloudSilent })
        #expect(
            after.events.filter { $0.kind == .inverterLost }.map(\.device.serial) == [
                StoryHouse.inverterSerial(StoryHouse.lostInverter)
            ]
        )
        #expect(after.events.contains { $0.kind == .counterWrapped })
        let stuck = after.readings.filter { $0.device.serial == StoryHouse.stuckBattery }
        #expect(stuck.contains { $0.origin == "ivp/ensemble/inventory" && $0.values[.stateOfCharge] == 99 })
        #expect(silent.summary.warnings.isEmpty && after.summary.warnings.isEmpty)
    }

    @Test("inverters share the production to the Wh, and the lost one gives nothing afterwards")
    func inverters() throws {
        let house = try story().house
        for truth in house.intervals {
            let parts = house.inverterWh(truth)
            #expect(parts.reduce(0, +) == truth.energyWh[0])
            if truth.startUTCSeconds >= house.silence.endUTCSeconds {
                #expect(parts[StoryHouse.lostInverter] == 0)
            }
        }
        #expect(StoryHouse.stuckBattery == StoryHouse.batterySerial(StoryHouse.batteryCount - 1))
    }

    @Test("the dataset in the repository is what the program writes")
    func dataset() throws {
        for file in try story().files() {
            let kept = Checkout.root.appending(path: "datasets/story-house/\(file.path)")
            #expect(try Data(contentsOf: kept) == Data(file.text.utf8), "\(file.path)")
        }
    }
}
