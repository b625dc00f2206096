// Nights without a process: the clock is given, what is told is a value, and nothing is printed.

import Analysis
import Foundation
import Lake
import Readings
import Station
import TestSupport
import Testing

/// A store of a site with some days of a report, of which several may be silent.
private struct NightHouse {
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

    func makeSite() throws {
        let place = try #require(Place(latitude: 50, longitude: 0))
        _ = try open().lake.putSite(
            name: "home",
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

    func importReports() throws -> [Result<ImportReport, any Error>] {
        let station = try open()
        var failed: [String] = []
        let documents = InputWalk.documents([folder.path + "/in"], failed: { path, _ in failed.append(path) })
        let resolver = SiteResolver(lake: station.lake, named: nil, mappings: [], newSitesLike: nil)
        var job = DocumentImport(station, resolver: resolver, settings: ImportSettings())
        var results: [Result<ImportReport, any Error>] = []
        job.run(documents) { results.append($1) }
        #expect(failed.isEmpty)
        return results
    }

    func night(hooks: Hooks = Hooks(), told: Int32 = 0) throws -> (CheckNight.Outcome, [String]) {
        var texts: [String] = []
        let outcome = try CheckNight.run(
            path: path,
            open: { try open(hooks: hooks) },
            site: nil,
            isFull: false,
            clock: { now },
            tell: { digest in
                texts.append(digest.text)
                return told
            }
        )
        return (outcome, texts)
    }
}

@Suite("a night, without a process")
struct NightTests {
    @Test("a silence is told once as new, then as known; the clock of the night is the one that is given")
    func silence() throws {
        var house = try NightHouse()
        try house.makeSite()
        _ = try house.folder.write("in/a.csv", house.report(days: 1...9, without: 3..<6))
        #expect(try house.importReports().allSatisfy { (try? $0.get()) != nil })
        let (first, texts) = try house.night()
        #expect(first.code == 1 && texts.count == 1)
        #expect(texts[0].contains("home:") && texts[0].contains("your data stopped"), "\(texts)")
        house.now += 86_400
        let (second, again) = try house.night()
        #expect(again[0].contains("0 new"), "\(again)")
        #expect(second.digest.line.hasPrefix("check 2: 0 opened"))
        let beat = try String(contentsOfFile: house.path + "/heartbeat.json", encoding: .utf8)
        #expect(beat.contains(Instant(utcSeconds: house.now).iso8601), "\(beat)")
    }

    @Test("what could not be told is told the next night")
    func untold() throws {
        let house = try NightHouse()
        try house.makeSite()
        _ = try house.folder.write("in/a.csv", house.report(days: 1...9, without: 3..<6))
        _ = try house.importReports()
        let (first, _) = try house.night(told: EIO)
        #expect(first.code == 2 && first.remarks.count == 1)
        let (_, texts) = try house.night()
        #expect(texts[0].contains("your data stopped"), "\(texts)")
    }

    @Test("a night without a store throws what is missing, and leaves no sign of life")
    func noStore() throws {
        let house = try NightHouse()
        let store = LakeStore(path: house.path, environment: .ofMachine(programVersion: "0"))
        #expect(throws: LakeError.self) {
            _ = try CheckNight.run(
                path: house.path,
                open: { Station(lake: try store.writer()) },
                site: nil,
                isFull: false,
                clock: { 0 },
                tell: { _ in 0 }
            )
        }
        #expect(!FileManager.default.fileExists(atPath: house.path + "/heartbeat.json"))
    }

    @Test("who asked may stop an import between two documents: what was not begun is told as stopped")
    func cancelled() throws {
        let house = try NightHouse()
        try house.makeSite()
        _ = try house.folder.write("in/a.csv", house.report(days: 1...2))
        let station = try house.open(hooks: Hooks(isCancelled: { true }))
        let documents = InputWalk.documents([house.folder.path + "/in"], failed: { _, _ in })
        let resolver = SiteResolver(lake: station.lake, named: nil, mappings: [], newSitesLike: nil)
        var job = DocumentImport(station, resolver: resolver, settings: ImportSettings())
        var stopped = 0
        job.run(documents) { _, result in
            if case .failure(StationError.cancelled) = result { stopped += 1 }
        }
        #expect(stopped == 1)
    }

    @Test("an error names what failed; its remedy is apart, for whoever shows it to word")
    func remedies() throws {
        let house = try NightHouse()
        let error = #expect(throws: LakeError.self) {
            _ = try LakeStore(path: house.path, environment: .ofMachine(programVersion: "0")).snapshot()
        }
        #expect(error?.remedy == .makeStore(path: house.path))
        #expect(error.map { !"\($0)".contains("sunvigil init") } == true)
        #expect(StationError.noData(site: "a").remedy == .importPaths)
        #expect(!"\(StationError.severalSites)".contains("--"))
    }
}
