// Dictionaries of more than 256 entries, there and back.

import Foundation
import Testing

@testable import Parquet

/// Dictionaries of more than 256 entries.
@Suite struct PairedIndicesTests {
    /// Counts that fall as loads of a house do.
    private func counts(_ number: Int) -> [UInt32] {
        (0..<number).map { rank -> UInt32 in
            let distance = rank + 3
            return UInt32(200_000 / (distance * distance) + 1)
        }
    }

    private func entropy(_ counts: [Double]) -> Double {
        let total = counts.reduce(0, +)
        return counts.filter { $0 > 0 }.map { count -> Double in
            let share = count / total
            return -share * log2(share)
        }.reduce(0, +)
    }

    @Test(arguments: [257, 600, 5_000, 65_536])
    func everyEntryHasAPlaceOfItsOwn(_ number: Int) {
        let places = PairedIndices.indices(counts(number))
        #expect(places.count == number)
        #expect(Set(places).count == number)
    }

    @Test func bothBytesTakeAboutTheEntropyOfTheValues() {
        let counts = counts(600)
        var bytes = [Double](repeating: 0, count: 256)
        for (place, count) in zip(PairedIndices.indices(counts), counts) {
            bytes[Int(place >> 8)] += Double(count)
            bytes[Int(place & 255)] += Double(count)
        }
        let values = entropy(counts.map(Double.init))
        // By falling frequency they take 2 bits more.
        #expect(2 * entropy(bytes) < values + 0.35)
        #expect(2 * entropy(bytes) >= values)
    }

    @Test func aColumnComesBackAsItWas() throws {
        var state: UInt64 = 7
        let values = (0..<50_000).map { _ -> Int32 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let uniform = Double(state >> 11) / Double(1 << 53)
            return Int32(700 * uniform * uniform * uniform) - 20
        }
        let schema = ColumnSchema(name: "load", physicalType: .int32, isOptional: false, fieldID: 1)
        let group = EncodedRowGroup([ColumnData(values: .int32s(values))], columns: [schema])
        #expect(group.chunks[0].hasDictionary)
        var assembler = ParquetAssembler(columns: [schema], sorting: [], keyValues: [], createdBy: "test")
        assembler.append(group)
        let reader = try ParquetReader(ParquetAssembler.start + group.bytes + assembler.finish().bytes)
        #expect(try reader.column(0) == ColumnData(values: .int32s(values)))
        // What is wanted of pages comes alone, across their borders too.
        for rows in [0..<1, 16_383..<16_385, 16_384..<32_768, 100..<49_999, 49_999..<50_000] {
            let right = ColumnData(values: .int32s(Array(values[rows])))
            #expect(try reader.column(0, rowGroup: 0, rows: rows) == right)
        }
        // Free places hold no value that the column lacks.
        let dictionary = try #require(IntegerDictionary(values, (values.min() ?? 0, values.max() ?? 0)))
        #expect(Set(dictionary.entries) == Set(values))
        #expect(dictionary.entries.count > dictionary.distinctCount)
    }

    @Test(
        "an offset index that lies is passed over, and all is read",
        arguments: [
            (Int64.min, 1), (-5, 1), (0, 0), (1 << 40, 1), (Int64.max, 2), (16_384, 0),
        ]
    )
    func hostileOffsetIndex(_ value: Int64, _ page: Int) throws {
        let values = (0..<50_000).map { Int32($0 % 700) }
        let schema = ColumnSchema(name: "load", physicalType: .int32, isOptional: false, fieldID: 1)
        let group = EncodedRowGroup([ColumnData(values: .int32s(values))], columns: [schema])
        for isRow in [true, false] {
            var chunks = group.chunks
            let old = chunks[0].pages[page]
            chunks[0].pages[page] = EncodedChunk.Page(
                offset: isRow ? old.offset : Int(clamping: value / 2),
                byteCount: isRow ? old.byteCount : Int(clamping: value),
                firstRow: isRow ? Int(value) : old.firstRow,
                statistics: old.statistics,
                isAllNull: false
            )
            let lying = EncodedRowGroup(
                rowCount: group.rowCount,
                bytes: group.bytes,
                chunks: chunks,
                chunkStarts: group.chunkStarts
            )
            var assembler = ParquetAssembler(columns: [schema], sorting: [], keyValues: [], createdBy: "test")
            assembler.append(lying)
            let reader = try ParquetReader(ParquetAssembler.start + group.bytes + assembler.finish().bytes)
            for rows in [0..<100, 16_000..<40_000] {
                let right = ColumnData(values: .int32s(Array(values[rows])))
                // Page 0 of row 0 is no lie.
                #expect(try reader.column(0, rowGroup: 0, rows: rows) == right)
            }
            #expect(try reader.rows(of: 0, rowGroup: 0, overlapping: 5...9) == 0..<50_000)
        }
    }
}
