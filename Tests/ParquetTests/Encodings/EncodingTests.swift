// Encodings by their numbers in the specification.

import Testing

@testable import Parquet

@Suite("encodings and codecs by number")
struct EncodingTests {
    @Test("numbers stand for the names that the specification gives them")
    func names() {
        let names = [
            "PLAIN", "number 1", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED",
            "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT", "number 10",
        ]
        #expect((0...10).map { StatedEncoding($0).name } == names)
        let codecs = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW", nil]
        #expect((0...8).map { CompressionCodec(rawValue: $0)?.name } == codecs)
    }

    @Test("a page of nulls is read in any encoding of values, and in no other")
    func nullsOnly() throws {
        let decoder = ValueDecoder(schema: ColumnSchema(name: "a", physicalType: .int32))
        for number in Int64(-1)...10 {
            let encoding = StatedEncoding(number)
            func column() throws -> ColumnData {
                var cursor = ByteCursor([])
                return try decoder.column(
                    &cursor,
                    encoding: encoding,
                    rowCount: 2,
                    present: [false, false],
                    rows: 0..<2
                )
            }
            if [0, 2, 3, 5, 6, 7, 8, 9].contains(number) {
                #expect(try column() == ColumnData(values: .int32s([]), present: [false, false]))
            } else {
                #expect(throws: ParquetError.unsupported(.encoding(encoding.name), .init())) { try column() }
            }
        }
    }

    @Test("an encoding that a type cannot have is refused with both names")
    func wrongType() {
        let decoder = ValueDecoder(schema: ColumnSchema(name: "a", physicalType: .double))
        for (number, name) in [(3, "RLE"), (4, "BIT_PACKED"), (5, "DELTA_BINARY_PACKED"), (42, "number 42")] {
            #expect(throws: ParquetError.unsupported(.encoding("\(name) of DOUBLE"), .init())) {
                var cursor = ByteCursor([1, 2, 3])
                _ = try decoder.column(
                    &cursor,
                    encoding: StatedEncoding(Int64(number)),
                    rowCount: 1,
                    present: nil,
                    rows: 0..<1
                )
            }
        }
    }
}
