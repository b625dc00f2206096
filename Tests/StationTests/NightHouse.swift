// A small store for tests of use cases: opened with a clock of the test's, filled without a process.

import Analysis
import Foundation
import Lake
import Readings
import Station
import TestSupport
import Testing

/// A store of a site with some days of a report, of which several may be silent.
struct NightHouse {
    let folder: ScratchFolder
    /// Seconds UTC.
    var now: Int64 = 1_709_600_000
    var path: String { folder.path + "/s" }

    init() throws { folder = try ScratchFolder() }

    func open(hooks: Hooks = Hooks()) throws -> Station<LakeWriter> {
        let now = now
        let environment = LakeEnvironment(
            programVersion: "0",
            loadZone: { _ in .utc },
            nowMicroseconds: { now * 1_000_000 }
        )
        let store = LakeStore(path: path, environment: environment)
        return Station(lake: try store.writerOrNew(), hooks: hooks)
    }

    func makeSite(_ name: String = "home") throws {
        let place = try #require(Place(latitude: 50, longitude: 0))
        _ = try open().lake.putSite(
            name: name,
            timeZone: "Etc/UTC",
            place: place,
            installed: Watts(4000),
            battery: nil,
            isUpdate: false
        )
    }

    /// A report of days from 2024-03-01 on, with a row each quarter of an hour.
    func report(days: ClosedRange<Int>, without silent: Range<Int> = 0..<0) -> String {
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for day in days where !silent.contains(day) {
            for slot in 0..<96 {
                text += String(
                    format: "03/%02d/2024 %02d:%02d,%d,%d\n",
                    day,
                    slot / 4,
                    slot % 4 * 15,
                    (30..<66).contains(slot) ? 200 + slot + day : 0,
                    80 + slot % 7
                )
            }
        }
        return text
    }

    func importReports(site: String? = nil) throws -> [Result<ImportReport, any Error>] {
        let station = try open()
        var failed: [String] = []
        let documents = InputWalk.documents([folder.path + "/in"], failed: { path, _ in failed.append(path) })
        let resolver = SiteResolver(lake: station.lake, named: site, mappings: [], newSitesLike: nil)
        var job = DocumentImport(station, resolver: resolver, settings: ImportSettings())
        var results: [Result<ImportReport, any Error>] = []
        job.run(documents) { results.append($1) }
        #expect(failed.isEmpty)
        return results
    }

    func night(hooks: Hooks = Hooks(), told: Int32 = 0, site: String? = nil, isFull: Bool = false) throws -> (
        CheckNight.Outcome, [String]
    ) {
        var texts: [String] = []
        let outcome = try CheckNight.run(
            path: path,
            open: { try open(hooks: hooks) },
            site: site,
            isFull: isFull,
            clock: { now },
            tell: { digest in
                texts.append(digest.text)
                return told
            }
        )
        return (outcome, texts)
    }
}
