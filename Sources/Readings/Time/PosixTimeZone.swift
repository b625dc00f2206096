// The one-line rule for future years at the end of a zone file, as `CET-1CEST,M3.5.0,M10.5.0/3`.
// Source: POSIX.1-2017 section 8.3 with the extended hours of RFC 9636.

/// A rule of standard and daylight time that repeats every year.
struct PosixTimeZone {
    /// The offset of standard time, seconds east of UTC.
    let standardOffsetSeconds: Int64
    private let daylightOffsetSeconds: Int64
    private let start: YearlyDay?
    private let end: YearlyDay?

    /// Tells whether there is daylight time.
    var hasDaylightTime: Bool { start != nil }

    /// A change of offset.
    struct Change {
        let utcSeconds: Int64
        let offsetSeconds: Int64
    }

    /// Parses a rule; returns nil where the text is not one.
    init?(_ text: String) {
        var scanner = Scanner(bytes: Array(text.utf8))
        guard scanner.name(), let standard = scanner.time() else { return nil }
        standardOffsetSeconds = -standard
        guard !scanner.isAtEnd else {
            daylightOffsetSeconds = -standard
            start = nil
            end = nil
            return
        }
        guard scanner.name() else { return nil }
        if scanner.peek == UInt8(ascii: ",") {
            daylightOffsetSeconds = standardOffsetSeconds + 3600
        } else {
            guard let daylight = scanner.time() else { return nil }
            daylightOffsetSeconds = -daylight
        }
        guard scanner.take(UInt8(ascii: ",")), let first = scanner.yearlyDay(),
            scanner.take(UInt8(ascii: ",")),
            let second = scanner.yearlyDay(), scanner.isAtEnd
        else { return nil }
        start = first
        end = second
    }

    /// Returns the two changes of a year in order of time; none without daylight time.
    func changes(inYear year: Int) -> [Change] {
        guard let start, let end else { return [] }
        let toDaylight = Change(
            utcSeconds: start.localSeconds(inYear: year) - standardOffsetSeconds,
            offsetSeconds: daylightOffsetSeconds
        )
        let toStandard = Change(
            utcSeconds: end.localSeconds(inYear: year) - daylightOffsetSeconds,
            offsetSeconds: standardOffsetSeconds
        )
        return toDaylight.utcSeconds <= toStandard.utcSeconds
            ? [toDaylight, toStandard] : [toStandard, toDaylight]
    }

    private enum DayForm {
        /// Week 1 to 5 (5 = last) and weekday 0 to 6 of a month.
        case weekday(month: Int, week: Int, weekday: Int)
        /// Day 1 to 365; 29 February is never counted.
        case julian(Int)
        /// Day 0 to 365; 29 February counts.
        case zeroBased(Int)
    }

    private struct YearlyDay {
        let form: DayForm
        let timeSeconds: Int64

        func localSeconds(inYear year: Int) -> Int64 {
            let january = CivilDate.daysSince1970(year: Int64(year), month: 1, day: 1)
            let day: Int64
            switch form {
            case .julian(let number):
                let isLeap = CivilDate.length(ofMonth: 2, year: year) == 29
                day = january + Int64(number) - 1 + (isLeap && number >= 60 ? 1 : 0)
            case .zeroBased(let number):
                day = january + Int64(number)
            case .weekday(let month, let week, let weekday):
                let first = CivilDate.daysSince1970(year: Int64(year), month: Int64(month), day: 1)
                let firstWeekday = (first + 4).flooredRemainder(by: 7)
                var offset = (Int64(weekday) - firstWeekday).flooredRemainder(by: 7) + Int64(week - 1) * 7
                if offset >= Int64(CivilDate.length(ofMonth: month, year: year)) { offset -= 7 }
                day = first + offset
            }
            return day * 86_400 + timeSeconds
        }
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }
        var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func take(_ byte: UInt8) -> Bool {
            guard peek == byte else { return false }
            position += 1
            return true
        }

        mutating func name() -> Bool {
            let start = position
            if take(UInt8(ascii: "<")) {
                while let byte = peek, byte != UInt8(ascii: ">") {
                    _ = byte
                    position += 1
                }
                return take(UInt8(ascii: ">"))
            }
            while let byte = peek, (65...90).contains(byte) || (97...122).contains(byte) { position += 1 }
            return position - start >= 3
        }

        mutating func number(maximum: Int64) -> Int64? {
            let start = position
            var value: Int64 = 0
            while let byte = peek, (48...57).contains(byte), position - start < 4 {
                value = value * 10 + Int64(byte - 48)
                position += 1
            }
            return position > start && value <= maximum ? value : nil
        }

        mutating func time() -> Int64? {
            let sign: Int64 = take(UInt8(ascii: "-")) ? -1 : 1
            if sign == 1 { _ = take(UInt8(ascii: "+")) }
            guard var seconds = number(maximum: 167).map({ $0 * 3600 }) else { return nil }
            if take(UInt8(ascii: ":")) {
                guard let minutes = number(maximum: 59) else { return nil }
                seconds += minutes * 60
                if take(UInt8(ascii: ":")) {
                    guard let rest = number(maximum: 59) else { return nil }
                    seconds += rest
                }
            }
            return sign * seconds
        }

        mutating func yearlyDay() -> YearlyDay? {
            guard let form = dayForm() else { return nil }
            var seconds: Int64 = 2 * 3600
            if take(UInt8(ascii: "/")) {
                guard let given = time() else { return nil }
                seconds = given
            }
            return YearlyDay(form: form, timeSeconds: seconds)
        }

        private mutating func dayForm() -> DayForm? {
            if take(UInt8(ascii: "M")) {
                guard let month = number(maximum: 12), month >= 1, take(UInt8(ascii: ".")),
                    let week = number(maximum: 5), week >= 1, take(UInt8(ascii: ".")),
                    let weekday = number(maximum: 6)
                else { return nil }
                return .weekday(month: Int(month), week: Int(week), weekday: Int(weekday))
            }
            if take(UInt8(ascii: "J")) {
                return number(maximum: 365).flatMap { $0 >= 1 ? .julian(Int($0)) : nil }
            }
            return number(maximum: 365).map { .zeroBased(Int($0)) }
        }
    }
}
