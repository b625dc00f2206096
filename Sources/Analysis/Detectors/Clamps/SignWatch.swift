// What the signs of a meter's rows say, day after day: how a fault of its sign begins and ends. Which rows say what is the business
// of the detectors.

import Readings

/// The signs of a meter's rows, day after day.
struct SignWatch {
    /// Rows of a time from the first wrong one to the last, and the row at whose end it was known.
    struct Stretch {
        let rows: Range<Int>
        let alertRow: Int
        let isLasting: Bool
        let days: Int
    }

    /// Rows of one sign for each of the other from which a day has that sign.
    static let times = 3

    /// Rows of a sign that a day needs.
    private let leastRows: Int
    /// Days of a sign on end that make it that of the meter.
    private let daysNeeded: Int
    private var stretches: [Stretch] = []
    private var isWrong = false
    private var first: Int?
    private var last = 0
    private var alert = 0
    private var wrongDays = 0
    private var rightDays = 0

    init(leastRows: Int, daysNeeded: Int) {
        self.leastRows = leastRows
        self.daysNeeded = daysNeeded
    }

    /// Takes a day.
    ///
    /// - Parameters:
    ///   - wrong, right: the rows of each sign, in order; others say nothing.
    ///   - lastRow: the day's last row.
    mutating func take(wrong: [Int], right: [Int], lastRow: Int) {
        let isWrongDay = wrong.count >= leastRows && wrong.count >= SignWatch.times * right.count
        let isRightDay = right.count >= leastRows && right.count >= SignWatch.times * wrong.count
        if isWrong {
            if isRightDay {
                rightDays += 1
                if rightDays >= daysNeeded { close(at: last + 1, isLasting: false) }
            } else if let newest = wrong.last {
                // Put right within this day, its last wrong row is the last of all.
                last = newest
                if isWrongDay {
                    wrongDays += 1
                    rightDays = 0
                }
            }
        } else if isWrongDay {
            first = first ?? wrong.first
            last = wrong.last ?? last
            wrongDays += 1
            if wrongDays >= daysNeeded {
                isWrong = true
                alert = lastRow
            }
        } else if isRightDay {
            first = nil
            wrongDays = 0
        } else if wrongDays == 0 {
            // Turned round within this day, what is wrong begins behind what is right; a dull day begins nothing.
            first = wrong.count + right.count < leastRows ? nil : wrong.first { $0 > right.last ?? -1 }
        }
    }

    private mutating func close(at end: Int, isLasting: Bool) {
        if let first, first < end {
            stretches.append(
                Stretch(rows: first..<end, alertRow: alert, isLasting: isLasting, days: wrongDays)
            )
        }
        isWrong = false
        first = nil
        wrongDays = 0
        rightDays = 0
    }

    /// Returns the times; the last one lasts where nothing ended it.
    ///
    /// - Parameter rowCount: all rows of the series.
    mutating func finish(rowCount: Int) -> [Stretch] {
        if isWrong { close(at: rowCount, isLasting: true) }
        return stretches
    }
}
