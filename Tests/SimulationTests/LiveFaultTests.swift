// Faults that are planted in a house that is played live: each shows in the bodies at its time, not before and not after, and
// the truth tells of it; and the story, night by night.

import Foundation
import Ingest
import Readings
import Simulation
import TestSupport
import Testing

private let zoneName = "Europe/London"
private let controllerOrigin = "ensemble/inventory"

/// A house of one phase with a storage meter and six batteries, on the first of June, with one fault.
private func makeHouse(
    _ fault: LiveHouseFault.Kind,
    _ argument: String = "",
    device: Int = 2,
    hours: Range<Double>
) throws
    -> LiveHouse
{
    let zone = try zoneRules(zoneName)
    let start = try liveMidnight("2026-06-01", zone)
    let span = Interval(
        startUTCSeconds: start + Int64(hours.lowerBound * 3600),
        endUTCSeconds: start + Int64(hours.upperBound * 3600)
    )
    let planted = LiveHouseFault(fault, device: device, argument: argument, during: span)
    return LiveHouse(seed: 3, start: start, faults: [planted], zone: zone)
}

extension LiveHouse {
    /// Asks everything at an hour of the play.
    fileprivate mutating func capture(hour: Double) throws -> Taken {
        try captureLive(&self, at: start + Int64(hour * 3600) + 5, zone: zoneName)
    }

    /// Plays hour by hour up to one.
    fileprivate mutating func play(hour: Double) { advance(to: start + Int64(hour * 3600)) }
}

/// Returns whether a question is answered with yes at hours of a play.
private func look(
    _ house: LiveHouse,
    at hours: [Double],
    _ question: (Taken, LiveHouse) throws -> Bool
) throws -> [Bool] {
    var house = house
    return try hours.map { hour in
        let taken = try house.capture(hour: hour)
        #expect(taken.summary.warnings.isEmpty)
        return try question(taken, house)
    }
}

