// Other verbs beside the built program's watch over a played gateway: nothing is lost on either side, and nothing told twice.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

extension WatchFaultTests {
    @Suite("verbs beside a watch")
    struct WatchBesideTests {
        private func findings(_ house: PlayedHouse) throws -> [StoredFinding] {
            try LakeStore(path: house.store, environment: FaultStore.environment()).snapshot().findings(
                systemID: 1
            )
        }

        private static func report(days: ClosedRange<Int>) -> String {
            var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
            for day in days {
                for slot in 0..<96 {
                    text += String(
                        format: "%02d/%02d/2024 %02d:%02d,%d,300\n",
                        3,
                        day,
                        slot / 4,
                        slot % 4 * 15,
                        slot
                    )
                }
            }
            return text
        }

        @Test(
            "import, check and report work beside it; check takes over what it found, under its number, and tells it once"
        )
        func beside() throws {
            // The last noon but an hour: in the evening other rules look at the house too.
            let now = Int64(Date().timeIntervalSince1970)
            let start = (now - 12 * 3600) / 86_400 * 86_400 + 11 * 3600
            let house = try PlayedHouse(
                start: start,
                speed: 400,
                faults: ["ivp/ensemble/relay=relay@00:15-00:24"]
            )
            let watch = try house.watch()
            house.wait(until: 600)
            for (number, days) in [1...10, 11...20, 21...28].enumerated() {
                let file = try house.folder.write("\(number).csv", Self.report(days: days))
                let imported = try house.run("import", more: [file])
                #expect(imported.code == 0, "\(imported.errors)")
            }
            house.wait(until: 1_980)
            let found = try findings(house)
            try #require(found.map(\.kind) == [.relayOpenedItself] && found.allSatisfy { $0.end != nil })
            let first = try house.run("check")
            #expect(first.code <= 1 && first.output.contains("#1"), "\(first.output)\(first.errors)")
            let report = try house.run("report", "monthly", more: ["--month", "2024-03"])
            #expect(report.code == 0, "\(report.errors)")
            let second = try house.run("check")
            #expect(second.code <= 1 && !second.output.contains("new: #1"), "\(second.output)")
            let from = house.now - house.start
            house.wait(until: from + 1_200)
            #expect(watch.end() == 0)
            // A check that takes a second has the store for some played minutes.
            #expect(
                watch.remarks.count <= 2 && watch.remarks.allSatisfy { $0.contains("rows wait") },
                "\(watch.remarks)"
            )
            #expect(watch.news.count { $0.contains("relay") } == 2 && watch.news.count == 2, "\(watch.news)")
            let after = try findings(house)
            #expect(after.filter { $0.kind == .relayOpenedItself }.map(\.findingID) == [found[0].findingID])
            // The watch's minutes have no hole, and the reports are there.
            let own = try WatchStore(house.store)
            let starts = own.minutes.keys.sorted()
            #expect(own.doubled == [] && starts.count > 40, "\(starts.count)")
            #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 == 60 })
            let lake = try LakeStore(path: house.store, environment: FaultStore.environment()).snapshot()
            let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
            #expect(try lake.readings(systemID: 1)[key]?.rowCount == 28 * 96)
            let verify = try house.run("verify")
            #expect(verify.code == 0, "\(verify.output)\(verify.errors)")
        }

        @Test("check says that a watch stands still, and that it goes on")
        func stalled() throws {
            let start = Int64(Date().timeIntervalSince1970) / 60 * 60 - 3 * 86_400
            let house = try PlayedHouse(start: start, speed: 400)
            let watch = try house.watch()
            house.wait(until: 600)
            watch.kill9()
            let first = try house.run("check")
            #expect(first.code == 1 && first.output.contains("watch"), "\(first.output)\(first.errors)")
            #expect(try findings(house).contains { $0.kind == .watchStalled && $0.end == nil })
            let again = try house.run("check")
            #expect(!again.output.contains("new: "), "\(again.output)")
            // Now it is watched in the present.
            let now = PlayedHouse.text(Int64(Date().timeIntervalSince1970))
            let beat = try Program.run(
                "watch",
                "--store",
                house.store,
                "--start",
                now,
                "--speed",
                "400",
                "--rounds",
                "2"
            )
            #expect(beat.code <= 1, "\(beat.errors)")
            let last = try house.run("check")
            #expect(
                try findings(house).allSatisfy { $0.kind != .watchStalled || $0.state == .closed }
            )
            #expect(last.output.contains("over: "), "\(last.output)")
        }
    }
}
