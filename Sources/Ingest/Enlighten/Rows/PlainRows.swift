// Runs of plain rows of an Enlighten report: one step apart, whole numbers without quotes or signs, within a month in
// which the clock does not change.
//
// Nearly all rows of real reports are such. Everything else is left to the reader of single lines, whose results are
// the same row by row; a test holds the two against each other.

import Readings

/// Plain rows in succession.
struct PlainRows {
    private(set) var startUTCSeconds: [Int64] = []
    /// Energies by channel; a channel that the report lacks has none.
    private(set) var energyWh: [[Int32]] = Array(repeating: [], count: Channel.count)
    /// Sums of the energies by channel.
    private(set) var sums = [Int64](repeating: 0, count: Channel.count)
    /// The rows that begin a local day.
    private(set) var midnightRows: [Int] = []

    var rowCount: Int { startUTCSeconds.count }

    /// Reads up to here in front of the end without looking whether bytes are left: longer than any plain row.
    private static let slackBytes = 128

    /// What the next plain row must look like, from the last row that was read.
    struct Pattern {
        /// The day as it stands in the file with the blank behind it: 11 bytes, of which two count the day.
        fileprivate var day: [UInt8]
        fileprivate let dayDigits: Int
        /// Seconds and offset as they stand behind the minutes: 9 bytes, of dialect B only.
        fileprivate let offset: (UInt64, UInt16)?
        /// Midnight of the day by its own offset.
        fileprivate var dayStartUTCSeconds: Int64
        fileprivate let lastUTCSeconds: Int64
        /// Days that may follow: of the same month and the same offset.
        fileprivate var daysLeft: Int

        /// Takes the pattern of a row; nil where rows of its kind are not plain.
        ///
        /// - Parameter dayDigits: where the day of the month stands in the line.
        init?(
            line: UnsafeBufferPointer<UInt8>,
            dayDigits: Int,
            hasOffset: Bool,
            secondOfDay: Int64,
            startUTCSeconds: Int64,
            daysLeft: Int
        ) {
            guard line.count >= (hasOffset ? 26 : 17) else { return nil }
            day = Array(line[..<11])
            self.dayDigits = dayDigits
            offset = hasOffset ? PlainRows.offset(UnsafeRawBufferPointer(line), 0) : nil
            dayStartUTCSeconds = startUTCSeconds - secondOfDay
            lastUTCSeconds = startUTCSeconds
            self.daysLeft = daysLeft
        }

        fileprivate var dayWords: (UInt64, UInt32) { day.withUnsafeBytes { PlainRows.day($0, 0) } }

        /// Goes on to the next day of the month; false where there is none.
        fileprivate mutating func advance() -> Bool {
            guard daysLeft > 0 else { return false }
            daysLeft -= 1
            dayStartUTCSeconds += 86_400
            if day[dayDigits + 1] == UInt8(ascii: "9") {
                day[dayDigits] += 1
                day[dayDigits + 1] = UInt8(ascii: "0")
            } else {
                day[dayDigits + 1] += 1
            }
            return true
        }
    }

    private static func day(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> (UInt64, UInt32) {
        (
            bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: at + 7, as: UInt32.self)
        )
    }

    /// `:00 +0000` and the comma, behind the minutes.
    private static func offset(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> (UInt64, UInt16) {
        (
            bytes.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: at + 24, as: UInt16.self)
        )
    }

    /// Rows that are taken at most.
    private static let room = 3_072

