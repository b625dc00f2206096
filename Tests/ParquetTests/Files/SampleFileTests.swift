// The reader against files of other writers, with values computed by others. Needs the shared folder.

import Foundation
@testable import Parquet
import TestSupport
import Testing

private let folder = "samples/parquet/parquet-testing"

/// The expectation file, read once.
private func expectations() throws -> [String: [String: Any]] {
    let data = Data(try Shared.bytes("\(folder)/expected.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
}

/// Returns each row's text in the form in which the expectation file sums it.
private func texts(_ data: ColumnData, _ schema: ColumnSchema) -> [String] {
    let values: [String]
    switch data.values {
    case .booleans(let items): values = items.map { $0 ? "true" : "false" }
    case .int32s(let items): values = items.map { decimal(Int64($0), schema) }
    case .int64s(let items): values = items.map { decimal($0, schema) }
    case .floats(let items): values = items.map { hex(Double($0)) }
    case .doubles(let items): values = items.map(hex)
    case .byteArrays(let items):
        values = items.map { bytes in
            switch schema.logicalType {
            case .decimal:
                var number: Int64 = (bytes.first ?? 0) >= 128 ? -1 : 0
                for byte in bytes { number = number << 8 | Int64(byte) }
                return decimal(number, schema)
            case .float16:
                return hex(Double(Float16Bits.widen(UInt16(bytes[0]) | UInt16(bytes[1]) << 8)))
            default:
                return bytes.map { String(format: "%02x", $0) }.joined()
            }
        }
    }
    guard let present = data.present else { return values }
    var next = 0
    return present.map { isPresent in
        guard isPresent else { return "null" }
        next += 1
        return values[next - 1]
    }
}

private enum Float16Bits {
    static func widen(_ bits: UInt16) -> Float {
        let sign: Float = bits >> 15 == 1 ? -1 : 1
        let exponent = Int(bits >> 10 & 31)
        let fraction = Float(bits & 1023)
        if exponent == 31 { return fraction == 0 ? sign * .infinity : .nan }
        if exponent == 0 { return sign * fraction * Float(pow(2.0, -24.0)) }
        return sign * (1 + fraction / 1024) * Float(pow(2.0, Double(exponent - 15)))
    }
}

private func hex(_ value: Double) -> String {
    value.isNaN ? "7ff8000000000000" : String(format: "%016lx", value.bitPattern)
}

private func decimal(_ value: Int64, _ schema: ColumnSchema) -> String {
    guard case .decimal(let scale)? = schema.logicalType, scale > 0 else { return String(value) }
    let digits = String(value.magnitude)
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    return "\(value < 0 ? "-" : "")\(padded.dropLast(scale)).\(padded.suffix(scale))"
}

/// Files of which the reader refuses a column, by design, with the words of the refusal.
private let refusals: [String: String] = [
    "data/byte_stream_split.zstd.parquet": "codec ZSTD", "data/delta_length_byte_array.parquet": "codec ZSTD",
    "data/page_v2_empty_compressed.parquet": "codec ZSTD", "bad_data/ARROW-GH-43605.parquet": "codec ZSTD",
]

@Suite("files of other writers", .enabled(if: Shared.isPresent))
struct SampleFileTests {
    @Test("every file of parquet-testing gives its expected values or a refusal by name")
    func parquetTesting() throws {
        var filesRead = 0
        var columnsRead = 0
        for (name, expectation) in try expectations().sorted(by: { $0.key < $1.key }) {
            let bytes = try Shared.bytes("\(folder)/\(name)")
            let must = expectation["must"] as? String ?? ""
            if must.hasPrefix("throw") {
                #expect(throws: ParquetError.self, "\(name) must not be read") {
                    let reader = try ParquetReader(bytes)
                    for index in reader.columns.indices { _ = try reader.column(index) }
                }
                continue
            }
            let reader = try ParquetReader(bytes)
            #expect(reader.rowCount == expectation["rows"] as? Int, "\(name)")
            #expect(reader.rowGroupCount == expectation["row_groups"] as? Int, "\(name)")
            let columns = try #require(expectation["columns"] as? [String: [String: Any]])
            for (index, schema) in reader.columns.enumerated() {
                let wanted = try #require(columns[schema.name], "\(name) \(schema.name)")
                do {
                    let data = try reader.column(index)
                    let rows = texts(data, schema)
                    let sum = Gzip.crc32(Array(rows.map { $0 + "\n" }.joined().utf8)[...])
                    #expect(
                        String(format: "%08x", sum) == wanted["crc32"] as? String,
                        "\(name) \(schema.name) \(rows.prefix(3))"
                    )
                    #expect(data.nullCount == wanted["nulls"] as? Int, "\(name) \(schema.name)")
                    columnsRead += 1
                } catch let error as ParquetError {
                    let words = "\(error)"
                    let isDesigned =
                        refusals[name].map(words.contains) == true
                        || (schema.physicalType == .int96 && words.contains("INT96"))
                    #expect(isDesigned, "\(name): \(error)")
                }
            }
            filesRead += 1
        }
        #expect(filesRead >= 36)
        #expect(columnsRead >= 200)
    }

    @Test(
        "every file of the matrix gives its golden numbers",
        arguments: [
            "h_baseline", "h_all_good", "h_v2", "h_dict", "h_dict_bytewide", "h_delta_bytewide", "h_required",
            "h_page_index",
        ]
    )
    func matrix(name: String) throws {
        let expectation = try #require(
            try JSONSerialization.jsonObject(
                with: Data(try Shared.bytes("samples/parquet/matrix/expect.json"))
            )
                as? [String: Any]
        )
        let reader = try ParquetReader(try Shared.bytes("samples/parquet/matrix/\(name).parquet"))
        func column(_ name: String) throws -> ColumnData {
            try reader.column(try #require(reader.columns.firstIndex { $0.name == name }))
        }
        func integers(_ name: String) throws -> [Int64] {
            switch try column(name).values {
            case .int32s(let values): values.map(Int64.init)
            case .int64s(let values): values
            default: []
            }
        }
        #expect(reader.rowCount == expectation["n"] as? Int)
        #expect(try integers("wh").reduce(0, +) == Int64(try #require(expectation["sum_wh"] as? Int)))
        #expect(try integers("wh").count == expectation["nn_wh"] as? Int)
        #expect(try integers("soc").reduce(0, +) == Int64(try #require(expectation["sum_soc"] as? Int)))
        #expect(try integers("big").count == expectation["nn_big"] as? Int)
        // The exact sum modulo the prime 2^61 - 1, as the expectation file has it.
        let prime: Int64 = (1 << 61) - 1
        let sum = try integers("big").reduce(Int64(0)) { ($0 + ($1 % prime + prime) % prime) % prime }
        #expect(String(sum) == expectation["xor_big"] as? String)
        let dev = try column("dev")
        #expect(dev.values.count == expectation["nn_dev"] as? Int)
        if case .byteArrays(let strings) = dev.values {
            #expect(Set(strings).count == expectation["nd_dev"] as? Int)
        }
        if case .doubles(let doubles) = try column("dbl").values {
            #expect(doubles.count == expectation["nn_dbl"] as? Int)
            #expect(abs(doubles.reduce(0, +) - (try #require(expectation["sum_dbl"] as? Double))) < 1e-6)
        }
        #expect(try column("allnull").nullCount == 10_000)
    }

    @Test("a file without row groups has no rows")
    func zeroRows() throws {
        let reader = try ParquetReader(try Shared.bytes("samples/parquet/matrix/h_zero_rows_no_rg.parquet"))
        #expect(reader.rowCount == 0)
        #expect(try reader.column(0).rowCount == 0)
    }

    @Test(
        "invalid files are refused, never read as something else",
        arguments: ["h_delta_unpadded", "h_zlib_not_gzip"]
    )
    func invalid(name: String) throws {
        let reader = try ParquetReader(try Shared.bytes("samples/parquet/matrix/\(name).parquet"))
        #expect(throws: ParquetError.self) {
            for index in reader.columns.indices { _ = try reader.column(index) }
        }
    }
}
