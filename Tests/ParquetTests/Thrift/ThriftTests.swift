// Thrift values there and back, and damage that throws.

import TestSupport
import Testing

@testable import Parquet

/// Fields of a structure that no file has, far apart and close together.
private enum SampleField: Int, ThriftField, CaseIterable {
    case first = 1
    case second, third
    case far = 40
    case farther = 32_000
}

/// A value with the calls that write it.
private indirect enum Sample {
    case flag(Bool), small(Int8), short(Int64), medium(Int64), long(Int64), text([UInt8])
    case numbers([Int64]), flags([Bool]), texts([[UInt8]])
    case structure([(SampleField, Sample)]), structures([[(SampleField, Sample)]])

    static func any(_ random: inout SeededGenerator, depth: Int = 0) -> Sample {
        switch Int.random(in: 0..<(depth < 4 ? 11 : 9), using: &random) {
        case 0: return .flag(.random(using: &random))
        case 1: return .small(.random(in: .min ... .max, using: &random))
        case 2: return .short(.random(in: -32_768...32_767, using: &random))
        case 3: return .medium(Int64(Int32.random(in: .min ... .max, using: &random)))
        case 4:
            return .long(
                [.min, .max, 0, -1, .random(in: .min ... .max, using: &random)].randomElement(using: &random)
                    ?? 0
            )
        case 5: return .text(bytes(&random))
        case 6: return .numbers(list(&random) { Int64.random(in: .min ... .max, using: &$0) })
        case 7: return .flags(list(&random) { Bool.random(using: &$0) })
        case 8: return .texts(list(&random) { bytes(&$0) })
        case 9: return .structure(fields(&random, depth: depth + 1))
        default:
            var structures: [[(SampleField, Sample)]] = []
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                structures.append(fields(&random, depth: depth + 1))
            }
            return .structures(structures)
        }
    }

    static func fields(_ random: inout SeededGenerator, depth: Int = 0) -> [(SampleField, Sample)] {
        var fields: [(SampleField, Sample)] = []
        // Rising numbers take the head's step, others a number of their own.
        let order =
            Bool.random(using: &random) ? SampleField.allCases : SampleField.allCases.shuffled(using: &random)
        for field in order where Bool.random(using: &random) {
            fields.append((field, any(&random, depth: depth)))
        }
        return fields
    }

    private static func bytes(_ random: inout SeededGenerator) -> [UInt8] {
        list(&random) { UInt8.random(in: 0...255, using: &$0) }
    }

    private static func list<Element>(
        _ random: inout SeededGenerator,
        _ make: (inout SeededGenerator) -> Element
    ) -> [Element] {
        // Fifteen elements and more have a count behind the head.
        let count = [0, 1, 14, 15, 16, 200].randomElement(using: &random) ?? 0
        return (0..<count).map { _ in make(&random) }
    }

    func write(_ field: SampleField, _ writer: inout ThriftWriter<SampleField>) {
        switch self {
        case .flag(let value): writer.boolean(field, value)
        case .small(let value): writer.integer8(field, value)
        case .short(let value): writer.integer16(field, value)
        case .medium(let value): writer.integer32(field, value)
        case .long(let value): writer.integer64(field, value)
        case .text(let value): writer.binary(field, value)
        case .numbers(let values):
            writer.list(field, kind: .int64, elements: values) { $0.element($1) }
        case .flags(let values):
            writer.list(field, kind: .booleanTrue, elements: values) { $0.element($1) }
        case .texts(let values):
            writer.list(field, kind: .binary, elements: values) { $0.element($1) }
        case .structure(let fields):
            writer.structure(field, of: SampleField.self) { Sample.write(fields, &$0) }
        case .structures(let structures):
            writer.list(field, kind: .structure, elements: structures) { list, fields in
                list.element(of: SampleField.self) { Sample.write(fields, &$0) }
            }
        }
    }

    static func write(_ fields: [(SampleField, Sample)], _ writer: inout ThriftWriter<SampleField>) {
        for (field, value) in fields { value.write(field, &writer) }
    }

    func isEqual(to value: ThriftValue?) -> Bool {
        guard let value else { return false }
        switch self {
        case .flag(let flag): return value.boolean == flag
        case .small(let number): return value.integer == Int64(number)
        case .short(let number), .medium(let number), .long(let number): return value.integer == number
        case .text(let bytes): return value.bytes == bytes
        case .numbers(let numbers): return value.list?.map(\.integer) == numbers.map(Optional.init)
        case .flags(let flags): return value.list?.map(\.boolean) == flags.map(Optional.init)
        case .texts(let texts): return value.list?.map(\.bytes) == texts.map(Optional.init)
        case .structure(let fields): return Sample.isEqual(fields, to: value)
        case .structures(let structures):
            guard let list = value.list, list.count == structures.count else { return false }
            return zip(structures, list).allSatisfy { Sample.isEqual($0, to: $1) }
        }
    }

    static func isEqual(_ fields: [(SampleField, Sample)], to value: ThriftValue) -> Bool {
        guard case .structure(let read) = value, read.count == fields.count else { return false }
        let named = value.fields(of: SampleField.self)
        return fields.allSatisfy { $1.isEqual(to: named[$0]) }
    }
}

