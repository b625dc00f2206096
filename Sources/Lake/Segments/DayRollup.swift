// Days of a series in few bytes: sums and counts, kept beside each segment and written with it in one commit.
//
// A rollup can always be made again from the segment; verify does so and compares.

import Deflate
import Readings

/// The days of one series in one segment.
package struct DayRollup: Equatable, Sendable {
    /// A day. Days begin at the site's local midnight.
    package struct Day: Equatable, Sendable {
        /// The start of the day, seconds UTC.
        package var startUTCSeconds: Int64
        /// Rows that start in the day.
        package var rowCount = 0
        /// Rows that stand for no data.
        package var absentRows = 0
        /// Rows by each mark, in the order of `Quality.names`; further places are unused.
        package var markedRows = SIMD16<UInt16>(repeating: 0)
        /// Energies by channel, Wh, of the rows that stand for data; two places are unused.
        package var energyWh = SIMD8<Int64>(repeating: 0)
        /// How many of those rows report the channel.
        package var valueCounts = SIMD8<UInt16>(repeating: 0)
    }

    /// The days that have a row, in order.
    package var days: [Day] = []

    /// Makes an empty rollup.
    package init() {}

    /// Sums rows by the days of a zone.
    package init(_ columns: ReadingColumns, zone: TimeZoneRules) {
        var row = 0
        while row < columns.rowCount {
            let day = zone.wallClock(atUTCSeconds: columns.startUTCSeconds[row]).day
            let bounds = zone.interval(of: day)
            let end = columns.firstRow(atOrAfter: bounds.endUTCSeconds, from: row)
            days.append(DayRollup.day(columns, row..<end, startUTCSeconds: bounds.startUTCSeconds))
            row = end
        }
    }

    /// Sums rows by the days of another rollup, of which it must hold all: how a rollup is checked without its zone.
    init(_ columns: ReadingColumns, daysOf other: DayRollup) {
        var row = 0
        for (index, day) in other.days.enumerated() {
            let next = index + 1 < other.days.count ? other.days[index + 1].startUTCSeconds : Int64.max
            let end = columns.firstRow(atOrAfter: next)
            guard end > row else { continue }
            days.append(DayRollup.day(columns, row..<end, startUTCSeconds: day.startUTCSeconds))
            row = end
        }
    }

    private static func day(_ columns: ReadingColumns, _ rows: Range<Int>, startUTCSeconds: Int64) -> Day {
        var day = Day(startUTCSeconds: startUTCSeconds)
        day.rowCount = rows.count
        var marks: Int32 = 0
        columns.quality.withUnsafeBufferPointer { quality in
            for row in rows { marks |= quality[row] }
        }
        let isAllPresent = !Quality(rawValue: marks).isAbsent
        if marks != 0 {
            for (index, (mark, _)) in Quality.names.enumerated() where marks & mark.rawValue != 0 {
                day.markedRows[index] = rows.count16 { columns.quality[$0] & mark.rawValue != 0 }
            }
            day.absentRows = rows.count { columns.quality(ofRow: $0).isAbsent }
        }
        for channel in 0..<Channel.count {
            columns.energyWh[channel].withUnsafeBufferPointer { values in
                var sum: Int64 = 0
                var missing = 0
                if isAllPresent {
                    // Two plain loops, which the compiler turns into vectors.
                    var low = Int32.max
                    for row in rows { low = min(low, values[row]) }
                    if low != ReadingColumns.missingWh {
                        for row in rows { sum &+= Int64(values[row]) }
                        day.energyWh[channel] = sum
                        day.valueCounts[channel] = UInt16(clamping: rows.count)
                        return
                    }
                }
                for row in rows where isAllPresent || !columns.quality(ofRow: row).isAbsent {
                    let value = values[row]
                    if value == ReadingColumns.missingWh { missing += 1 } else { sum += Int64(value) }
                }
                day.energyWh[channel] = sum
                day.valueCounts[channel] = UInt16(clamping: rows.count - day.absentRows - missing)
            }
        }
        return day
    }
}

