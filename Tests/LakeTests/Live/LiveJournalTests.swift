// The journal of a gateway: what was appended is read again, whatever lies around it; a torn end is cut, and nothing else.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

@Suite("journal of a gateway")
struct LiveJournalTests {
    private let home: LiveHome

    init() throws { home = try LiveHome() }

    private func file(_ hour: String = "2026-10-14T13") -> String {
        "\(home.path)/live/\(LiveHome.serial)/\(hour).jsonl.gz"
    }

    private func append(_ rounds: Range<Int64>, to journal: LiveJournal) throws {
        for round in rounds {
            try journal.append(LiveHome.lines(round), utcSeconds: LiveHome.start + round * 60)
        }
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    private func put(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    @Test("rounds are read in order, by time and behind a place; hours of UTC name the files")
    func reading() throws {
        let journal = try home.journal()
        try append(0..<130, to: journal)
        #expect(try journal.folder.hours() == ["2026-10-14T13", "2026-10-14T14", "2026-10-14T15"])
        #expect(try LiveHome.rounds(journal.folder).rounds == Array(0..<130))
        let late = LiveHome.start + 61 * 60
        #expect(try LiveHome.rounds(journal.folder, from: late).rounds == Array(61..<130))
        var positions: [LivePosition] = []
        let remarks = try journal.folder.read { round in
            positions.append(round.position)
            #expect(round.lines == LiveHome.lines(Int64(positions.count - 1)))
        }
        #expect(remarks.isEmpty)
        let staged = ["2026-10-14T13": positions[59], "2026-10-14T14": positions[70]]
        #expect(try LiveHome.rounds(journal.folder, behind: staged).rounds == Array(71..<130))
        #expect(try journal.append([], utcSeconds: LiveHome.start) == nil)
    }

    @Test("any gzip reads a file of the journal, and its modes are the store's")
    func gzip() throws {
        let journal = try home.journal()
        try append(0..<3, to: journal)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "gzip -dc < '\(file())'"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let wanted = (0..<3 as Range<Int64>).flatMap { LiveHome.lines($0) }.map {
            String(decoding: $0, as: UTF8.self) + "\n"
        }
        #expect(process.terminationStatus == 0 && String(decoding: output, as: UTF8.self) == wanted.joined())
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(file()) == 0o600 && mode("\(home.path)/live") == 0o700)
        #expect(try mode("\(home.path)/live/\(LiveHome.serial)") == 0o700)
    }

    @Test(
        "a torn end is cut off and kept aside, wherever it tore and whatever stands in the place of its bytes"
    )
    func torn() throws {
        var journal: LiveJournal? = try home.journal()
        try append(0..<2, to: try #require(journal))
        let two = try bytes(file()).count
        try append(2..<3, to: try #require(journal))
        journal = nil
        let whole = try bytes(file())
        let zeros = [UInt8](repeating: 0, count: 40)
        var flipped = whole
        flipped[whole.count - 12] ^= 0x55
        var tails = [Array(whole[..<two]) + zeros, Array(whole[..<two]) + [0x1F], flipped]
        for end in stride(from: two + 1, to: whole.count, by: 7) { tails.append(Array(whole[..<end])) }
        for tail in tails {
            try put(tail, file())
            #expect(try home.lake.verify().damages == [])
            let again = try home.journal()
            #expect(again.notices.count == 1 && again.notices[0].contains("cut off"))
            #expect(try bytes(file()) == Array(whole[..<two]))
            try append(7..<8, to: again)
            #expect(try LiveHome.rounds(again.folder).rounds == [0, 1, 7])
            #expect(try LiveHome.rounds(again.folder).remarks == [] && home.lake.verify().damages == [])
        }
        let aside = try FileManager.default.subpathsOfDirectory(atPath: home.path + "/quarantine")
            .filter { $0.hasSuffix(".jsonl.gz") }
        #expect(aside.count == tails.count)
    }

    @Test("damage before the last round costs the rounds that it hit, is told, and cuts nothing")
    func damage() throws {
        var journal: LiveJournal? = try home.journal()
        try append(0..<6, to: try #require(journal))
        journal = nil
        let whole = try bytes(file())
        let size = whole.count / 6
        // In the head of the third round, in its bytes, and a piece that went.
        var head = whole
        head[size * 2 + 3] ^= 0xFF
        var content = whole
        content[size * 2 + 40] ^= 0x10
        let gone = Array(whole[..<(size * 2 + 9)]) + Array(whole[(size * 2 + 31)...])
        for damaged in [head, content, gone] {
            try put(damaged, file())
            let again = try home.journal()
            #expect(again.notices == [])
            try append(6..<7, to: again)
            let (rounds, remarks) = try LiveHome.rounds(again.folder)
            #expect(remarks.count == 1 && rounds.last == 6)
            #expect(Set(0..<6).subtracting(rounds).count == 1, "\(rounds)")
            let check = try home.lake.verify()
            #expect(check.damages.contains { $0.contains("2026-10-14T13.jsonl.gz") })
        }
    }

    @Test("a file that was cut and grew again is read from its beginning, not from a place that is none")
    func otherPlace() throws {
        let journal = try home.journal()
        let position = try #require(
            try journal.append(LiveHome.lines(1), utcSeconds: LiveHome.start)
        )
        let staged = [position.hour: position]
        #expect(try LiveHome.rounds(journal.folder, behind: staged).rounds == [])
        try put([], file())
        // As long as the one before, and another.
        try journal.append(LiveHome.lines(2), utcSeconds: LiveHome.start)
        #expect(try bytes(file()).count == Int(position.byteCount))
        #expect(try LiveHome.rounds(journal.folder, behind: staged).rounds == [2])
    }

    @Test("a clock that jumps back, or says anything, loses no round")
    func clocks() throws {
        let journal = try home.journal()
        try append(0..<2, to: journal)
        let times = [LiveHome.start - 90 * 86_400, LiveHome.start + 3, Int64.min, Int64.max]
        for (number, time) in times.enumerated() {
            try journal.append(LiveHome.lines(Int64(10 + number)), utcSeconds: time)
        }
        #expect(try Set(LiveHome.rounds(journal.folder).rounds) == [0, 1, 10, 11, 12, 13])
        #expect(try home.lake.verify().damages == [])
    }

    @Test("one process watches a gateway; another one is told which")
    func lock() throws {
        let journal = try home.journal()
        #expect {
            _ = try home.journal()
        } throws: { error in
            guard case LakeError.watched(LiveHome.serial, let holder) = error else { return false }
            return holder == "process \(ProcessInfo.processInfo.processIdentifier)"
        }
        _ = try home.journal("122000000002")
        withExtendedLifetime(journal) {}
    }

    @Test(
        "a serial number is no path",
        arguments: ["", "..", "a/b", "1 2", "ä", "12\n", String(repeating: "1", count: 33)]
    )
    func serials(serial: String) throws {
        #expect {
            _ = try home.journal(serial)
        } throws: {
            if case LakeError.gatewaySerial = $0 { true } else { false }
        }
    }

    @Test("no link is followed: not of the folders, not of a file, not of the lock")
    func links() throws {
        let elsewhere = home.folder.path + "/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        let live = home.path + "/live"
        try FileManager.default.createSymbolicLink(atPath: live, withDestinationPath: elsewhere)
        #expect(throws: LakeError.self) { _ = try home.journal() }
        try FileManager.default.removeItem(atPath: live)
        try FileManager.default.createDirectory(atPath: live, withIntermediateDirectories: false)
        let own = "\(live)/\(LiveHome.serial)"
        try FileManager.default.createSymbolicLink(atPath: own, withDestinationPath: elsewhere)
        #expect(throws: LakeError.self) { _ = try home.journal() }
        #expect(try home.lake.verify().remarks.contains { $0.contains("no file of a gateway's journal") })
        try FileManager.default.removeItem(atPath: own)
        let journal = try home.journal()
        let target = try home.folder.write("target", "kept")
        try FileManager.default.createSymbolicLink(atPath: file(), withDestinationPath: target)
        #expect(throws: LakeError.self) { try append(0..<1, to: journal) }
        #expect(try bytes(target) == Array("kept".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere).isEmpty)
    }

    @Test("a round of many megabytes is several members and comes back whole")
    func large() throws {
        let journal = try home.journal()
        var random = SeededGenerator(seed: 4)
        let lines = (0..<5).map { _ in
            (0..<(3 << 20)).map { _ in UInt8.random(in: 32...126, using: &random) }
        }
        let position = try journal.append(lines, utcSeconds: LiveHome.start)
        var found: [[UInt8]] = []
        var last: LivePosition?
        _ = try journal.folder.read { round in
            found += round.lines
            last = round.position
        }
        #expect(found == lines && last?.byteCount == position?.byteCount && last?.check == position?.check)
    }
}
