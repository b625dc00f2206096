// The stamp of one row: as reports have it, and as spreadsheets write it again. Nothing here allocates.

import Readings

extension RowScanner {
    /// A stamp as it stands.
    struct Stamp {
        /// Days since 1970-01-01; nil where the calendar has no such day.
        let dayNumber: Int64?
        /// The second of the day; nil where the stamp has no clock.
        let secondOfDay: Int64?
        /// The offset east of UTC in seconds; nil where the stamp has none.
        let offsetSeconds: Int64?
        /// How its date is written.
        let form: DateForm
        /// Tells whether it is written digit for digit as reports write it.
        let isNative: Bool
    }

    /// How a date is written. One program writes all dates of a file in one form: two forms are the work of two.
    struct DateForm: Equatable {
        /// What stands between the parts: `/`, `-` or `.`.
        let separator: UInt8
        /// Tells whether the year comes first.
        let isYearFirst: Bool
        /// Tells whether the year has two digits.
        let isYearShort: Bool
        /// Tells whether an offset stands behind the clock.
        var hasOffset = false

        /// Tells whether reports have such dates; else a spreadsheet has written them.
        var isReports: Bool {
            !isYearShort && isYearFirst == hasOffset
                && separator == (isYearFirst ? UInt8(ascii: "-") : UInt8(ascii: "/"))
        }

        /// Tells whether the order of day and month is the form's own, not that of the file's programs.
        var hasOwnOrder: Bool { isYearFirst || separator == UInt8(ascii: ".") }
    }

    /// Takes a date with or without a clock and an offset; nil for anything else.
    ///
    /// Reports have `MM/DD/YYYY`, `MM/DD/YYYY HH:MM` and `YYYY-MM-DD HH:MM:SS +ZZZZ`. Parts of one digit, other separators,
    /// seconds, AM and PM are what programs make of these.
    mutating func stamp(order: EnlightenOptions.DateOrder) -> Stamp? {
        guard let (day, dateForm, isPadded) = date(order) else { return nil }
        var form = dateForm
        if isFieldEnd {
            return Stamp(
                dayNumber: day,
                secondOfDay: nil,
                offsetSeconds: nil,
                form: form,
                isNative: isPadded && form.isReports
            )
        }
        let clockStart = position
        guard space() || (form.isYearFirst && take("T")), let second = clock() else { return nil }
        // Byte for byte: ` HH:MM`, or ` HH:MM:SS +ZZZZ`.
        var hasAllDigits = position - clockStart == 6
        var offset: Int64?
        if !isFieldEnd {
            hasAllDigits = position - clockStart == 9
            guard let own = self.offset() else { return nil }
            offset = own
            form.hasOffset = true
            hasAllDigits = hasAllDigits && position - clockStart == 15
        }
        return Stamp(
            dayNumber: day,
            secondOfDay: second,
            offsetSeconds: offset,
            form: form,
            isNative: isPadded && hasAllDigits && form.isReports
        )
    }