extension ReadingColumns {
    /// Returns the index of the first row that starts at or after an instant, looking from a row on: near ones first.
    fileprivate func firstRow(atOrAfter utcSeconds: Int64, from row: Int) -> Int {
        var step = 128
        var low = row
        while low + step < rowCount, startUTCSeconds[low + step] < utcSeconds {
            low += step
            step *= 2
        }
        var high = min(rowCount, low + step)
        while low < high {
            let middle = (low + high) / 2
            if startUTCSeconds[middle] < utcSeconds { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Range<Int> {
    /// Counts the elements for which a condition holds, up to what a day can have.
    fileprivate func count16(_ isWanted: (Int) -> Bool) -> UInt16 { UInt16(clamping: count(where: isWanted)) }
}

// MARK: Bytes

extension DayRollup {
    /// The forms in which rollups are written, and how many marks each has: those of a form never change, so that rollups stay
    /// as they were written. The newest form is taken where a mark needs it.
    fileprivate static let markCounts: [UInt8: Int] = [1: 10, 2: 12]

    /// The form for these days.
    private var version: UInt8 {
        let first = DayRollup.markCounts[1] ?? 0
        return days.contains { day in
            Quality.names.indices.dropFirst(first).contains { day.markedRows[$0] != 0 }
        } ? 2 : 1
    }

    /// The rollup as bytes: columns of packed numbers and a checksum.
    var bytes: [UInt8] {
        var packer = NumberPacker()
        packer.number(days.count)
        var before = days.first?.startUTCSeconds ?? 0
        packer.number(Int(before))
        packer.column(
            days.map { day in
                defer { before = day.startUTCSeconds }
                return Int(day.startUTCSeconds - before) - 86_400
            }
        )
        packer.column(days.map(\.rowCount))
        packer.column(days.map(\.absentRows))
        let version = version
        for mark in 0..<(DayRollup.markCounts[version] ?? 0) {
            packer.column(days.map { Int($0.markedRows[mark]) })
        }
        for channel in 0..<Channel.count {
            // What rows lack a value is rare; the energy of one channel follows from the others.
            packer.column(days.map { $0.rowCount - $0.absentRows - Int($0.valueCounts[channel]) })
        }
        packer.column(days.map { Int($0.balance) })
        for channel in Channel.allCases where channel != DayRollup.derived {
            packer.column(days.map { Int($0.energyWh[channel.rawValue]) })
        }
        let body = [version] + packer.bytes
        let checksum = Checksum.crc32(body[...])
        return body + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
    }

    /// Reads what `bytes` wrote; nil where a bit differs.
    init?(bytes: [UInt8]) {
        guard let columns = DayColumns(bytes: bytes) else { return nil }
        self.init(columns)
    }

    /// Takes the days of columns.
    init(_ columns: DayColumns) {
        days.reserveCapacity(columns.count)
        for index in 0..<columns.count {
            var day = Day(startUTCSeconds: columns.startUTCSeconds[index])
            day.rowCount = columns.rowCounts[index]
            day.absentRows = columns.absentRows[index]
            let present = day.rowCount - day.absentRows
            for mark in columns.marks.indices where !columns.marks[mark].isEmpty {
                day.markedRows[mark] = UInt16(clamping: columns.marks[mark][index])
            }
            for channel in 0..<Channel.count {
                let lacking = columns.missing[channel].isEmpty ? 0 : columns.missing[channel][index]
                day.valueCounts[channel] = UInt16(clamping: present - lacking)
            }
            for channel in 0..<Channel.count where !columns.energies[channel].isEmpty {
                day.energyWh[channel] = Int64(columns.energies[channel][index])
            }
            // With the derived channel at 0, the balance is off by its energy.
            let balance = columns.balance.isEmpty ? 0 : Int64(columns.balance[index])
            day.energyWh[DayRollup.derived.rawValue] = (balance - day.balance) * DayRollup.derived.balanceSign
            days.append(day)
        }
    }

    /// Returns the number of rows of a rollup without reading more of it; nil where a bit differs.
    static func rowCount(bytes: [UInt8]) -> Int? {
        guard let body = DayRollup.body(bytes) else { return nil }
        var reader = NumberUnpacker(body, at: 1)
        guard let count = reader.number(), (0...200_000).contains(count), reader.number() != nil,
            reader.column(count) != nil, let rows = reader.column(count)
        else { return nil }
        return rows.reduce(0, +)
    }

    /// Returns the bytes in front of the checksum; nil where it is not theirs.
    fileprivate static func body(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count > 5, DayRollup.markCounts[bytes[0]] != nil else { return nil }
        let body = Array(bytes[..<(bytes.count - 4)])
        let stated = (0..<4).reduce(UInt32(0)) {
            $0 | UInt32(bytes[bytes.count - 4 + $1]) << UInt32(8 * $1)
        }
        return Checksum.crc32(body[...]) == stated ? body : nil
    }

    /// The channel whose energy is not written: it follows from the balance.
    fileprivate static let derived = Channel.consumed
}

/// The days of a rollup by column, as they are kept: what sums over many days read. A column of zeros is empty.
package struct DayColumns {
    /// The starts of the days, seconds UTC.
    package private(set) var startUTCSeconds: [Int64] = []
    fileprivate let rowCounts: [Int]
    fileprivate let absentRows: [Int]
    fileprivate private(set) var marks: [[Int]] = []
    fileprivate private(set) var missing: [[Int]] = []
    fileprivate let balance: [Int]
    fileprivate private(set) var energies = [[Int]](repeating: [], count: Channel.count)

    /// The number of days.
    package var count: Int { startUTCSeconds.count }

    /// Reads the bytes of a rollup; nil where a bit differs.
    package init?(bytes: [UInt8]) {
        guard let body = DayRollup.body(bytes) else { return nil }
        var reader = NumberUnpacker(body, at: 1)
        guard let count = reader.number(), (0...200_000).contains(count), let first = reader.number(),
            let steps = reader.column(count), let rows = reader.column(count),
            let absent = reader.column(count)
        else { return nil }
        (rowCounts, absentRows) = (rows, absent)
        for _ in 0..<(DayRollup.markCounts[body[0]] ?? 0) {
            guard let column = reader.column(count, zerosAreEmpty: true) else { return nil }
            marks.append(column)
        }
        for _ in 0..<Channel.count {
            guard let column = reader.column(count, zerosAreEmpty: true) else { return nil }
            missing.append(column)
        }
        guard let balance = reader.column(count, zerosAreEmpty: true) else { return nil }
        self.balance = balance
        for channel in Channel.allCases where channel != DayRollup.derived {
            guard let column = reader.column(count, zerosAreEmpty: true) else { return nil }
            energies[channel.rawValue] = column
        }
        var start = Int64(first)
        startUTCSeconds = [Int64](unsafeUninitializedCapacity: count) { buffer, written in
            for index in 0..<count {
                if index > 0 { start &+= Int64(steps[index]) &+ 86_400 }
                buffer[index] = start
            }
            written = count
        }
    }

    /// Takes the days of a rollup.
    package init?(_ rollup: DayRollup) { self.init(bytes: rollup.bytes) }

    /// Sums over days.
    package struct Sum: Sendable, Equatable {
        /// Rows.
        package var rowCount = 0
        /// Rows that stand for no data.
        package var absentRows = 0
        /// Energies by channel, Wh.
        package var energyWh = SIMD8<Int64>(repeating: 0)
        /// How many rows report each channel.
        package var valueCounts = SIMD8<Int64>(repeating: 0)
    }

    /// Sums a range of days.
    package func sum(_ days: Range<Int>) -> Sum {
        var sum = Sum()
        sum.rowCount = DayColumns.total(rowCounts, days)
        let zeroRows = DayColumns.total(absentRows, days)
        sum.absentRows = zeroRows == 0 ? 0 : silentRows(days)
        var others = DayColumns.total(balance, days)
        for channel in Channel.allCases {
            let lacking = DayColumns.total(missing[channel.rawValue], days)
            sum.valueCounts[channel.rawValue] = Int64(sum.rowCount - zeroRows - lacking)
            guard channel != DayRollup.derived else { continue }
            let energy = DayColumns.total(energies[channel.rawValue], days)
            sum.energyWh[channel.rawValue] = Int64(energy)
            others -= Int(channel.balanceSign) * energy
        }
        sum.energyWh[DayRollup.derived.rawValue] = Int64(others) * DayRollup.derived.balanceSign
        return sum
    }

    /// Rows of zeros that stand for no data, as far as days tell: where no other row of a day tells what the house used, zeros may be
    /// an exchange at rest; a whole day of them is none.
    private func silentRows(_ days: Range<Int>) -> Int {
        let unused = missing[Channel.consumed.rawValue]
        return days.reduce(0) { sum, day in
            let rest = rowCounts[day] - absentRows[day]
            let tells = rest == 0 || unused.isEmpty || rest > unused[day]
            return sum + (tells ? absentRows[day] : 0)
        }
    }

    private static func total(_ values: [Int], _ range: Range<Int>) -> Int {
        guard !values.isEmpty else { return 0 }
        return values.withUnsafeBufferPointer { values in
            var total = 0
            for index in range { total &+= values[index] }
            return total
        }
    }
}

extension DayRollup.Day {
    /// `P + I + D - C - E - S`, Wh, in the order of the channels.
    fileprivate var balance: Int64 {
        energyWh[0] - energyWh[1] + energyWh[2] - energyWh[3] - energyWh[4] + energyWh[5]
    }
}

/// Packs columns of small numbers: per block a least value, a width, and the bits.
private struct NumberPacker {
    private(set) var bytes: [UInt8] = []
    private static let blockCount = 32

    mutating func number(_ value: Int) {
        var rest = UInt64(bitPattern: Int64((value << 1) ^ (value >> 63)))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A column of zeros takes one byte.
    mutating func column(_ values: [Int]) {
        guard values.contains(where: { $0 != 0 }) else { return bytes.append(0) }
        bytes.append(1)
        for start in stride(from: 0, to: values.count, by: NumberPacker.blockCount) {
            let block = values[start..<min(start + NumberPacker.blockCount, values.count)]
            let low = block.min() ?? 0
            let span = UInt64(bitPattern: Int64((block.max() ?? 0) &- low))
            let width = 64 - span.leadingZeroBitCount
            number(low)
            bytes.append(UInt8(width))
            var accumulator: UInt64 = 0
            var bits = 0
            for value in block {
                var rest = UInt64(bitPattern: Int64(value &- low))
                var left = width
                while left > 0 {
                    let part = min(left, 32)
                    accumulator |= (rest & ((1 << UInt64(part)) - 1)) << UInt64(bits)
                    bits += part
                    rest >>= UInt64(part)
                    left -= part
                    while bits >= 8 {
                        bytes.append(UInt8(truncatingIfNeeded: accumulator))
                        accumulator >>= 8
                        bits -= 8
                    }
                }
            }
            if bits > 0 { bytes.append(UInt8(truncatingIfNeeded: accumulator)) }
        }
    }
}

/// Reads what `NumberPacker` wrote; nil where bytes are missing.
private struct NumberUnpacker {
    private let bytes: [UInt8]
    private var position: Int
    private static let blockCount = 32

    init(_ bytes: [UInt8], at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    private mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() -> Int? {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard let next = byte() else { return nil }
            value |= UInt64(next & 127) << UInt64(index * 7)
            if next < 128 { return Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)) }
        }
        return nil
    }

    mutating func column(_ count: Int, zerosAreEmpty: Bool = false) -> [Int]? {
        guard let kind = byte(), kind <= 1 else { return nil }
        if kind == 0 { return zerosAreEmpty ? [] : Array(repeating: 0, count: count) }
        var values: [Int] = []
        values.reserveCapacity(count)
        while values.count < count {
            guard let low = number(), let width = byte(), width <= 64 else { return nil }
            let wanted = min(NumberUnpacker.blockCount, count - values.count)
            guard position + (wanted * Int(width) + 7) / 8 <= bytes.count else { return nil }
            var accumulator: UInt64 = 0
            var bits = 0
            for _ in 0..<wanted {
                var value: UInt64 = 0
                var done = 0
                while done < Int(width) {
                    let part = min(Int(width) - done, 32)
                    while bits < part {
                        accumulator |= UInt64(bytes[position]) << UInt64(bits)
                        position += 1
                        bits += 8
                    }
                    value |= (accumulator & ((1 << UInt64(part)) - 1)) << UInt64(done)
                    accumulator >>= UInt64(part)
                    bits -= part
                    done += part
                }
                values.append(low &+ Int(Int64(bitPattern: value)))
            }
        }
        return values
    }
}
