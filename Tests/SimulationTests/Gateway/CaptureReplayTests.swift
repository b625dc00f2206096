// A capture goes on: times move, registers grow by the powers beside them, what was silent stays silent.

import Foundation
import Readings
import Simulation
import TestSupport
import Testing

private func json(_ play: inout CaptureReplay, _ path: String, after elapsed: Double, start: Double) throws
    -> JSONValue
{
    let found = play.answer(path, utcSeconds: start + elapsed)
    let answer = try #require(found)
    return try #require(JSONValue(parsing: String(decoding: answer.body, as: UTF8.self)))
}

@Suite("a capture that goes on")
struct CaptureReplayTests {
    private let start = SmallCapture.savedAt + 1_000_000

    @Test("at its start all numbers are the capture's, and its times lie as far back as they did")
    func atItsStart() throws {
        var play = try SmallCapture.replay(start: start)
        #expect(play.serial == SmallCapture.serial && play.firmware == "D8.3.5289")
        for (name, body) in SmallCapture.bodies where name != "home" && body.first != "<" {
            let path = name.replacing("_", with: "/").replacing("device/data", with: "device_data")
            let now = try json(&play, path, after: 0, start: start)
            let then = try #require(JSONValue(parsing: body))
            func without(_ value: JSONValue) -> String {
                let times = [
                    "timestamp", "readingTime", "lastReportDate", "endDate", "created", "last_rpt_date",
                ]
                switch value {
                case .array(let values): return "[\(values.map(without).joined(separator: ","))]"
                case .object(let members):
                    return members.filter { !times.contains($0.0) }.map { "\($0.0):\(without($0.1))" }
                        .joined(separator: ",")
                default: return value.compact
                }
            }
            #expect(without(now) == without(then), "\(name)")
        }
        let readings = try json(&play, "ivp/meters/readings", after: 0, start: start)
        #expect(readings.elements.first?["timestamp"]?.double == start - 5)
        let info = play.answer("info", utcSeconds: start)
        let text = String(decoding: info?.body ?? [], as: UTF8.self)
        #expect(text.contains("<time>1783367920</time>"))
    }

    @Test(
        "registers grow by the powers of their phases, and phases add up; what is disabled or unused does not count"
    )
    func registers() throws {
        var play = try SmallCapture.replay(start: start)
        for elapsed in [60.0, 900, 86_400] {
            let meters = try json(&play, "ivp/meters/readings", after: elapsed, start: start).elements
            let hours = elapsed / 3600
            #expect(meters[0]["timestamp"]?.double == start - 5 + elapsed)
            let produced = try #require(meters[0]["actEnergyDlvd"]?.double)
            #expect(abs(produced - (10_000.5 + 3600 * hours)) < 0.002)
            // A phase that takes and one that gives: both registers of the sum grow.
            let (taken, given) = (
                meters[1]["actEnergyDlvd"]?.double ?? 0, meters[1]["actEnergyRcvd"]?.double ?? 0
            )
            #expect(abs(taken - (8000 + 300 * hours)) < 0.002 && abs(given - (3000 + 900 * hours)) < 0.002)
            for meter in meters.prefix(2) {
                for name in ["actEnergyDlvd", "actEnergyRcvd"] {
                    let sum = meter["channels"]?.elements.prefix(2).compactMap { $0[name]?.double }.reduce(
                        0,
                        +
                    )
                    #expect(abs((sum ?? 0) - (meter[name]?.double ?? -1)) < 0.0005)
                }
            }
            #expect(meters[2]["actEnergyDlvd"]?.double == 77)
        }
    }