@Suite("faults of a house played live")
struct LiveFaultTests {
    @Test("the cloud hears nothing while the gateway answers")
    func cloud() throws {
        let house = try makeHouse(.cloudSilent, hours: 6..<15)
        let seen = try look(house, at: [5.9, 7, 13.5, 15.2]) { taken, house in
            let state = try #require(
                taken.states.first { $0.device.kind == .gateway && $0.origin.hasSuffix("home") }
            )
            let age = house.playedUntil - (state.lastReportUTCSeconds ?? 0)
            #expect((age > 400) == (state.properties[.cloudConnected] == "false"))
            return taken.events.contains { $0.kind == .cloudSilent }
        }
        #expect(seen == [false, false, true, false])
    }

    @Test(
        "the relay opens by itself with the grid away and with the grid there",
        arguments: ["absent", "present"]
    )
    func relay(_ grid: String) throws {
        let house = try makeHouse(.relayOpened, grid, hours: 11..<13)
        let controller = Device(.systemController, house.shape.controller)
        let seen = try look(house, at: [10.99, 11.02, 12.9, 13.02]) { taken, house in
            let state = taken.property(controller, .state, origin: controllerOrigin)
            let relay = taken.property(Device(.systemController, ""), .relayActual, origin: "ensemble/relay")
            let isOpen = taken.events.contains { $0.kind == .relayOpenedItself }
            #expect(relay == (isOpen ? "open" : "closed"))
            let open = grid == "absent" ? "ENPWR_STATE_OPER_NO_GRID" : "ENPWR_STATE_OPER_OPEN"
            #expect(state == (isOpen ? open : "ENPWR_STATE_OPER_CLOSED"))
            let net = taken.value(Device(.meter, "704643584"), .power, origin: "ivp/meters/readings")
            #expect((net == 0) == isOpen)
            return isOpen
        }
        #expect(seen == [false, true, true, false])
        // Off the grid nothing goes through the meter of the grid, and the house balances.
        var played = house
        played.play(hour: 13)
        for row in played.truthRows().suffix(6) {
            #expect(row.energyWh[2] == 0 && row.energyWh[3] == 0 && row.energyWh[1] > 0)
        }
    }

    @Test("the grid comes back and the relay stays open")
    func returned() throws {
        let house = try makeHouse(.returnFailed, hours: 18..<20)
        let controller = Device(.systemController, house.shape.controller)
        var states: [String?] = []
        let seen = try look(house, at: [17.9, 18.1, 18.5, 19.9, 20.05]) { taken, _ in
            states.append(taken.property(controller, .state, origin: controllerOrigin))
            return taken.events.contains { $0.kind == .relayOpenedItself }
        }
        #expect(seen == [false, true, true, true, false])
        #expect(states[1] == "ENPWR_STATE_OPER_NO_GRID" && states[2] == "ENPWR_STATE_OPER_OPEN")
    }

    @Test("the batteries are drained below the reserve, 10 and 2 %, and told so by the truth")
    func flat() throws {
        var house = try makeHouse(.batteriesFlat, hours: 20..<30)
        let fault = house.faults[0]
        house.play(hour: 20)
        #expect(house.reached(fault).isEmpty && house.packPercent > 20)
        var last = house.packPercent
        for hour in stride(from: 20.5, through: 27, by: 0.5) {
            house.play(hour: hour)
            #expect(house.packPercent <= last)
            last = house.packPercent
        }
        #expect(last < 2, "\(last)")
        let reached = house.reached(fault)
        let (ten, two) = (try #require(reached[10]), try #require(reached[2]))
        #expect(ten < two && fault.interval.contains(ten))
        let taken = try house.capture(hour: 27.5)
        #expect(try #require(taken.value(Device(.battery, ""), .stateOfCharge, origin: "secctrl")) < 2)
        house.play(hour: 38)
        #expect(house.packPercent > 5)
        #expect(house.truth.compact.contains("\"below_2\""))
    }

    @Test("a battery says nothing; another is switched off and the pack smaller by it")
    func batteries() throws {
        let silent = try makeHouse(.batteryLost, hours: 9..<12)
        let device = Device(.battery, silent.shape.batteries[2])
        let seen = try look(silent, at: [8.9, 9.5, 11.9, 12.2]) { taken, _ in
            taken.property(device, .communicating, origin: controllerOrigin) == "false"
        }
        #expect(seen == [false, true, true, false])
        let smaller = try makeHouse(.batteryLost, "capacity", hours: 9..<12)
        let notes = try look(smaller, at: [8.9, 9.01, 11.9, 12.1]) { taken, _ in
            let note = taken.property(.site, .note, origin: "secctrl") ?? ""
            return note.contains("available capacity Wh \(Int(smaller.shape.batteryWh) * 5),")
        }
        #expect(notes == [false, true, true, false])
    }

    @Test("a battery stands at 99 % and takes on")
    func stuck() throws {
        let house = try makeHouse(.batteryStuck, hours: 9..<12)
        let device = Device(.battery, house.shape.batteries[2])
        let seen = try look(house, at: [8.9, 9.2, 11.9, 12.2]) { taken, house in
            let percent = taken.value(device, .stateOfCharge, origin: "ensemble/power")
            let power = try #require(taken.value(device, .power, origin: "ensemble/power"))
            return percent == 99 && power <= -house.shape.batteryWh * 0.19
        }
        #expect(seen == [false, true, true, false])
    }

    @Test(
        "an inverter is lost while its neighbours report, and after a day the gateway lists it without a reading"
    )
    func inverter() throws {
        let house = try makeHouse(.inverterLost, hours: 10..<42)
        let device = Device(.inverter, house.shape.inverters[2])
        let lost = try look(house, at: [9.9, 11.5, 35.5, 43]) { taken, _ in
            taken.property(device, .communicating, origin: "inventory.json") == "false"
        }
        #expect(lost == [false, true, true, false])
        let event = try look(house, at: [9.9, 11.5, 35.5, 43]) { taken, _ in
            taken.events.contains { $0.kind == .inverterLost && $0.device == device }
        }
        #expect(event == [false, false, true, false])
    }

    @Test("production stops; or its meter stands still while inverters give")
    func production() throws {
        let meter = Device(.meter, "704643328")
        let stopped = try look(
            try makeHouse(.productionStopped, hours: 12..<13),
            at: [11.9, 12.1, 12.9, 13.1]
        ) { taken, _ in
            try #require(taken.value(meter, .power, origin: "ivp/meters/readings")) < 5
        }
        #expect(stopped == [false, true, true, false])
        var registers: [Double] = []
        var made: [Double] = []
        let frozen = try makeHouse(.meterFrozen, hours: 11..<13)
        _ = try look(frozen, at: [10.5, 11.1, 12.9, 14]) { taken, house in
            registers.append(try #require(taken.value(meter, .lifetime, origin: "ivp/meters/readings")))
            made.append(house.truthRows().reduce(0) { $0 + $1.energyWh[0] })
            return true
        }
        #expect(registers[0] < registers[1] && registers[1] == registers[2] && registers[2] < registers[3])
        #expect(made[2] > made[1] + 500)
        var played = frozen
        played.play(hour: 14)
        let truth = played.truth.compact
        #expect(
            truth.contains("production_not_counted_wh")
                && !truth.contains("\"production_not_counted_wh\":0.000")
        )
    }

    @Test("the clock is wrong, and another firmware comes")
    func clocks() throws {
        let skewed = try look(
            try makeHouse(.clockSkewed, "1000", hours: 12..<13),
            at: [11.9, 12.1, 12.9, 13.1]
        ) { taken, _ in
            taken.events.contains { $0.kind == .clockSkewed }
        }
        #expect(skewed == [false, true, true, false])
        let firmware = try makeHouse(.firmwareChanged, "D8.3.6087", hours: 12..<20)
        let changed = try look(firmware, at: [11.9, 12.1, 20.1]) { taken, house in
            let text = taken.property(Device(.gateway, house.serial), .firmware, origin: "info")
            #expect(text == house.firmware)
            return text == "D8.3.6087"
        }
        #expect(changed == [false, true, false])
        let behind = try makeHouse(.firmwareBehind, hours: 12..<20)
        let counts = try look(behind, at: [11.9, 12.1, 20.1]) { taken, house in
            let firmware = house.shape.batteries.compactMap {
                taken.property(Device(.battery, $0), .firmware, origin: "ensemble/status")
            }
            return Set(firmware).count == 2
        }
        #expect(counts == [false, true, false])
    }

    @Test("a drain without an end takes a night; a house without batteries has none of their faults")
    func edges() throws {
        var house = try makeHouse(.cloudSilent, hours: 100..<101)
        let isPlanted = house.plant(kind: "drain", argument: nil, from: house.start + 3600, to: .max)
        house.play(hour: 10)
        #expect(isPlanted && house.packPercent < 2)
        let zone = try zoneRules(zoneName)
        let plan = LiveHousePlan.week(seed: 9, start: house.start, zone: zone)
        let bare = LiveHouse(seed: 9, start: house.start, faults: plan, zone: zone)
        #expect(bare.faults.count < plan.count && !bare.faults.contains { $0.kind == .relayOpened })
    }

    @Test("plans go by names: none, all of a week, or those of a kind")
    func plans() throws {
        let zone = try zoneRules(zoneName)
        func plan(_ name: String) -> [LiveHouseFault]? {
            LiveHousePlan.named(name, seed: 3, start: 1_780_000_000, zone: zone)
        }
        #expect(plan("clean") == [] && plan("none") == nil)
        #expect(plan("week") == LiveHousePlan.week(seed: 3, start: 1_780_000_000, zone: zone))
        #expect(plan("relay_opened_itself")?.map(\.argument) == ["absent", "present", "absent"])
    }

    @Test("faults are planted by the names of findings and of the command line")
    func planting() throws {
        var house = try makeHouse(.cloudSilent, hours: 100..<101)
        let start = house.start
        let serial = house.shape.inverters[4]
        let planted = [
            house.plant(kind: "relay", argument: "present", from: start + 60, to: start + 600),
            house.plant(kind: "inverter_lost", argument: serial, from: start + 60, to: .max),
            house.plant(kind: "battery_lost", argument: "capacity,3", from: start, to: start + 600),
            house.plant(kind: "firmware", argument: "8.3.6087", from: start, to: start + 600),
            house.plant(kind: "relay", argument: nil, from: start, to: start),
        ]
        #expect(planted == [true, true, true, true, false])
        for (kind, argument) in [
            ("relay", "ajar"), ("drip", nil), ("battery_lost", "99"), ("key_changed", nil),
        ] {
            let isPlanted = house.plant(kind: kind, argument: argument, from: start, to: start + 1)
            #expect(!isPlanted, "\(kind)")
        }
        #expect(house.faults.suffix(4).map(\.device) == [0, 4, 3, 0])
        let taken = try house.capture(hour: 0.1)
        #expect(house.firmware == "D8.3.6087")
        #expect(taken.events.contains { $0.kind == .relayOpenedItself })
        let zone = try zoneRules(zoneName)
        var bare = LiveHouse.named(seed: 9, start: start, zone: zone)
        let isOpened = bare.plant(kind: "relay", argument: nil, from: start, to: start + 60)
        #expect(bare.shape.batteries.isEmpty && !isOpened)
    }

    @Test(
        "the week holds every fault, its truth tells of each, and the captures of each hour are read",
        arguments: [1, 3, 6] as [UInt64]
    )
    func week(seed: UInt64) throws {
        let zone = try zoneRules(zoneName)
        let start = try liveMidnight("2026-06-01", zone)
        let plan = LiveHousePlan.week(seed: seed, start: start, zone: zone)
        #expect(Set(plan.map(\.kind)) == Set(LiveHouseFault.Kind.allCases))
        var house = LiveHouse(seed: seed, start: start, faults: plan, zone: zone)
        var kinds: Set<SiteEvent.Kind> = []
        for hour in stride(from: 0.5, to: 168, by: 1.5) {
            let taken = try house.capture(hour: hour)
            #expect(taken.summary.warnings.isEmpty, "\(taken.summary.warnings)")
            kinds.formUnion(taken.events.map(\.kind))
        }
        #expect(kinds.isSuperset(of: [.relayOpenedItself, .cloudSilent, .inverterLost]))
        house.play(hour: 168)
        let truth = house.truth
        guard case .object(let members) = truth,
            case .array(let faults)? = members.first(where: { $0.0 == "faults" })?.1,
            case .array(let quarters)? = members.first(where: { $0.0 == "quarters" })?.1
        else {
            Issue.record("no truth")
            return
        }
        #expect(faults.count == plan.count && quarters.count > 660)
        let drain = try #require(plan.first { $0.kind == .batteriesFlat })
        #expect(house.reached(drain)[2] != nil)
        #expect(house.networkFaults.count == 10)
    }
}

