// Captures of the gateway: golden numbers of the samples' own table, the events that must be seen, and those that must not.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

/// Reads a folder of saved bodies.
private func capture(_ name: String, _ change: (inout [(name: String, bytes: [UInt8])]) -> Void = { _ in })
    throws
    -> Taken
{
    let folder = "samples/gateway/\(name)"
    var files = try FileManager.default.contentsOfDirectory(atPath: Shared.path(folder)).map {
        (name: $0, bytes: try Shared.bytes("\(folder)/\($0)"))
    }
    change(&files)
    return try read(GatewayBundle.pack(files), format: .gatewayCapture)
}

private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Shared.path("samples/gateway"))
        .filter { FileManager.default.fileExists(atPath: Shared.path("samples/gateway/\($0)/info")) }.sorted()
}

@Suite("gateway captures", .enabled(if: Shared.isPresent))
struct GatewayCaptureTests {
    /// Rows of the golden table, by capture.
    private func golden() throws -> [String: [String]] {
        let text = String(decoding: try Shared.bytes("samples/SOURCES.md"), as: UTF8.self)
        var rows: [String: [String]] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count == 10, cells[1].contains(where: \.isNumber) { rows[cells[0]] = cells }
        }
        return rows
    }

    @Test("the golden numbers of the table are found among the readings")
    func goldenNumbers() throws {
        let rows = try golden()
        #expect(rows.count == 32)
        var checked = 0
        for (name, cells) in rows where name != "3.7.0" {
            let taken = try capture(name)
            #expect(taken.summary.format.contains(cells[1]), "\(name)")
            func values(_ origin: String, _ quantity: Quantity, _ kind: DeviceKind? = nil) -> [Double] {
                taken.readings.filter {
                    GatewayOrigin($0.origin).part == origin && (kind == nil || $0.device.kind == kind)
                }
                .compactMap { $0.values[quantity] }
            }
            if let pcu = cells[4].split(separator: ",").last.flatMap({
                Double($0.trimmingCharacters(in: .whitespaces))
            }) {
                let watts = values("api/v1/production/inverters", .power, .inverter).reduce(0, +)
                #expect(watts == pcu, "\(name): \(watts) W")
                checked += 1
            }
            if let total = Double(cells[5]) {
                let pages = ["production.json", "production.json?details=1", "production"]
                let found = pages.flatMap { values("\($0)/inverters", .lifetime) }
                #expect(found.contains(total), "\(name): \(found) not \(total)")
                checked += 1
            }
            if let total = Double(cells[6]), total > 0 {
                #expect(values("api/v1/production", .lifetime) == [total], "\(name)")
                checked += 1
            }
            let isProductionOff = cells[3].contains("P off")
            if let delivered = Double(cells[7]), !isProductionOff {
                #expect(values("ivp/meters/readings", .lifetime).contains(delivered), "\(name)")
                checked += 1
            }
            let net = cells[8].split(separator: "/").compactMap {
                Double($0.trimmingCharacters(in: .whitespaces))
            }
            if net.count == 2 {
                let isOff = cells[3].contains("N off")
                let has = taken.readings.contains {
                    GatewayOrigin($0.origin).part == "ivp/meters/readings" && $0.values[.lifetime] == net[0]
                        && $0.values[.lifetimeReceived] == net[1]
                }
                // A disabled meter's numbers mean nothing and are left out.
                #expect(has != isOff, "\(name)")
                checked += 1
            }
            let socs = cells[9].split(separator: ",").compactMap { Double($0) }
            if !socs.isEmpty {
                #expect(values("ivp/ensemble/inventory", .stateOfCharge).sorted() == socs.sorted(), "\(name)")
                checked += 1
            }
        }
        #expect(checked > 100)
    }

    @Test("3.7 is refused by name; the 31 others are read")
    func generations() throws {
        #expect {
            _ = try capture("3.7.0")
        } throws: {
            "\($0)".contains("D3.7.0")
        }
        for name in try names() where name != "3.7.0" {
            let taken = try capture(name)
            #expect(!taken.readings.isEmpty && !taken.states.isEmpty, "\(name)")
        }
    }

    @Test("each event is seen where it is, and nowhere else")
    func events() throws {
        var found: [String: [String]] = [:]
        for name in try names() where name != "3.7.0" {
            for event in try capture(name).events { found[event.kind.rawValue, default: []].append(name) }
        }
        #expect(found["cloud_silent"] == ["8.3.5289_modGone"])
        #expect(found["relay_opened_itself"] == ["8.2.127_with_generator_running"])
        #expect(found["inverter_lost"] == Array(repeating: "8.3.5289_modGone", count: 3))
        #expect(
            found["counter_wrapped"] == [
                "7.6.114_without_cts", "7.6.175", "7.6.175_standard", "8.3.5289_modGone",
            ]
        )
        #expect(found["batteries_diverge"] == ["8.1.41"])
        #expect(Set(found["device_silent"] ?? []) == ["4.2.33"])
        #expect(found["clock_skewed"] == nil)
        #expect(Set(found["meter_fault"] ?? []).isSubset(of: ["4.2.33", "7.3.466_metered_disabled_cts"]))
    }

    @Test("the silence lasts 4,723,456 s by the gateway's own clock; wraps are 1, 7 and 5")
    func numbers() throws {
        let lost = try capture("8.3.5289_modGone")
        let silence = try #require(lost.events.first { $0.kind == .cloudSilent })
        #expect(silence.text.contains("54.7 days") && silence.text.contains("4723456 s"))
        #expect(silence.startUTCSeconds == 1_777_644_466)
        for (name, times) in [("7.6.114_without_cts", "1"), ("7.6.175", "7"), ("7.6.175_standard", "5")] {
            #expect(try capture(name).events.first { $0.kind == .counterWrapped }?.code == times)
        }
        let panels = lost.readings.filter {
            $0.origin == "ivp/pdm/device_data/lifetime" && $0.device.kind == .inverter
        }
        .compactMap { $0.values[.lifetime] }
        #expect(panels.count == 12 && abs(panels.reduce(0, +) - 11_216_540.8) < 0.1)
    }

    @Test("both clocks of the state of charge are kept, each with its own time")
    func twoClocks() throws {
        let taken = try capture("8.1.41")
        let battery = Device(.battery, "492319002593")
        let own = taken.readings.filter { $0.device == battery && $0.values[.stateOfCharge] != nil }
        #expect(Set(own.map(\.origin)) == ["ivp/ensemble/inventory", "ivp/ensemble/power"])
        #expect(Set(own.map(\.startUTCSeconds)).count == 2)
        #expect(own.first { $0.origin == "ivp/ensemble/inventory" }?.startUTCSeconds == 1_692_386_075)
    }

    @Test("leftovers in a channel beyond the phases are no reading, and the storage meter is one")
    func phases() throws {
        let taken = try capture("8.2.127_with_3cts_and_battery_split")
        #expect(taken.summary.warnings.isEmpty, "\(taken.summary.warnings)")
        let storage = taken.readings.first { $0.values[.lifetime] == 2_274_358.602 }
        #expect(storage?.values[.lifetimeReceived] == 2_971_414.344 && storage?.values[.power] == -2_579.823)
        #expect(!taken.readings.contains { $0.values[.power] == -464.966 })
        let edited = try capture("7.3.466_with_cts_3phase")
        #expect(edited.summary.warnings.keys.contains { $0.contains("3 phases") })
    }

    @Test("a truncated body is named, the others still go in; error bodies are never data")
    func broken() throws {
        let taken = try capture("8.3.5289_modGone") { files in
            for index in files.indices where files[index].name == "ivp_meters_readings" {
                files[index].bytes.removeLast(200)
            }
        }
        #expect(taken.summary.warnings.keys.contains { $0.contains("ivp/meters/readings cannot be read") })
        #expect(taken.events.contains { $0.kind == .cloudSilent })
        let unauthorised = try capture("7.3.130_no_consumption")
        #expect(unauthorised.summary.notes.contains { $0.contains("ivp/ensemble/power (status 401)") })
    }

    @Test("damaged captures throw and never trap", .timeLimit(.minutes(2)))
    func damaged() throws {
        for name in ["8.3.5289_modGone", "8.2.127_with_generator_running"] {
            let folder = "samples/gateway/\(name)"
            let files = try FileManager.default.contentsOfDirectory(atPath: Shared.path(folder)).map {
                (name: $0, bytes: try Shared.bytes("\(folder)/\($0)"))
            }
            #expect(damage(GatewayBundle.pack(files), format: .gatewayCapture, rounds: 150, seed: 9) >= 0)
        }
    }
}