    @Test(
        "devices report at their own cadence, each report with the energy of an interval; the silent stay silent"
    )
    func devices() throws {
        var play = try SmallCapture.replay(start: start)
        var times: Set<Double> = []
        for minute in 0...60 {
            let list = try json(
                &play,
                "api/v1/production/inverters",
                after: Double(minute) * 60,
                start: start
            )
            .elements
            times.insert(try #require(list[0]["lastReportDate"]?.double))
            #expect(list[1]["lastReportDate"]?.double == 1_781_000_000.0)
        }
        #expect(times.count == 5 && times.min() == start - 120 && times.max() == start - 120 + 3600)
        let data = try json(&play, "ivp/pdm/device_data", after: 903 * 2, start: start)
        let channel = try #require(data["553648384"]?["channels"]?.elements.first)
        #expect(channel["lastReading"]?["endDate"]?.double == start - 120 + 1806)
        #expect(channel["lifetime"]?["joulesProduced"]?.double == 500_337_722.0)
        #expect(data["553648640"]?["channels"]?.elements.first?["created"]?.double == 0)
        let page = try json(&play, "production.json", after: 3600, start: start)
        #expect(page["production"]?.elements[0]["whLifetime"]?.double == 1_103_600)
        #expect(page["production"]?.elements[1]["whLifetime"]?.double == 13_600.5)
        #expect(page["storage"]?.elements[0]["readingTime"]?.double == 0)
        let home = try json(&play, "home", after: 3600, start: start)
        let last = try #require(home["network"]?["last_enlighten_report_time"]?.double)
        #expect(last > start + 3600 - 300 && last <= start + 3600)
    }

    @Test("the counter of a plant begins anew at 2^32 J where such firmware's does")
    func plantCounter() throws {
        var old = try SmallCapture.replay(start: start, firmware: "D7.3.517")
        let day = try json(&old, "production.json", after: 27 * 3600, start: start)
        #expect(day["production"]?.elements[0]["whLifetime"]?.double == 4153.0)
    }

    @Test("status and type come from the logs; a path that was not saved is not known; names may be paths")
    func statusAndNames() throws {
        var play = try SmallCapture.replay()
        #expect(play.answer("ivp/ensemble/dry_contacts", utcSeconds: start)?.status == 401)
        #expect(play.answer("home", utcSeconds: start)?.contentType == "application/json")
        #expect(play.answer("ivp/meters", utcSeconds: start)?.contentType == nil)
        #expect(play.answer("ivp/ensemble/relay", utcSeconds: start) == nil)
        let files = SmallCapture.files().map { ($0.name == "ivp_meters" ? "ivp/meters" : $0.name, $0.bytes) }
        var byPath = try CaptureReplay(files: files, startUTCSeconds: start)
        #expect(byPath.answer("ivp/meters", utcSeconds: start) != nil)
        #expect(CaptureReplay.timeZone(files: SmallCapture.files()) == "Europe/Brussels")
        #expect(throws: CaptureReplayError.noInfo) { try CaptureReplay(files: [], startUTCSeconds: 0) }
        #expect(throws: CaptureReplayError.self) {
            try CaptureReplay(
                files: [("info", Array("<sn>1</sn><software>x</software>".utf8))],
                startUTCSeconds: 0
            )
        }
    }

    @Test("every saved capture is played, its times new", .enabled(if: Shared.isPresent))
    func savedCaptures() throws {
        let root = Shared.path("samples/gateway")
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
            let folder = URL(filePath: "\(root)/\(name)")
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
                continue
            }
            let files = try names.map { ($0, [UInt8](try Data(contentsOf: folder.appending(path: $0)))) }
            guard files.contains(where: { $0.0 == "info" }) else { continue }
            var play = try CaptureReplay(files: files, startUTCSeconds: start)
            count += 1
            guard let answer = play.answer("ivp/meters/readings", utcSeconds: start + 600),
                answer.status == 200,
                let meters = JSONValue(parsing: String(decoding: answer.body, as: UTF8.self))
            else { continue }
            for meter in meters.elements {
                let time = try #require(meter["timestamp"]?.double)
                #expect(abs(time - start - 600) < 300, "\(name)")
            }
        }
        #expect(count == 32)
    }
}
