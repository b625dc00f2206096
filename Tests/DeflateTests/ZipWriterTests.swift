// Archives that other programs open.

import TestSupport
import Testing

@testable import Deflate

@Suite("archives")
struct ZipWriterTests {
    /// A member as the archive's directory tells of it.
    private struct Member: Equatable {
        let name: String
        let checksum: UInt32
        let content: [UInt8]
    }

    private func little(_ bytes: [UInt8], at start: Int, count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }

    /// Reads an archive by its directory, as the format's specification says.
    private func members(_ archive: [UInt8]) throws -> [Member] {
        let end = archive.count - 22
        #expect(Array(archive[end..<(end + 4)]) == [0x50, 0x4B, 5, 6])
        let count = little(archive, at: end + 10, count: 2)
        var position = little(archive, at: end + 16, count: 4)
        #expect(position + little(archive, at: end + 12, count: 4) == end)
        return try (0..<count).map { _ in
            #expect(Array(archive[position..<(position + 4)]) == [0x50, 0x4B, 1, 2])
            let checksum = UInt32(little(archive, at: position + 16, count: 4))
            let packedBytes = little(archive, at: position + 20, count: 4)
            let contentBytes = little(archive, at: position + 24, count: 4)
            let nameBytes = little(archive, at: position + 28, count: 2)
            let local = little(archive, at: position + 42, count: 4)
            let name = Array(archive[(position + 46)..<(position + 46 + nameBytes)])
            // What stands in front of the member says the same as the directory.
            #expect(Array(archive[local..<(local + 4)]) == [0x50, 0x4B, 3, 4])
            #expect(archive[(local + 4)..<(local + 30)] == archive[(position + 6)..<(position + 32)])
            #expect(Array(archive[(local + 30)..<(local + 30 + nameBytes)]) == name)
            let start = local + 30 + nameBytes
            let inflater = RawInflater()
            var content: [UInt8] = []
            try inflater.expand(archive[start..<(start + packedBytes)]) { content += $0 }
            #expect(inflater.isComplete && content.count == contentBytes)
            position += 46 + nameBytes
            return Member(name: String(decoding: name, as: UTF8.self), checksum: checksum, content: content)
        }
    }

    @Test("members come back by the directory, with their names and checksums", arguments: 0..<10)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var writer = ZipWriter()
        var right: [Member] = []
        for name in ["readme.txt", "evidence/März.csv", "empty"] {
            let content = name == "empty" ? [] : Samples.bytes(&random)
            let isAdded = writer.add(name, content)
            #expect(isAdded)
            right.append(Member(name: name, checksum: Checksum.crc32(content[...]), content: content))
        }
        #expect(try members(writer.finish()) == right, "seed \(seed)")
    }

    @Test("equal files give equal bytes")
    func equalBytes() {
        func archive() -> [UInt8] {
            var writer = ZipWriter()
            _ = writer.add("a.csv", Array("time,energy\n".utf8))
            return writer.finish()
        }
        #expect(archive() == archive())
    }

    @Test("an archive without members is one")
    func noMembers() throws {
        let archive = ZipWriter().finish()
        #expect(archive.count == 22)
        #expect(try members(archive).isEmpty)
    }

    @Test("a name that is too long is not added, and what is there stays")
    func longName() throws {
        var writer = ZipWriter()
        let areAdded = [writer.add("a", [1]), writer.add(String(repeating: "n", count: 65_535), [2])]
        #expect(areAdded == [true, false])
        #expect(try members(writer.finish()).map(\.name) == ["a"])
    }
}