@Suite("capture bundles")
struct GatewayBundleTests {
    @Test("a bundle is a tar that other programs read, and comes back as it went in, in any order")
    func roundTrip() throws {
        let files = [
            (name: "b", bytes: [UInt8](repeating: 7, count: 512)), (name: "a.json", bytes: Array("{}".utf8)),
            (name: "empty", bytes: []),
        ]
        let bundle = GatewayBundle.pack(files)
        #expect(bundle == GatewayBundle.pack(files.reversed()))
        let back = try GatewayBundle.unpack(bundle)
        #expect(back.map(\.name) == ["a.json", "b", "empty"] && back[1].bytes == files[0].bytes)
        let folder = try ScratchFolder()
        try Data(bundle).write(to: folder.url.appending(path: "x.tar"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["tar", "-xf", folder.path + "/x.tar", "-C", folder.path]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try Data(contentsOf: folder.url.appending(path: "b")).count == 512)
    }

    @Test("names that lead out of a folder are refused")
    func names() {
        var bundle = GatewayBundle.pack([(name: "aaaaaaa", bytes: [1])])
        bundle.replaceSubrange(0..<7, with: Array("../../x".utf8))
        #expect(throws: IngestError.self) { _ = try GatewayBundle.unpack(bundle) }
    }
}

@Suite("counter continuity")
struct CounterContinuityTests {
    private static let wrap = CounterContinuity.wrapWattHours

