// Archives and JSON from outside: what they hold, and what is refused before memory is asked for.

import Deflate
import Foundation
import Ingest
import TestSupport
import Testing

/// Builds ZIP archives, right and wrong ones.
private struct ZipBuilder {
    var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    private static func number(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    mutating func add(
        _ name: String,
        _ content: [UInt8],
        deflates: Bool,
        checksum: UInt32? = nil,
        flags: Int = 0
    ) throws {
        var crc = CRC32()
        crc.update(content[...])
        var stored = content
        if deflates {
            // A gzip member is a header of 10 bytes, deflated bytes and 8 bytes behind them.
            var gzip: [UInt8] = []
            GzipCompressor(level: 6).compress(content[...], isLast: true) { gzip += $0 }
            stored = Array(gzip[10..<(gzip.count - 8)])
        }
        let n = ZipBuilder.number
        let shared =
            n(20, 2) + n(flags, 2) + n(deflates ? 8 : 0, 2) + n(0, 4)
            + n(Int(checksum ?? crc.value), 4) + n(stored.count, 4) + n(content.count, 4)
            + n(name.utf8.count, 2) + n(0, 2)
        directory += n(0x0201_4B50, 4) + n(20, 2) + shared + n(0, 2) + n(0, 2) + n(0, 2) + n(0, 4)
        directory += n(bytes.count, 4) + Array(name.utf8)
        bytes += n(0x0403_4B50, 4) + shared + Array(name.utf8) + stored
        count += 1
    }

    func finish(count stated: Int? = nil) -> [UInt8] {
        let n = ZipBuilder.number
        return bytes + directory + n(0x0605_4B50, 4) + n(0, 2) + n(0, 2) + n(stated ?? count, 2)
            + n(stated ?? count, 2)
            + n(directory.count, 4) + n(bytes.count, 4) + n(0, 2)
    }
}

private func open(_ bytes: [UInt8]) throws -> ZipArchive {
    try ZipArchive(byteCount: Int64(bytes.count)) { offset, count in
        guard offset >= 0, offset < Int64(bytes.count) else { return [] }
        return Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
    }
}

private func contents(_ archive: ZipArchive) throws -> [String: Int] {
    var result: [String: Int] = [:]
    for member in archive.members {
        result[member.name] = 0
        try archive.expand(member) { result[member.name, default: 0] += $0.count }
    }
    return result
}

@Suite("archives")
struct ArchiveTests {
    @Test("stored and deflated members come out as they went in")
    func members() throws {
        var builder = ZipBuilder()
        let text = Array(String(repeating: "Date/Time,Energy\n", count: 100_000).utf8)
        try builder.add("a/b.csv", text, deflates: true)
        try builder.add("c", [1, 2, 3], deflates: false)
        try builder.add("empty", [], deflates: true)
        #expect(try contents(open(builder.finish())) == ["a/b.csv": text.count, "c": 3, "empty": 0])
    }

    @Test("a gigabyte of zeros in a megabyte is refused long before it is out")
    func bomb() throws {
        // 64 MiB of zeros deflate to 64 kB: a thousand to one.
        var builder = ZipBuilder()
        try builder.add("bomb", [UInt8](repeating: 0, count: 64 << 20), deflates: true)
        let bytes = builder.finish()
        let archive = try open(bytes)
        var out = 0
        #expect(throws: IngestError.limit(.expansionRatio, found: nil, limit: 300)) {
            try archive.expand(archive.members[0]) { out += $0.count }
        }
        #expect(out < 48 << 20)
        var gzip: [UInt8] = []
        GzipCompressor(level: 9).compress([UInt8](repeating: 0, count: 64 << 20)[...], isLast: true) {
            gzip += $0
        }
        var document = GzipDocument(compressedBytes: Int64(gzip.count))
        #expect(throws: IngestError.limit(.expansionRatio, found: nil, limit: 300)) {
            try document.feed(gzip[...]) { _ in }
        }
    }

    @Test("wrong checksums, encryption and too many members are named")
    func refusals() throws {
        var wrong = ZipBuilder()
        try wrong.add("x.csv", [1, 2, 3], deflates: true, checksum: 7)
        let archive = try open(wrong.finish())
        #expect(throws: IngestError.self) { try archive.expand(archive.members[0]) { _ in } }
        var encrypted = ZipBuilder()
        try encrypted.add("secret", [1], deflates: false, flags: 1)
        let sealed = encrypted.finish()
        #expect {
            _ = try open(sealed)
        } throws: {
            "\($0)".contains("secret in the ZIP archive is encrypted")
        }
        #expect(throws: IngestError.limit(.members, found: 60_000, limit: 10_000)) {
            _ = try open(encrypted.finish(count: 60_000))
        }
    }

    @Test("damaged archives throw and never trap")
    func damage() throws {
        var builder = ZipBuilder()
        try builder.add("a.csv", Array(String(repeating: "1,2,3\n", count: 500).utf8), deflates: true)
        try builder.add("b.csv", Array("x".utf8), deflates: false)
        let whole = builder.finish()
        var random = SeededGenerator(seed: 5)
        var refused = 0
        for round in 0..<2_000 {
            var bytes = whole
            if round % 2 == 0 {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            } else {
                for _ in 0..<3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                        in: 0...255,
                        using: &random
                    )
                }
            }
            do { _ = try contents(open(bytes)) } catch { refused += 1 }
        }
        #expect(refused > 1_000)
        #expect(try contents(open(whole)).count == 2)
    }
}