@Suite("the story played live")
struct LiveStoryTests {
    private func story(_ day: String, hour: Int64 = 0) throws -> LiveStory {
        let zone = try zoneRules(zoneName)
        return try #require(
            LiveStory(seed: 7, zone: zone, playingFrom: try liveMidnight(day, zone) + hour * 3600)
        )
    }

    @Test("while the cloud hears nothing the gateway answers, from any night on")
    func silence() throws {
        var registers = 0.0
        for day in ["2025-03-11", "2025-03-14", "2025-04-02", "2025-04-22"] {
            var story = try story(day)
            let taken = try captureLive(&story, at: story.house.start + 4 * 3600, zone: zoneName)
            #expect(taken.summary.warnings.isEmpty)
            let event = taken.events.first { $0.kind == .cloudSilent }
            #expect((event != nil) == (day != "2025-03-11"))
            if let event { #expect(event.startUTCSeconds == story.silence.startUTCSeconds) }
            let made = try #require(
                taken.value(Device(.meter, "704643328"), .lifetime, origin: "ivp/meters/readings")
            )
            #expect(made > registers)
            registers = made
        }
    }

    @Test("in the sixth week the batteries run flat off the grid, in one night")
    func darkNight() throws {
        var story = try story("2025-04-19", hour: 18)
        #expect(story.darkNight.startUTCSeconds - story.silence.startUTCSeconds > 35 * 86_400)
        var percents: [Double] = []
        for hour in Int64(0)...13 {
            let at = story.house.start + hour * 3600 + 30
            let taken = try captureLive(&story, at: at, zone: zoneName)
            let isOpen = taken.events.contains { $0.kind == .relayOpenedItself }
            #expect(isOpen == story.darkNight.contains(at))
            percents.append(
                try #require(taken.value(Device(.battery, ""), .stateOfCharge, origin: "secctrl"))
            )
        }
        #expect(percents[1] > 40 && percents[10] <= 2, "\(percents)")
    }

    @Test("afterwards a battery stands at 99 %, one lags in firmware, and an inverter is lost")
    func afterwards() throws {
        var story = try story("2025-04-24")
        let taken = try captureLive(&story, at: story.house.start + 13 * 3600, zone: zoneName)
        #expect(!taken.events.contains { $0.kind == .cloudSilent })
        let stuck = Device(.battery, StoryHouse.stuckBattery)
        #expect(taken.value(stuck, .stateOfCharge, origin: "ensemble/power") == 99)
        #expect(try #require(taken.value(stuck, .power, origin: "ensemble/power")) < -100)
        let lost = Device(.inverter, StoryHouse.inverterSerial(StoryHouse.lostInverter))
        #expect(taken.property(lost, .communicating, origin: "inventory.json") == "false")
        #expect(taken.events.contains { $0.kind == .inverterLost && $0.device == lost })
        let old = Device(.battery, StoryHouse.batterySerial(StoryHouse.outdatedBattery))
        #expect(taken.property(old, .firmware, origin: "ensemble/inventory") == "2.0.6000_rel/22.11")
        #expect(taken.property(stuck, .firmware, origin: "ensemble/inventory") == "2.0.6727_rel/22.15")
    }
}