@Suite("Thrift structures")
struct ThriftTests {
    private func sample(seed: UInt64) -> (fields: [(SampleField, Sample)], bytes: [UInt8]) {
        var random = SeededGenerator(seed: seed)
        let fields = Sample.fields(&random)
        return (fields, ThriftWriter<SampleField>.bytes { Sample.write(fields, &$0) })
    }

    @Test("what was written is read again", arguments: 0..<100)
    func roundTrip(seed: UInt64) throws {
        let (fields, bytes) = sample(seed: seed)
        var reader = ThriftReader(bytes[...])
        #expect(Sample.isEqual(fields, to: try reader.structure()), "seed \(seed)")
        #expect(reader.position == bytes.count)
    }

    @Test("going over a structure ends where reading it does", arguments: 0..<100)
    func skipping(seed: UInt64) throws {
        let bytes = sample(seed: seed).bytes + [0xAA]
        var reader = ThriftReader(bytes[...])
        try reader.skipStructure(depth: 0)
        #expect(reader.position == bytes.count - 1, "seed \(seed)")
    }

    @Test("reading field by field gives what the tree has", arguments: 0..<50)
    func fieldByField(seed: UInt64) throws {
        let (fields, bytes) = sample(seed: seed)
        var reader = ThriftReader(bytes[...])
        var read: [ThriftValue.Field] = []
        try reader.fields { reader, id, kind in read.append((id, try reader.fieldValue(kind: kind))) }
        #expect(Sample.isEqual(fields, to: .structure(read)), "seed \(seed)")
    }

    @Test("a structure cut at any length throws", arguments: 0..<30)
    func cut(seed: UInt64) {
        let bytes = sample(seed: seed).bytes
        for length in 0..<bytes.count {
            #expect(throws: ParquetError.self, "seed \(seed) at \(length)") {
                var reader = ThriftReader(bytes[..<length])
                _ = try reader.structure()
            }
            #expect(throws: ParquetError.self, "seed \(seed) at \(length)") {
                var reader = ThriftReader(bytes[..<length])
                try reader.skipStructure(depth: 0)
            }
        }
    }

    @Test("flipped bits throw or give another value, and never trap", arguments: 0..<30)
    func damage(seed: UInt64) {
        let bytes = sample(seed: seed).bytes
        for position in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(bit)
                var reader = ThriftReader(damaged[...])
                _ = try? reader.structure()
                reader = ThriftReader(damaged[...])
                try? reader.skipStructure(depth: 0)
            }
        }
    }

    @Test("noise throws or ends, and never traps", arguments: 0..<500)
    func noise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let noise = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
        var reader = ThriftReader(noise[...])
        _ = try? reader.structure()
        reader = ThriftReader(noise[...])
        try? reader.skipStructure(depth: 0)
        _ = try? PageHeader(noise[...])
        _ = try? FileMetadata(footer: noise[...], footerStart: 1_000)
    }

    @Test("structures that are nested too deeply are refused")
    func depth() {
        let nested = [UInt8](repeating: 0x1C, count: 100_000)
        for isSkipped in [false, true] {
            #expect(
                throws: ParquetError.damaged(
                    .outOfRange(field: "Thrift depth", found: 16, limit: 16),
                    .init()
                )
            ) {
                var reader = ThriftReader(nested[...])
                if isSkipped { try reader.skipStructure(depth: 0) } else { _ = try reader.structure() }
            }
        }
    }

    @Test("an unknown kind is named", arguments: [0, 13, 14, 15])
    func unknownKind(kind: UInt8) {
        for isSkipped in [false, true] {
            #expect(throws: ParquetError.damaged(.badStructure(field: "Thrift type \(kind)"), .init())) {
                var reader = ThriftReader([0x10 | kind, 0, 0, 0][...])
                if isSkipped { try reader.skipStructure(depth: 0) } else { _ = try reader.structure() }
            }
        }
    }

    @Test("a list cannot be longer than the bytes that are left")
    func longList() {
        // A list of 2^31 flags.
        let bytes: [UInt8] = [0x19, 0xF1, 0x80, 0x80, 0x80, 0x80, 0x08, 0]
        for isSkipped in [false, true] {
            #expect(throws: ParquetError.damaged(.truncated(field: "Thrift list"), .init())) {
                var reader = ThriftReader(bytes[...])
                if isSkipped { try reader.skipStructure(depth: 0) } else { _ = try reader.structure() }
            }
        }
    }
}
