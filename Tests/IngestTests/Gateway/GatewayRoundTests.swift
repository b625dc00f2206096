// Rounds of asking a gateway: the first is what an import of the same bodies is, later ones are what came in them.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

private let fetched: Int64 = 1_790_000_000

private func options() -> DocumentOptions {
    DocumentOptions(
        format: .gatewayCapture,
        timeZone: "UTC",
        capturedUTCSeconds: fetched,
        latitude: 37,
        longitude: -122
    )
}

/// Rows sorted into their kinds.
private func taken(_ answer: (rows: [RowBatch], summary: DocumentSummary)) -> Taken {
    var taken = Taken()
    for batch in answer.rows { taken.take(batch) }
    taken.summary = answer.summary
    return taken
}

private func isSame(_ left: Taken, _ right: Taken) -> Bool {
    left.readings == right.readings && left.states == right.states && left.events == right.events
        && left.summary.rows == right.summary.rows
}

@Suite("rounds of the samples", .enabled(if: Shared.isPresent))
struct GatewayRoundSampleTests {
    private func files(_ name: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = "samples/gateway/\(name)"
        return try FileManager.default.contentsOfDirectory(atPath: Shared.path(folder)).map {
            (name: $0, bytes: try Shared.bytes("\(folder)/\($0)"))
        }
    }

    /// The answers whose bodies and logs these are.
    private func replies(_ files: [(name: String, bytes: [UInt8])]) throws -> [GatewayRound.Reply] {
        let logs = files.filter { $0.name.hasSuffix("_log.json") }
        return try files.filter { !$0.name.hasSuffix("_log.json") && !$0.name.hasPrefix("_") }.map { file in
            let log = logs.first { $0.name == "\(file.name)_log.json" }
            let code = try log.flatMap {
                (try JSONSerialization.jsonObject(with: Data($0.bytes)) as? [String: Any])?["code"] as? Int
            }
            var path = file.name
            for (end, query) in [("_details_1", "?details=1"), ("_deleted_1", "?deleted=1")]
            where path.hasSuffix(end) {
                path = path.dropLast(end.count) + query
            }
            for start in ["ivp_", "api_", "admin_"] where path.hasPrefix(start) {
                path = path.split(separator: "_").joined(separator: "/")
            }
            return (path: path, status: code ?? 200, body: file.bytes)
        }
    }

    @Test("a first round with all bodies gives exactly the rows of their import, for every sample")
    func firstRounds() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Shared.path("samples/gateway"))
            .filter { FileManager.default.fileExists(atPath: Shared.path("samples/gateway/\($0)/info")) }
        #expect(names.count == 32)
        for name in names.sorted() {
            let files = try files(name)
            var round = GatewayRound(zone: try zoneRules("UTC"), options: options())
            let replies = try replies(files)
            let answer = taken(try round.rows(of: replies, fetchedUTCSeconds: fetched))
            guard name != "3.7.0" else {
                #expect(answer.readings.isEmpty && answer.states.isEmpty && answer.events.isEmpty)
                #expect(answer.summary.notes.first?.contains("older than 3.9") == true)
                continue
            }
            let imported = try read(GatewayBundle.pack(files), format: .gatewayCapture)
            #expect(isSame(answer, imported), "\(name)")
            // The capture that is kept of a round is the same once more.
            let kept = GatewayRound.capture(of: replies)
            let again = try read(GatewayBundle.pack(kept), format: .gatewayCapture)
            #expect(isSame(again, imported), "\(name), kept")
            if name.hasSuffix("_3phase") { #expect(!answer.summary.doubtedMeters.isEmpty) }
            if name == "8.2.127_with_3cts_and_battery_split" {
                #expect(answer.summary.doubtedMeters.isEmpty)
            }
        }
    }

    @Test("a second round gives the rows of the bodies that came in it, and nothing that is repeated")
    func laterRounds() throws {
        var round = GatewayRound(zone: try zoneRules("UTC"), options: options())
        let all = try replies(try files("8.2.127_with_3cts_and_battery_split"))
        let first = taken(try round.rows(of: all, fetchedUTCSeconds: fetched))
        for reply in all where reply.status == 200 {
            let one = taken(try round.rows(of: [reply], fetchedUTCSeconds: fetched + 60))
            let part = reply.path.split(separator: "?").first.map(String.init) ?? ""
            let origins = Set(
                (one.readings.map(\.origin) + one.states.map(\.origin)).map {
                    GatewayOrigin($0).part
                }
            )
            #expect(origins.allSatisfy { $0.hasPrefix(part) }, "\(reply.path): \(origins)")
            let isSilent = one.readings.isEmpty && one.states.isEmpty && one.events.isEmpty
            if part == "ivp/meters/readings" {
                #expect(one.readings.count == 3 && one.states.isEmpty)
                #expect(one.readings == first.readings.filter { $0.origin.hasSuffix(part) })
            } else if part == "ivp/meters" || part == "ivp/ensemble/power" {
                #expect(!isSilent)
            }
        }
    }
}

