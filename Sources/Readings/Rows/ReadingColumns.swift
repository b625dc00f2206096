// Interval rows of one series, held by column. What a row means is said in Channel and Quality.

/// Rows of one series in ascending order of their start, each start once.
///
/// Every array has one element a row. A missing energy is `missingWh`, a missing state of charge `missingSoC`.
package struct ReadingColumns: Equatable, Sendable {
    /// The energy of a channel that the source did not report.
    @inlinable package static var missingWh: Int32 { .min }
    /// The state of charge where the source reports none.
    @inlinable package static var missingSoC: Int16 { .min }

    /// Interval starts in seconds UTC.
    package var startUTCSeconds: [Int64] = []
    /// Energies in Wh: one array per channel, in the order of `Channel`.
    package var energyWh: [[Int32]] = Array(repeating: [], count: Channel.count)
    /// State of charge in percent.
    package var socPercent: [Int16] = []
    /// Marks, as the bits of `Quality`.
    package var quality: [Int32] = []

    /// Makes empty columns.
    package init() {}

    /// The number of rows.
    package var rowCount: Int { startUTCSeconds.count }
    /// Tells whether there is no row.
    package var isEmpty: Bool { startUTCSeconds.isEmpty }

    /// Returns the energies of a channel in Wh.
    package subscript(channel: Channel) -> [Int32] { energyWh[channel.rawValue] }

    /// Tells whether the channel has a value in any row.
    package func hasChannel(_ channel: Channel) -> Bool {
        energyWh[channel.rawValue].contains { $0 != ReadingColumns.missingWh }
    }

    /// Returns the marks of a row.
    package func quality(ofRow rowIndex: Int) -> Quality { Quality(rawValue: quality[rowIndex]) }

    /// Appends a row. Costs amortised constant time.
    package mutating func append(
        startUTCSeconds start: Int64,
        energyWh energies: [Int32],
        socPercent soc: Int16 = missingSoC,
        quality marks: Quality = []
    ) {
        precondition(
            energies.count == Channel.count,
            "a row has \(energies.count) energies, not \(Channel.count)"
        )
        startUTCSeconds.append(start)
        for channelIndex in 0..<Channel.count { energyWh[channelIndex].append(energies[channelIndex]) }
        socPercent.append(soc)
        quality.append(marks.rawValue)
    }

    /// Appends a row of other columns.
    package mutating func append(row rowIndex: Int, of other: ReadingColumns) {
        startUTCSeconds.append(other.startUTCSeconds[rowIndex])
        for channelIndex in 0..<Channel.count {
            energyWh[channelIndex].append(other.energyWh[channelIndex][rowIndex])
        }
        socPercent.append(other.socPercent[rowIndex])
        quality.append(other.quality[rowIndex])
    }

    /// Appends all rows of other columns, which must start after the last one here.
    package mutating func append(contentsOf other: ReadingColumns) {
        startUTCSeconds.append(contentsOf: other.startUTCSeconds)
        for channelIndex in 0..<Channel.count {
            energyWh[channelIndex].append(contentsOf: other.energyWh[channelIndex])
        }
        socPercent.append(contentsOf: other.socPercent)
        quality.append(contentsOf: other.quality)
    }

    /// Appends all rows of other columns, of a series that may come to a number of rows: what is made room for once is not
    /// moved again.
    package mutating func append(contentsOf other: ReadingColumns, ofAtMost rowLimit: Int) {
        if isEmpty {
            self = other
            return
        }
        let count = rowCount + other.rowCount
        if count > startUTCSeconds.capacity {
            // Short series stay small: room for eight times their rows is the most.
            let room = max(count, min(rowLimit, 8 * count))
            // Columns that hold something would take twice the room that they had, if that is more.
            var roomy = ReadingColumns()
            roomy.startUTCSeconds.reserveCapacity(room)
            for channelIndex in 0..<Channel.count { roomy.energyWh[channelIndex].reserveCapacity(room) }
            roomy.socPercent.reserveCapacity(room)
            roomy.quality.reserveCapacity(room)
            roomy.append(contentsOf: self)
            self = roomy
        }
        append(contentsOf: other)
    }

    /// Returns the rows whose start lies inside the interval. Costs time in proportion to what is returned.
    package func rows(in interval: Interval) -> ReadingColumns { slice(rowRange(in: interval)) }

    /// Returns the indices of the rows whose start lies inside the interval. Costs logarithmic time.
    package func rowRange(in interval: Interval) -> Range<Int> {
        firstRow(atOrAfter: interval.startUTCSeconds)..<firstRow(atOrAfter: interval.endUTCSeconds)
    }

    /// Returns the rows of a range.
    package func slice(_ range: Range<Int>) -> ReadingColumns {
        if range == 0..<rowCount { return self }
        var part = ReadingColumns()
        part.startUTCSeconds = Array(startUTCSeconds[range])
        part.energyWh = energyWh.map { Array($0[range]) }
        part.socPercent = Array(socPercent[range])
        part.quality = Array(quality[range])
        return part
    }

    /// Takes the rows from an index on away and returns them: the others are not copied.
    package mutating func split(at rowIndex: Int) -> ReadingColumns {
        let rest = slice(rowIndex..<rowCount)
        let count = rowCount - rowIndex
        startUTCSeconds.removeLast(count)
        for channelIndex in 0..<Channel.count { energyWh[channelIndex].removeLast(count) }
        socPercent.removeLast(count)
        quality.removeLast(count)
        return rest
    }

    /// Returns the index of the first row that starts at or after an instant; `rowCount` where there is none.
    package func firstRow(atOrAfter utcSeconds: Int64) -> Int {
        var low = 0
        var high = rowCount
        while low < high {
            let middle = (low + high) / 2
            if startUTCSeconds[middle] < utcSeconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Returns the sum of a channel over all rows, missing values left out.
    package func total(_ channel: Channel) -> WattHours {
        var sum: Int64 = 0
        for value in energyWh[channel.rawValue] where value != ReadingColumns.missingWh {
            sum += Int64(value)
        }
        return WattHours(sum)
    }
}
