// Long rows of numbers as one text: what is kept between two runs is read in a moment, and is the same to the last bit.

import Foundation

/// Numbers that are written as one text: base64 of their bytes, the lowest first.
struct Packed<Element: FixedWidthInteger & Sendable>: Codable, Equatable, Sendable {
    var values: [Element]

    init(_ values: [Element]) { self.values = values }

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        let size = MemoryLayout<Element>.size
        guard let data = Data(base64Encoded: text), data.count % size == 0 else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no packed numbers")
            )
        }
        values = data.withUnsafeBytes { bytes in
            (0..<(data.count / size)).map {
                Element(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Element.self))
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        let data = values.map(\.littleEndian).withUnsafeBytes { Data($0) }
        var box = encoder.singleValueContainer()
        try box.encode(data.base64EncodedString())
    }
}

extension Packed where Element == UInt64 {
    init(_ values: [Double]) { self.init(values.map(\.bitPattern)) }
    var doubles: [Double] { values.map { Double(bitPattern: $0) } }
}

extension Packed where Element == UInt32 {
    init(_ values: [Float]) { self.init(values.map(\.bitPattern)) }
    var floats: [Float] { values.map { Float(bitPattern: $0) } }
}