@Suite("JSON from outside")
struct JSONDocumentTests {
    private func fault(_ text: String) -> IngestError? {
        do {
            _ = try JSONDocument(Array(text.utf8))
            return nil
        } catch { return error as? IngestError }
    }

    @Test("values are found by name and keep their exact form")
    func values() throws {
        let text = #"{"a":[1,-0.0,60.000,1e3,"85.5%",null,true],"b":{"c\n\u00e9😀":"x\"y"},"":{}}"#
        let root = try JSONDocument(Array(text.utf8)).root
        let a = try #require(root["a"])
        #expect(Array(a.elements).map(\.looseDouble) == [1, 0, 60, 1000, 85.5, nil, nil])
        #expect(Array(a.elements).map(\.int64) == [1, 0, 60, 1000, nil, nil, nil])
        #expect(a.count == 7 && root.count == 3)
        let inner = try #require(root["b"]?.members.first { _ in true })
        #expect(inner.name == "c\né😀" && inner.value.string == "x\"y")
        #expect(root["b"]?["c\né😀"]?.string == "x\"y")
        #expect(root["a"]?["b"] == nil && root["zz"] == nil)
    }

    @Test("what JSON does not allow is named with its line")
    func faults() {
        #expect(fault("{\"a\":1,\n\"a\":2}") == .json(line: 2, .repeatedName("a")))
        #expect(fault(#"{"\u0061":1,"a":2}"#) == .json(line: 1, .repeatedName("a")))
        #expect(fault("[NaN]") == .json(line: 1, .number) && fault("[Infinity]") == .json(line: 1, .number))
        #expect(fault("[1e999]") == .json(line: 1, .numberRange) && fault("[01]") == .json(line: 1, .number))
        #expect(fault("[1,]") != nil && fault("[1") == .json(line: 1, .truncated))
        #expect(
            fault("{\"a\" 1}") == .json(line: 1, .unexpected) && fault("[1] 2") == .json(line: 1, .trailing)
        )
        #expect(
            fault("[\"a\u{1}\"]") == .json(line: 1, .controlCharacter)
                && fault("") == .json(line: 1, .truncated)
        )
        #expect(fault(#"["\x"]"#) == .json(line: 1, .escape))
    }

    @Test("depth and size are bounded before memory is asked for")
    func bounds() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(fault(deep) == .limit(.depth, found: nil, limit: 64))
        let large = [UInt8](repeating: UInt8(ascii: " "), count: (20 << 20) + 1)
        #expect(throws: IngestError.limit(.documentBytes, found: Int64(large.count), limit: 20 << 20)) {
            _ = try JSONDocument(large)
        }
        #expect(
            fault("[\(String(repeating: "1", count: 500))]") == .limit(.numberBytes, found: 500, limit: 400)
        )
    }

    @Test("many names in one object take time in proportion to them")
    func manyNames() throws {
        let text = "{" + (0..<200_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        #expect(try JSONDocument(Array(text.utf8)).root["k199999"]?.int64 == 199_999)
        let twice = "{" + (0..<50_000).map { "\"k\($0 % 49_999)\":0" }.joined(separator: ",") + "}"
        #expect(fault(twice) == .json(line: 1, .repeatedName("k0")))
    }
}
