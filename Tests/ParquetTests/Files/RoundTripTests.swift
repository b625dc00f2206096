// What is written as Parquet is read as it was, over seeds.

import Parquet
import TestSupport
import Testing

private let schema = [
    ColumnSchema(name: "a", physicalType: .int32, fieldID: 1),
    ColumnSchema(name: "b", physicalType: .int64, fieldID: 2),
    ColumnSchema(name: "c", physicalType: .byteArray, logicalType: .string, fieldID: 3),
    ColumnSchema(name: "d", physicalType: .double, fieldID: 4),
]

private func randomColumns(_ rowCount: Int, _ generator: inout SeededGenerator) -> [ColumnData] {
    func present() -> [Bool] { (0..<rowCount).map { _ in Int.random(in: 0..<10, using: &generator) > 1 } }
    let spread = [1, 5, 300, 1 << 20, 1 << 31].randomElement(using: &generator) ?? 1
    let a = present()
    let b = present()
    let c = present()
    return [
        ColumnData(
            values: .int32s(
                a.filter { $0 }.map { _ in
                    Int32(truncatingIfNeeded: Int.random(in: -spread..<spread, using: &generator))
                }
            ),
            present: a
        ),
        ColumnData(
            values: .int64s(
                b.filter { $0 }.map { _ in
                    Bool.random(using: &generator) ? .random(in: .min ... .max, using: &generator) : 7
                }
            ),
            present: b
        ),
        ColumnData(
            values: .byteArrays(
                c.filter { $0 }.map { _ in Array("s\(Int.random(in: 0..<spread, using: &generator))".utf8) }
            ),
            present: c
        ),
        ColumnData(values: .doubles((0..<rowCount).map { _ in .random(in: -1...1, using: &generator) })),
    ]
}

private func normal(_ data: ColumnData) -> ColumnData {
    data.present?.contains(false) == true ? data : ColumnData(values: data.values)
}

@Suite("own files")
struct RoundTripTests {
    @Test("what was written is read again", arguments: 0..<24)
    func roundTrip(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let rowCount = [1, 2, 31, 128, 129, 1025, 5_000, 70_000][seed % 8]
        let columns = randomColumns(rowCount, &generator)
        var writer = ParquetWriter(columns: schema, createdBy: "Test version 1 (build x)")
        writer.append(columns)
        let reader = try ParquetReader(writer.finish().bytes)
        #expect(reader.rowCount == rowCount)
        for index in columns.indices {
            #expect(
                normal(try reader.column(index)) == normal(columns[index]),
                "seed \(seed) column \(index)"
            )
        }
    }

    @Test("a file cut at any length throws, and a flipped byte never changes a value unseen")
    func damage() throws {
        var generator = SeededGenerator(seed: 3)
        let columns = randomColumns(40, &generator)
        var writer = ParquetWriter(columns: schema, createdBy: "Test version 1 (build x)")
        writer.append(columns)
        let bytes = writer.finish().bytes
        for length in 0..<bytes.count {
            #expect(throws: ParquetError.self) { try ParquetReader(Array(bytes[..<length])) }
        }
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 1 << UInt8(position % 8)
            guard let reader = try? ParquetReader(damaged) else { continue }
            for index in reader.columns.indices { _ = try? reader.column(index) }
        }
    }

    @Test("a flipped bit in a page body fails its checksum")
    func checksum() throws {
        var writer = ParquetWriter(columns: [schema[0]], createdBy: "Test version 1 (build x)")
        writer.append([ColumnData(values: .int32s((0..<200).map { $0 * $0 }))])
        var bytes = writer.finish().bytes
        bytes[60] ^= 1
        #expect(throws: ParquetError.self) { try ParquetReader(bytes).column(0) }
    }
}