    /// The last step of a counter that takes values 900 s apart.
    private func last(_ values: [Double], powerW: Double = 10_000) -> CounterContinuity.Step {
        var counter = CounterContinuity(greatestPowerW: powerW)
        var step = CounterContinuity.Step.first
        for (index, value) in values.enumerated() {
            step = counter.take(utcSeconds: Int64(index) * 900 + 1_000, value: value)
        }
        return step
    }

    private func isNear(_ step: CounterContinuity.Step, wrapped times: Int, _ remainder: Double) -> Bool {
        guard case .wrapped(times, let rest) = step else { return false }
        return abs(rest - remainder) < 0.01
    }

    @Test(
        "plausible steps are energy; wraps of 2^32 J in both directions are events with the energy that remains"
    )
    func wraps() {
        #expect(CounterContinuityTests.wrap > 1_193_046.4 && CounterContinuityTests.wrap < 1_193_046.5)
        #expect(last([100, 350]) == .energy(250))
        #expect(last([100, 100]) == .energy(0))
        #expect(isNear(last([CounterContinuityTests.wrap - 100, 150]), wrapped: 1, 250))
        #expect(isNear(last([3 * CounterContinuityTests.wrap + 10, 60]), wrapped: 3, 50))
        guard case .unwrapped(1, let up) = last([60, CounterContinuityTests.wrap + 100]) else {
            Issue.record("a step up by 2^32 J is none")
            return
        }
        #expect(abs(up - 40) < 0.01)
        guard case .unwrapped(7, _) = last([366_148, 366_148 + 7 * CounterContinuityTests.wrap + 12]) else {
            Issue.record("a step up by 7 times 2^32 J is none")
            return
        }
    }

    @Test("resets, absurd jumps and sources that change are never energy")
    func events() {
        #expect(last([5_000_000, 0]) == .reset)
        #expect(last([5_000_000, 12_345]) == .reset)
        #expect(last([5_000_000, -1]) == .reset && last([5_000_000, .nan]) == .reset)
        // Steps seen in the field: 8,276 MWh up, and two counters exchanged for one poll.
        #expect(last([1_000_000, 9_276_000]) == .jumped(8_276_000))
        #expect(last([1_000_000, 2_691_000]) == .jumped(1_691_000))
        var counter = CounterContinuity(greatestPowerW: 10_000)
        _ = counter.take(utcSeconds: 0, value: 10, origin: "eim")
        #expect(counter.take(utcSeconds: 900, value: 20, origin: "inverters") == .sourceChanged)
        #expect(counter.take(utcSeconds: 1_800, value: 25, origin: "inverters") == .energy(5))
        #expect(counter.take(utcSeconds: 1_800, value: 30, origin: "inverters") == .stale)
    }

