// SNAPPY, reading only: DuckDB's default codec. What is written is gzip, by Gzip and RunDeflater.
// Source: https://github.com/google/snappy/blob/main/format_description.txt

/// Decompression of raw Snappy blocks.
enum Snappy {
    /// Expands a block to exactly `expandedBytes`.
    ///
    /// - Returns: nil where the block is damaged or gives more or fewer bytes.
    static func expand(_ bytes: ArraySlice<UInt8>, expandedBytes: Int) -> [UInt8]? {
        var input = bytes
        guard let stated = varint(&input), stated == UInt64(expandedBytes) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(expandedBytes)
        while let tag = input.popFirst() {
            let step: Bool
            if tag & 3 == 0 {
                step = literal(tag, from: &input, to: &output)
            } else {
                step = copy(tag, from: &input, to: &output)
            }
            guard step, output.count <= expandedBytes else { return nil }
        }
        return output.count == expandedBytes ? output : nil
    }

    private static func literal(_ tag: UInt8, from input: inout ArraySlice<UInt8>, to output: inout [UInt8])
        -> Bool
    {
        var length = Int(tag >> 2)
        if length >= 60 {
            guard let stated = number(&input, width: length - 59) else { return false }
            length = Int(stated)
        }
        length += 1
        guard length <= input.count else { return false }
        output += input.prefix(length)
        input = input.dropFirst(length)
        return true
    }

    private static func copy(_ tag: UInt8, from input: inout ArraySlice<UInt8>, to output: inout [UInt8])
        -> Bool
    {
        let length: Int
        let offset: Int
        switch tag & 3 {
        case 1:
            guard let low = number(&input, width: 1) else { return false }
            length = Int(tag >> 2 & 7) + 4
            offset = Int(tag >> 5) << 8 | Int(low)
        case 2:
            guard let stated = number(&input, width: 2) else { return false }
            length = Int(tag >> 2) + 1
            offset = Int(stated)
        default:
            guard let stated = number(&input, width: 4) else { return false }
            length = Int(tag >> 2) + 1
            offset = Int(stated)
        }
        guard offset > 0, offset <= output.count else { return false }
        let start = output.count - offset
        // Source and target may overlap: a short pattern repeats itself.
        for index in 0..<length { output.append(output[start + index]) }
        return true
    }

    private static func number(_ input: inout ArraySlice<UInt8>, width: Int) -> UInt64? {
        guard input.count >= width else { return nil }
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(input[input.startIndex + index]) << UInt64(index * 8) }
        input = input.dropFirst(width)
        return value
    }

    private static func varint(_ input: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<5 {
            guard let next = input.popFirst() else { return nil }
            value |= UInt64(next & 127) << UInt64(index * 7)
            if next < 128 { return value }
        }
        return nil
    }
}