    /// Takes plain rows from the front of bytes.
    ///
    /// - Parameters:
    ///   - channels: of each field behind the stamp.
    ///   - limitWh: the largest plain energy.
    /// - Returns: how many bytes were taken.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer,
        _ pattern: Pattern,
        channels: [Channel],
        stepSeconds: Int64,
        limitWh: Int64
    ) -> Int {
        guard bytes.count > PlainRows.slackBytes, (1...Channel.count).contains(channels.count) else {
            return 0
        }
        let limit = UInt32(clamping: limitWh)
        let first = pattern.lastUTCSeconds + stepSeconds
        var position = 0
        var count = 0
        var pattern = pattern
        var words = pattern.dayWords
        var dayEnd = pattern.dayStartUTCSeconds + 86_400
        // Row by row in memory of its own; the columns are filled from it.
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: PlainRows.room * channels.count) { rows in
            while count < PlainRows.room, position + PlainRows.slackBytes <= bytes.count {
                let start = first + Int64(count) * stepSeconds
                if start >= dayEnd {
                    guard pattern.advance() else { break }
                    words = pattern.dayWords
                    dayEnd += 86_400
                    if start == pattern.dayStartUTCSeconds { midnightRows.append(count) }
                }
                let second = start - (dayEnd - 86_400)
                guard PlainRows.day(bytes, position) == words, PlainRows.clock(bytes, position) == second
                else {
                    break
                }
                var fields = position + 16
                if let offset = pattern.offset {
                    guard PlainRows.offset(bytes, position) == offset else { break }
                    fields = position + 25
                }
                let end = PlainRows.numbers(
                    bytes,
                    from: fields,
                    into: UnsafeMutableBufferPointer(rebasing: rows[(count * channels.count)...]),
                    count: channels.count,
                    limit: limit
                )
                guard end > 0 else { break }
                position = end
                count += 1
            }
            keep(rows, count: count, channels: channels)
        }
        if midnightRows.last == count { midnightRows.removeLast() }
        startUTCSeconds = (0..<Int64(count)).map { first + $0 * stepSeconds }
        return position
    }

    private mutating func keep(_ rows: UnsafeMutableBufferPointer<Int32>, count: Int, channels: [Channel]) {
        for (field, channel) in channels.enumerated() {
            var sum: Int64 = 0
            energyWh[channel.rawValue] = [Int32](unsafeUninitializedCapacity: count) { column, written in
                for row in 0..<count {
                    let value = rows[row * channels.count + field]
                    column[row] = value
                    sum += Int64(value)
                }
                written = count
            }
            sums[channel.rawValue] = sum
        }
    }

    /// Returns the second of the day of `HH:MM` behind the date; -1 for anything else.
    @inline(__always)
    private static func clock(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int64 {
        let tens = Int64(bytes[at + 11] &- 48)
        let hours = Int64(bytes[at + 12] &- 48)
        let tenMinutes = Int64(bytes[at + 14] &- 48)
        let minutes = Int64(bytes[at + 15] &- 48)
        guard bytes[at + 13] == UInt8(ascii: ":"), tens < 10, hours < 10, tenMinutes < 6, minutes < 10 else {
            return -1
        }
        return (tens * 10 + hours) * 3600 + (tenMinutes * 10 + minutes) * 60
    }

    /// Reads the numbers behind a stamp, each behind a comma, up to the end of the line.
    ///
    /// - Returns: the position behind the line; 0 where a field is anything but 1 to 7 digits, or too large.
    @inline(__always)
    private static func numbers(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        into row: UnsafeMutableBufferPointer<Int32>,
        count: Int,
        limit: UInt32
    ) -> Int {
        var position = start
        var others: UInt64 = 0
        guard bytes[position] == UInt8(ascii: ",") else { return 0 }
        for field in 0..<count {
            let word = UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: position + 1, as: UInt64.self)
            )
            // Bit 4 is set in digits and not in what may stand behind them: how long the number is comes from one step, on
            // which the next number waits; whether all are digits is looked at beside it.
            let digits = (~word & 0x1010_1010_1010_1010).trailingZeroBitCount >> 3
            guard digits > 0, digits < 8 else { return 0 }
            var number = (word ^ 0x3030_3030_3030_3030) << UInt64((8 - digits) * 8)
            others |= ((number &+ 0x0606_0606_0606_0606) | number) & 0xF0F0_F0F0_F0F0_F0F0
            // Eight digits at once: pairs, then fours, then all.
            number = (number &* 2_561) >> 8
            number = ((number & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
            number = ((number & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
            let value = UInt32(truncatingIfNeeded: number)
            guard value <= limit else { return 0 }
            row[field] = Int32(bitPattern: value)
            let separator = UInt8(truncatingIfNeeded: word >> UInt64(digits * 8))
            position += 1 + digits
            if field < count - 1 {
                guard separator == UInt8(ascii: ",") else { return 0 }
            } else if separator == 13 {
                return bytes[position + 1] == 10 && others == 0 ? position + 2 : 0
            } else {
                return separator == 10 && others == 0 ? position + 1 : 0
            }
        }
        return 0
    }
}
