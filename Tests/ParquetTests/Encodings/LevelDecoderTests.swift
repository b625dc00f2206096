// Levels of definition, whole and damaged.

import TestSupport
import Testing

@testable import Parquet

@Suite("definition levels")
struct LevelDecoderTests {
    private let runs = StatedEncoding(Encoding.rle.rawValue)
    private let bits = StatedEncoding(Encoding.bitPacked.rawValue)

    /// Returns levels behind their count, as a page of the first version has them.
    private func prefixed(_ levels: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        appendLittleEndian(UInt64(levels.count), width: 4, to: &bytes)
        return bytes + levels
    }

    private func flags(_ random: inout SeededGenerator) -> [Bool] {
        var flags: [Bool] = []
        while flags.count < 1_000 {
            let run = [1, 2, 7, 8, 9, 100].randomElement(using: &random) ?? 1
            let flag = Bool.random(using: &random)
            flags += (0..<run).map { _ in run < 8 ? Bool.random(using: &random) : flag }
        }
        return flags + [false]
    }

    @Test("runs and packed groups give the flags that were written", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let flags = flags(&random)
        let levels = RunLengthHybrid.encode(flags.map { $0 ? 1 : 0 }, width: 1)
        var cursor = ByteCursor(prefixed(levels) + [9])
        #expect(
            try LevelDecoder.presence(&cursor, encoding: runs, rowCount: flags.count) == flags,
            "seed \(seed)"
        )
        #expect(cursor.remaining == 1)
        #expect(try LevelDecoder.presence(ByteCursor(levels), rowCount: flags.count) == flags)
    }

    @Test("one run of ones says that every row has a value, one of zeros that none has")
    func oneRun() throws {
        for rowCount in [1, 8, 63, 64, 20_000] {
            for level: UInt8 in [0, 1] {
                var levels: [UInt8] = []
                appendVarint(UInt64(rowCount) << 1, to: &levels)
                levels.append(level)
                var cursor = ByteCursor(prefixed(levels))
                let right = level == 1 ? nil : [Bool](repeating: false, count: rowCount)
                #expect(try LevelDecoder.presence(&cursor, encoding: runs, rowCount: rowCount) == right)
                #expect(cursor.remaining == 0)
                var whole = ByteCursor(prefixed(levels))
                if level == 1 {
                    try LevelDecoder.skipWhole(&whole, rowCount: rowCount)
                    #expect(whole.remaining == 0)
                } else {
                    #expect(throws: ParquetError.damaged(.badStructure(field: "missing values"), .init())) {
                        try LevelDecoder.skipWhole(&whole, rowCount: rowCount)
                    }
                }
            }
        }
    }

    @Test("deprecated bits are read from the highest on")
    func bitPacked() throws {
        var cursor = ByteCursor([0b1010_0000, 0b0100_0000])
        let right = [true, false, true, false, false, false, false, false, false, true]
        #expect(try LevelDecoder.presence(&cursor, encoding: bits, rowCount: 10) == right)
        #expect(cursor.remaining == 0)
    }

    @Test("levels of any other encoding are refused by name")
    func otherEncodings() {
        for (number, name) in [(0, "PLAIN"), (8, "RLE_DICTIONARY"), (-1, "number -1"), (77, "number 77")] {
            #expect(throws: ParquetError.unsupported(.encoding(name), .init())) {
                var cursor = ByteCursor([])
                _ = try LevelDecoder.presence(&cursor, encoding: StatedEncoding(Int64(number)), rowCount: 3)
            }
        }
    }

    @Test("levels that are cut off throw", arguments: 0..<20)
    func cut(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let flags = flags(&random)
        let levels = RunLengthHybrid.encode(flags.map { $0 ? 1 : 0 }, width: 1)
        let page = prefixed(levels)
        for length in 0..<page.count {
            #expect(throws: ParquetError.self, "seed \(seed) at \(length)") {
                var cursor = ByteCursor(Array(page[..<length]))
                _ = try LevelDecoder.presence(&cursor, encoding: runs, rowCount: flags.count)
            }
        }
    }

    @Test("noise throws or gives a flag for every row, and never traps", arguments: 0..<500)
    func noise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let noise = (0..<60).map { _ in UInt8.random(in: 0...255, using: &random) }
        let rowCount = Int.random(in: 0...500, using: &random)
        for bytes in [noise, prefixed(noise)] {
            for encoding in [runs, bits] {
                var cursor = ByteCursor(bytes)
                guard
                    let flags = try? LevelDecoder.presence(&cursor, encoding: encoding, rowCount: rowCount)
                else { continue }
                #expect(flags.count == rowCount, "seed \(seed)")
            }
            var cursor = ByteCursor(bytes)
            try? LevelDecoder.skipWhole(&cursor, rowCount: rowCount)
        }
    }
}
