// Nights without a process: the clock is given, what is told is a value, and nothing is printed.

import Analysis
import Foundation
import Lake
import Readings
import Station
import TestSupport
import Testing

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
