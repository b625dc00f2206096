// Numbers of comma-separated output.

import Station

/// Fields of comma-separated output.
enum CSVText {
    /// Appends a whole number.
    static func append(_ value: Int64, to text: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { bytes in
            var line = LineBuffer(bytes)
            line.put(value)
            text.append(contentsOf: line.bytes)
        }
    }

    /// Appends Wh as kWh with three decimals.
    static func appendKilowattHours(_ wattHours: Int64, to text: inout [UInt8]) {
        if wattHours < 0 { text.append(UInt8(ascii: "-")) }
        let magnitude = wattHours.magnitude
        append(Int64(magnitude / 1_000), to: &text)
        text.append(UInt8(ascii: "."))
        for divisor in [100, 10, 1] as [UInt64] { text.append(UInt8(48 + magnitude / divisor % 10)) }
    }

    /// Returns Wh as kWh with three decimals.
    static func kilowattHours(_ wattHours: Int64) -> String {
        var text: [UInt8] = []
        appendKilowattHours(wattHours, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