    @Test("a short step backwards is held: only what rises above the highest value is energy")
    func backwards() {
        #expect(last([10_000, 9_990]) == .backwards(10))
        #expect(last([10_000, 9_990, 9_995]) == .backwards(5))
        #expect(last([10_000, 9_990, 10_040]) == .energy(40))
        #expect(last([10_000, 9_990, 100]) == .reset)
    }

    @Test("energy of any plausible history is the difference of its true total, whatever wraps lie between")
    func anyHistory() {
        for seed in 0..<200 {
            var random = SeededGenerator(seed: UInt64(seed))
            var counter = CounterContinuity(greatestPowerW: 8_000)
            var total = Double.random(in: 0..<5_000_000, using: &random)
            let first = total
            var sum = 0.0
            for index in 0..<400 {
                let step = counter.take(
                    utcSeconds: Int64(index) * 900,
                    value: total.truncatingRemainder(dividingBy: CounterContinuityTests.wrap)
                )
                switch step {
                case .energy(let energy): sum += energy
                case .wrapped(1, let remainder): sum += remainder
                case .first: break
                default: Issue.record("seed \(seed), step \(index): \(step)")
                }
                if index < 399 { total += Double.random(in: 0..<2_000, using: &random) }
            }
            #expect(abs(sum - (total - first)) < 0.5, "seed \(seed)")
        }
    }

    @Test("a difference of totals is a wrap only where it is a multiple")
    func multiples() {
        let wrap = CounterContinuityTests.wrap
        #expect(CounterContinuity.wraps(explaining: 5 * wrap + 1, slackWattHours: 2) == 5)
        #expect(CounterContinuity.wraps(explaining: 5 * wrap + 3, slackWattHours: 2) == nil)
        #expect(CounterContinuity.wraps(explaining: 0, slackWattHours: 2) == nil)
        #expect(CounterContinuity.wraps(explaining: .infinity, slackWattHours: 2) == nil)
    }
}

@Suite("counters over several captures")
struct CounterHistoryTests {
    private let inverter = Device(.inverter, "1")

    private func reading(_ day: Int64, _ value: Double, _ origin: String = "o") -> DeviceReading {
        DeviceReading(
            inverter,
            startUTCSeconds: 1_700_000_000 + day * 86_400,
            origin: origin,
            values: [.lifetime: value]
        )
    }

    @Test("captures in any order give wraps, resets and jumps with their numbers, and plain days nothing")
    func history() {
        let wrap = CounterContinuity.wrapWattHours
        let readings = [
            reading(2, wrap - 500), reading(0, wrap - 4_000), reading(1, wrap - 2_000), reading(3, 1_000),
            reading(4, 1_005_000), reading(5, 20),
        ]
        let events = CounterHistory.events(of: readings)
        #expect(events.map(\.kind) == [.counterWrapped, .counterJumped, .counterReset])
        #expect(events[0].code == "1" && events[0].text.contains("1500.0 Wh were made meanwhile"))
        #expect(events[0].startUTCSeconds == 1_700_000_000 + 3 * 86_400)
        // Another origin is another counter: it neither resets nor jumps.
        #expect(CounterHistory.events(of: [reading(0, 5_000_000), reading(1, 7, "other")]).isEmpty)
    }

    @Test("a firmware that changes is an event of its device")
    func firmware() {
        func state(_ day: Int64, _ version: String) -> DeviceState {
            DeviceState(inverter, atUTCSeconds: day, origin: "o", properties: [.firmware: version])
        }
        let events = CounterHistory.firmwareChanges(in: [
            state(3, "b"), state(1, "a"), state(2, "a"), state(4, "b"),
        ])
        #expect(events.map(\.startUTCSeconds) == [3] && events.first?.text.contains("from a to b") == true)
    }
}

@Suite("XML from outside")
struct XMLTests {
    private func fault(_ text: String) -> String { refusal(text, format: .greenButton) }