@Suite("rounds")
struct GatewayRoundTests {
    private func info(_ time: Int64, serial: String = "122000000001") -> GatewayRound.Reply {
        let text = """
            <envoy_info><time>\(time)</time><device><sn>\(serial)</sn><pn>800-1</pn><software>D8.3.1</software>
            <imeter>true</imeter></device></envoy_info>
            """
        return (path: "info", status: 200, body: Array(text.utf8))
    }

    private func reply(_ path: String, _ text: String, status: Int = 200) -> GatewayRound.Reply {
        (path: path, status: status, body: Array(text.utf8))
    }

    private let meters = #"[{"eid":1,"state":"enabled","measurementType":"production","phaseCount":2}]"#

    private func readings(_ time: Int64, channels: String = "") -> String {
        #"[{"eid":1,"timestamp":\#(time),"actEnergyDlvd":1000,"actEnergyRcvd":5,"activePower":10\#(channels)}]"#
    }

    private let power = #"{"devices:":[{"serial_num":"9","real_power_mw":1000,"soc":50}]}"#

    @Test("what came before explains what comes now; it gives no rows and no times")
    func known() throws {
        var round = GatewayRound(zone: try zoneRules("UTC"), options: options())
        _ = try round.rows(
            of: [
                info(fetched + 600), reply("ivp/meters", meters),
                reply("ivp/meters/readings", readings(fetched + 599)),
            ],
            fetchedUTCSeconds: fetched
        )
        let second = taken(
            try round.rows(
                of: [
                    reply("ivp/meters", "<html>", status: 500),
                    reply("/ivp/meters/readings", readings(fetched + 659)),
                    reply("ivp/ensemble/power", power),
                ],
                fetchedUTCSeconds: fetched + 60
            )
        )
        #expect(second.states.isEmpty && second.readings.count == 2)
        #expect(second.readings.allSatisfy { $0.startUTCSeconds == fetched + 659 })
        #expect(second.summary.notes.contains { $0.contains("ivp/meters (status 500)") })
        #expect(second.summary.counts["bodies read"] == 2)
        // Without registers, or with such as stand still, the gateway's clock goes on by ours.
        for extra in [[], [reply("ivp/meters/readings", readings(fetched + 659))]] {
            let later = taken(
                try round.rows(
                    of: [reply("ivp/ensemble/power", power)] + extra,
                    fetchedUTCSeconds: fetched + 3_600
                )
            )
            #expect(later.readings.last?.startUTCSeconds == fetched + 4_200)
        }
    }

    @Test("a round without a body that can be read gives no rows, says why, and is no error")
    func nothing() throws {
        var round = GatewayRound(zone: try zoneRules("UTC"), options: options())
        let hostile: [[GatewayRound.Reply]] = [
            [], [info(fetched)], [reply("home", "")], [reply("ivp/meters", "[{\"eid\":1,")],
            [reply("", "{}")], [reply("../../etc/passwd", "x", status: 404)],
            [reply("home", "{}", status: 401)],
            [(path: "ivp/meters/readings", status: 200, body: [0, 255, 1])],
        ]
        for replies in hostile {
            let answer = try round.rows(of: replies, fetchedUTCSeconds: fetched)
            #expect(answer.rows.isEmpty && !answer.summary.notes.isEmpty)
        }
        let again = try round.rows(
            of: [reply("ivp/meters", "no", status: 401), reply("ivp/meters", meters)],
            fetchedUTCSeconds: .max
        )
        #expect(!again.rows.isEmpty)
    }