    /// Takes a date of three numbers.
    ///
    /// - Returns: its day, its form, and whether all its parts have all their digits; nil where it is none.
    private mutating func date(_ order: EnlightenOptions.DateOrder) -> (Int64?, DateForm, Bool)? {
        guard let (first, firstWidth) = digits(atMost: 4), position < bytes.count else { return nil }
        let separator = bytes[position]
        guard [UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(separator) else {
            return nil
        }
        position += 1
        guard let (second, secondWidth) = digits(atMost: 2), position < bytes.count,
            bytes[position] == separator
        else { return nil }
        position += 1
        guard let (third, thirdWidth) = digits(atMost: 4) else { return nil }
        if firstWidth == 4 {
            guard thirdWidth <= 2 else { return nil }
            let form = DateForm(separator: separator, isYearFirst: true, isYearShort: false)
            return (
                dayNumber(year: first, month: second, day: third), form, secondWidth == 2 && thirdWidth == 2
            )
        }
        guard firstWidth <= 2, thirdWidth == 4 || thirdWidth == 2 else { return nil }
        let form = DateForm(separator: separator, isYearFirst: false, isYearShort: thirdWidth == 2)
        let year = thirdWidth == 2 ? 2000 + third : third
        // Wherever dots stand between the parts the day comes first.
        let isDayFirst = order == .dmy || separator == UInt8(ascii: ".")
        return (
            isDayFirst
                ? dayNumber(year: year, month: second, day: first)
                : dayNumber(year: year, month: first, day: second),
            form, firstWidth == 2 && secondWidth == 2
        )
    }

    /// Takes `H:MM`, with or without seconds, AM or PM.
    private mutating func clock() -> Int64? {
        guard var hour = digits(atMost: 2)?.value, take(":"), let minute = twoDigits(), minute < 60
        else { return nil }
        var second: Int64 = 0
        if take(":") {
            guard let own = twoDigits(), own < 60 else { return nil }
            second = own
        }
        if let isAfternoon = halfOfDay() {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        return hour < 24 ? hour * 3600 + minute * 60 + second : nil
    }

    /// Takes `AM`, `pm`, `a.m.` and their like; tells whether it is the afternoon.
    private mutating func halfOfDay() -> Bool? {
        let start = position
        _ = space()
        let isAfternoon = take("P") || take("p")
        if isAfternoon || take("A") || take("a") {
            _ = take(".")
            _ = space()
            if take("M") || take("m") {
                _ = take(".")
                return isAfternoon
            }
        }
        position = start
        return nil
    }

    /// Takes `+HHMM`, `-HH:MM` or `Z`.
    private mutating func offset() -> Int64? {
        _ = space()
        if take("Z") { return isFieldEnd ? 0 : nil }
        let isWest = take("-")
        guard isWest || take("+"), let hours = twoDigits(), hours < 19 else { return nil }
        _ = take(":")
        guard let minutes = twoDigits(), minutes < 60, isFieldEnd else { return nil }
        return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }

    private func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (2000...2199).contains(year), (1...12).contains(month), day >= 1,
            day <= Int64(CivilDate.length(ofMonth: Int(month), year: Int(year)))
        else { return nil }
        return CivilDate.daysSince1970(year: year, month: month, day: day)
    }

    private var isFieldEnd: Bool { position == bytes.count || bytes[position] == UInt8(ascii: ",") }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(truncatingIfNeeded: character.value) else {
            return false
        }
        position += 1
        return true
    }

    /// Takes blanks; false where there is none.
    private mutating func space() -> Bool {
        let start = position
        while take(" ") {}
        return position > start
    }

    private mutating func twoDigits() -> Int64? {
        digits(atMost: 2).flatMap { $0.width == 2 ? $0.value : nil }
    }

    /// Takes one digit or more, and tells how many.
    private mutating func digits(atMost most: Int) -> (value: Int64, width: Int)? {
        var value: Int64 = 0
        var width = 0
        while width < most, position < bytes.count {
            let digit = bytes[position] &- 48
            guard digit < 10 else { break }
            value = value * 10 + Int64(digit)
            position += 1
            width += 1
        }
        return width > 0 ? (value, width) : nil
    }
}

extension RowScanner {
    /// Tells whether a text is a time as only spreadsheets write it: a number of days, or a month's name.
    static func isSpreadsheetTime(_ text: String) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
        let areDigits = parts.count <= 2 && parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
        // Days since 1900, from 2000 to 2099.
        if areDigits, let days = parts.first.flatMap({ Int($0) }) { return (36_526...73_050).contains(days) }
        let words = text.split { !$0.isLetter }
        return text.first?.isNumber ?? false
            && words.contains {
                $0.count >= 3 && $0.count <= 9 && months.contains(String($0.lowercased().prefix(3)))
            }
    }

    private static let months: Set = [
        "jan", "feb", "fev", "mar", "mrt", "apr", "avr", "abr", "may", "mai", "mag", "mei", "jun", "jui",
        "giu", "jul",
        "lug", "aug", "ago", "sep", "set", "oct", "okt", "ott", "out", "nov", "dec", "dez", "dic",
    ]
}