    @Test("document types, unknown entities, deep nesting and long texts are refused")
    func hostile() {
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\">]><feed>&a;</feed>"
        #expect(fault(bomb).contains("a document type"))
        #expect(fault("<feed>&b;</feed>").contains("an entity other than"))
        #expect(fault(String(repeating: "<a>", count: 10_000)).contains("more than 32 levels"))
        #expect(
            fault("<feed>\(String(repeating: "x", count: 70_000))</feed>").contains("65536 bytes of a text")
        )
        #expect(fault("<feed \(String(repeating: "a", count: 70_000))").contains("65536 bytes of a text"))
        let attributes = (0..<70).map { "a\($0)=\"1\"" }.joined(separator: " ")
        #expect(fault("<feed \(attributes)/>").contains("64 attributes"))
        #expect(fault("<feed a=\"1\" a=\"2\"/>").contains("the attribute a twice"))
        #expect(fault("<feed><a></b></feed>").contains("</b> closes another"))
        #expect(fault("<feed>").contains("ends too early") && fault("").contains("ends too early"))
        #expect(fault("<ns1:feed/>").contains("prefix ns1 not declared"))
        #expect(fault("<feed/><feed/>").contains("may not stand there"))
        #expect(fault("\u{FEFF}<feed/>") == "accepted")
    }

    @Test("comments, CDATA, instructions, entities and prefixes mean the same in pieces of one byte")
    func grammar() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?><!-- <a> -- - > --><e:feed xmlns:e='http://www.w3.org/2005/Atom' xmlns:g="http://naesb.org/espi">
            <e:entry><e:link rel="self" href="UsagePoint/1/MeterReading/2/IntervalBlock/3?a=1&amp;b=2"/><e:content>
            <g:IntervalBlock><g:IntervalReading><g:value><![CDATA[12]]>34</g:value><g:timePeriod><g:start>17356896&#48;0</g:start>
            <g:duration>900</g:duration></g:timePeriod></g:IntervalReading></g:IntervalBlock></e:content></e:entry>
            <e:entry><e:content><g:ReadingType><g:uom>72</g:uom><g:powerOfTenMultiplier>-1</g:powerOfTenMultiplier><g:flowDirection>19</g:flowDirection></g:ReadingType></e:content></e:entry></e:feed>
            """
        for pieceBytes in [1, 3, 10_000] {
            let taken = try read(Array(text.utf8), pieceBytes: pieceBytes)
            #expect(
                taken.intervals.map(\.exportWh) == [123]
                    && taken.intervals.first?.startUTCSeconds == 1_735_689_600
            )
            #expect(taken.intervals.first?.quality == .rounded)
        }
    }

    @Test("local times that the file calls UTC are set right on request, both hours of autumn included")
    func localTimes() throws {
        func block(_ starts: [Int64]) -> String {
            let readings = starts.map {
                "<IntervalReading><timePeriod><duration>3600</duration><start>\($0)</start></timePeriod><value>5</value></IntervalReading>"
            }
            return
                "<feed xmlns=\"http://naesb.org/espi\"><ReadingType><uom>72</uom><flowDirection>1</flowDirection></ReadingType><IntervalBlock>\(readings.joined())</IntervalBlock></feed>"
        }
        // 00:00, 01:00, 01:00 and 02:00 on the wall of 2 November 2025.
        let wall: Int64 = 1_762_041_600
        let text = block([wall, wall + 3_600, wall + 3_600, wall + 7_200])
        let taken = try read(Array(text.utf8), zone: "America/Los_Angeles") { $0.takesUTCAsLocal = true }
        let first = try #require(Instant(iso8601: "2025-11-02T07:00:00Z")).utcSeconds
        #expect(
            taken.intervals.map(\.startUTCSeconds) == [first, first + 3_600, first + 7_200, first + 10_800]
        )
    }
}
