// The readings of a Green Button document, held compactly until the descriptions of all are known.

/// Values of readings as they stand: 24 bytes each.
struct GreenButtonReadings {
    private(set) var starts: [Int64] = []
    private(set) var durations: [Int32] = []
    private(set) var mantissas: [Int64] = []
    private(set) var decimals: [UInt8] = []
    private(set) var qualities: [Int8] = []

    /// The number of readings.
    var count: Int { starts.count }

    /// Adds a reading; `quality` is -1 where it has none of its own.
    mutating func append(
        start: Int64,
        duration: Int32,
        mantissa: Int64,
        decimals places: UInt8,
        quality: Int8
    ) {
        starts.append(start)
        durations.append(duration)
        mantissas.append(mantissa)
        decimals.append(places)
        qualities.append(quality)
    }

    /// Gives a reading its time.
    mutating func place(_ index: Int, start: Int64, duration: Int32) {
        starts[index] = start
        durations[index] = duration
    }

    /// Adds to the value of a reading; false where the two do not fit.
    mutating func add(_ mantissa: Int64, decimals places: UInt8, to index: Int) -> Bool {
        let (sum, overflow) = mantissas[index].addingReportingOverflow(mantissa)
        guard decimals[index] == places, !overflow else { return false }
        mantissas[index] = sum
        return true
    }
}
