// A line of comma-separated text, made without a string for each field.

/// A line in the making, in memory that is known to hold it.
package struct LineBuffer {
    private let memory: UnsafeMutableBufferPointer<UInt8>
    private var count = 0

    package init(_ memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

    /// What was put so far.
    package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: memory[..<count]) }

    package mutating func put(_ byte: UInt8) {
        memory[count] = byte
        count += 1
    }

    package mutating func put(_ bytes: [UInt8]) {
        for byte in bytes { put(byte) }
    }

    /// Puts a whole number.
    package mutating func put(_ value: Int64) {
        if value < 0 { put(UInt8(ascii: "-")) }
        var length = 1
        var rest = value.magnitude / 10
        while rest > 0 {
            length += 1
            rest /= 10
        }
        rest = value.magnitude
        // From the last digit on.
        for place in stride(from: count + length - 1, through: count, by: -1) {
            memory[place] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        count += length
    }
}
