// Lines out of pieces. What they say is for others.

/// Gathers bytes until a line is whole. A long one is kept to its first bytes.
struct LineGatherer {
    private static let mostBytes = 2048
    private var start: [UInt8] = []

    /// Takes a piece and returns the lines that are whole with it, without their ends.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == 0x0A {
                if start.last == 0x0D { start.removeLast() }
                lines.append(String(decoding: start, as: UTF8.self))
                start = []
            } else if start.count < LineGatherer.mostBytes {
                start.append(byte)
            }
        }
        return lines
    }
}