    @Test("a round that was recalled explains as one that gave rows; another gateway's explains nothing")
    func recalled() throws {
        let first = [info(fetched), reply("ivp/meters", meters)]
        let second = [reply("ivp/meters/readings", readings(fetched + 60))]
        var whole = GatewayRound(zone: try zoneRules("UTC"), options: options())
        _ = try whole.rows(of: first, fetchedUTCSeconds: fetched)
        var cut = GatewayRound(zone: try zoneRules("UTC"), options: options())
        cut.recall(first, fetchedUTCSeconds: fetched)
        let (left, right) = (
            taken(try whole.rows(of: second, fetchedUTCSeconds: fetched + 60)),
            taken(try cut.rows(of: second, fetchedUTCSeconds: fetched + 60))
        )
        #expect(left.readings.count == 1 && left.readings == right.readings)
        let other = taken(
            try cut.rows(
                of: [info(fetched + 120, serial: "122000000002")] + second,
                fetchedUTCSeconds: fetched + 120
            )
        )
        #expect(other.readings.isEmpty)
    }

    @Test("a device that was taken off the list is none that is silent, though the list came an hour ago")
    func retired() throws {
        let inventory =
            #"[{"type":"PCU","devices":[{"serial_num":"7","last_rpt_date":"1","admin_state":3}]}]"#
        let list =
            #"[{"serialNumber":"7","lastReportDate":\#(fetched - 864_000),"lastReportWatts":1},"#
            + #"{"serialNumber":"8","lastReportDate":\#(fetched),"lastReportWatts":1}]"#
        var round = GatewayRound(zone: try zoneRules("UTC"), options: options())
        let first = taken(
            try round.rows(
                of: [info(fetched), reply("inventory.json?deleted=1", inventory)],
                fetchedUTCSeconds: fetched
            )
        )
        #expect(!first.states.isEmpty)
        let second = taken(
            try round.rows(of: [reply("api/v1/production/inverters", list)], fetchedUTCSeconds: fetched + 60)
        )
        #expect(second.readings.count == 2 && second.events.isEmpty)
        #expect(!second.states.contains { $0.origin == "inventory.json" })
    }

    @Test("a meter that is not the sum of its phases is named; its rows stay as they are")
    func phases() throws {
        var round = GatewayRound(zone: try zoneRules("UTC"), options: options())
        let good =
            #","channels":[{"actEnergyDlvd":400,"actEnergyRcvd":5},{"actEnergyDlvd":600,"actEnergyRcvd":0}]"#
        let bad =
            #","channels":[{"actEnergyDlvd":400,"actEnergyRcvd":5},{"actEnergyDlvd":0,"actEnergyRcvd":0}]"#
        for (channels, isDoubted) in [(good, false), (bad, true), ("", false)] {
            let answer = taken(
                try round.rows(
                    of: [
                        reply("ivp/meters", meters),
                        reply("ivp/meters/readings", readings(fetched, channels: channels)),
                    ],
                    fetchedUTCSeconds: fetched
                )
            )
            #expect(answer.readings.count == 1)
            #expect(answer.summary.doubtedMeters == (isDoubted ? [Device(.meter, "1")] : []))
        }
    }

    @Test(
        "after a reboot the highest value is held, however soon it is read; more than a hundredth is another counter"
    )
    func reboot() {
        var counter = CounterContinuity(greatestPowerW: 110_000)
        _ = counter.take(utcSeconds: 0, value: 187_935_656)
        #expect(counter.take(utcSeconds: 60, value: 187_933_771) == .backwards(1_885))
        #expect(counter.take(utcSeconds: 120, value: 187_933_800) == .backwards(1_856))
        #expect(counter.take(utcSeconds: 180, value: 187_935_700) == .energy(44))
        var small = CounterContinuity(greatestPowerW: 30_000)
        _ = small.take(utcSeconds: 0, value: 50_000)
        #expect(small.take(utcSeconds: 60, value: 49_000) == .reset)
        var half = CounterContinuity(greatestPowerW: 30_000)
        _ = half.take(utcSeconds: 0, value: 2_274_358.6)
        #expect(half.take(utcSeconds: 60, value: 1_137_179.3) == .reset)
    }
}
