// NEM12, the interval file of the Australian market: records 100 to 900, times in UTC+10 all year, or, where the owner says so,
// in the site's standard time, as networks outside of that market write them.
// Source: AEMO, Meter Data File Format Specification; suffixes seen from the house: E is import, B is export.

import Readings

/// Reads NEM12.
struct NEM12Parser: LineParser {
    var lines = TextLines()
    private var rows = UtilityRows(format: .nem12)
    private var channel: Channel?
    private var day: Day?
    private var summary = DocumentSummary()
    private var hasEnd = false

    /// A channel of a meter.
    private struct Channel {
        let meter: String
        let side: UtilityRows.Side
        let powerOfTen: Int
        let minutes: Int
    }

    /// A day of values that later records may still qualify.
    private struct Day {
        let channel: Channel
        let dayNumber: Int64
        var values: [EnergyText?]
        var qualities: [UtilityQuality]
        let rank: Int64
        let line: Int
    }

    /// The market's offset east of UTC.
    private static let offsetSeconds: Int64 = 10 * 3600
    private let options: DocumentOptions
    private let zone: TimeZoneRules

    /// Makes a reader.
    init(options: DocumentOptions, zone: TimeZoneRules) {
        self.options = options
        self.zone = zone
    }

    /// The instant at which a day of the file begins. A day has as many values on all days of the year, so that its clock does
    /// not change: local time can only be standard time.
    private func start(ofDay dayNumber: Int64) -> Int64 {
        let midnight = dayNumber * 86_400
        switch options.times ?? (options.takesUTCAsLocal ? .standard : nil) {
        case .local, .standard: return zone.instant(ofStandardSeconds: midnight)
        case .utc: return midnight
        case nil: return midnight - NEM12Parser.offsetSeconds
        }
    }

    mutating func summarise(_ sink: RowSink) throws -> DocumentSummary {
        try flushDay()
        guard rows.count > 0 || summary.counts["channels left out"] != nil else { throw IngestError.noRows }
        if !hasEnd { summary.warn("the file has no 900 record at its end: it may be cut off") }
        summary.format = DocumentFormat.nem12.title
        try rows.finish(into: &summary, sink)
        return summary
    }

    mutating func take(line: ArraySlice<UInt8>, number: Int, _ sink: RowSink) throws {
        if line.isBlankLine { return }
        // A day of five minutes has 288 values: more fields than any header.
        let fields = try NEM12Parser.fields(line)
        switch fields[0] {
        case "100": break
        case "200": try beginChannel(fields, number)
        case "300": try beginDay(fields, number)
        case "400": try qualify(fields, number)
        case "500": break
        case "900": hasEnd = true
        default:
            throw wrong(number, "has a record \(fields[0].prefix(8)), which NEM12 does not have")
        }
    }

    /// Fields are plain: NEM12 knows no quotes.
    private static func fields(_ line: ArraySlice<UInt8>) throws -> [String] {
        var fields: [String] = []
        for field in line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard fields.count < 2 * 1_440 else {
                throw IngestError.limit(.columns, found: nil, limit: 2 * 1_440)
            }
            fields.append(String(decoding: field.filter { $0 > 32 }, as: UTF8.self))
        }
        return fields
    }

    private func wrong(_ line: Int, _ found: String) -> IngestError {
        .content(format: .nem12, place: "line \(line)", found: found, remedy: "download it again")
    }

    private mutating func beginChannel(_ fields: [String], _ number: Int) throws {
        try flushDay()
        channel = nil
        guard fields.count > 8 else {
            throw wrong(number, "is a 200 record with \(fields.count) fields, not 9")
        }
        let suffix = fields[4].uppercased()
        let powers = ["WH": 0, "KWH": 3, "MWH": 6]
        guard let power = powers[fields[7].uppercased()], let first = suffix.first, "EB".contains(first)
        else {
            summary.counts["channels left out", default: 0] += 1
            return
        }
        guard let minutes = Int(fields[8]), [5, 15, 30].contains(minutes) else {
            throw wrong(number, "has intervals of \(fields[8].prefix(8)) minutes, not 5, 15 or 30")
        }
        // Registers of one side, as the controlled load E2, are counted beside each other.
        let register = suffix.dropFirst()
        let identifier = fields[1] + (register == "1" ? "" : "/\(suffix)")
        channel = Channel(
            meter: UtilityInterval.meterName(identifier),
            side: first == "E" ? .import : .export,
            powerOfTen: power,
            minutes: minutes
        )
    }

    private mutating func beginDay(_ fields: [String], _ number: Int) throws {
        try flushDay()
        guard let channel else { return }
        let count = 1_440 / channel.minutes
        guard fields.count >= count + 3 else {
            throw wrong(
                number,
                "has \(fields.count - 2) values, a day of \(channel.minutes) minutes has \(count)"
            )
        }
        guard let dayNumber = NEM12Parser.day(fields[1]) else {
            throw wrong(number, "has the date \(fields[1].prefix(12))")
        }
        let method = fields[count + 2]
        var values: [EnergyText?] = []
        for index in 0..<count {
            let text = fields[index + 2]
            if text.isEmpty {
                values.append(nil)
                continue
            }
            guard let value = EnergyText(text, powerOfTen: channel.powerOfTen) else {
                throw wrong(number, "has \(text.prefix(20)) as value \(index + 1)")
            }
            values.append(value)
        }
        let update = fields.count > count + 5 ? Int64(fields[count + 5]) ?? 0 : 0
        guard let quality = NEM12Parser.quality(method) else {
            // No data at all for the day: a gap.
            summary.counts["days without data", default: 0] += 1
            return
        }
        day = Day(
            channel: channel,
            dayNumber: dayNumber,
            values: values,
            qualities: Array(repeating: quality, count: count),
            rank: update,
            line: number
        )
    }

    private mutating func qualify(_ fields: [String], _ number: Int) throws {
        guard day != nil else { return }
        guard fields.count > 3, let first = Int(fields[1]), let last = Int(fields[2]), let day,
            first >= 1, last >= first, last <= day.values.count
        else { throw wrong(number, "is a 400 record that names no intervals of its day") }
        let quality = NEM12Parser.quality(fields[3])
        for index in (first - 1)..<last {
            if let quality { self.day?.qualities[index] = quality } else { self.day?.values[index] = nil }
        }
    }

    /// Returns what a quality flag means; nil for no data.
    private static func quality(_ method: String) -> UtilityQuality? {
        switch method.first {
        case "N": nil
        case "E", "S", "F": .estimated
        default: []
        }
    }

    private static func day(_ text: String) -> Int64? {
        guard text.utf8.count == 8, let number = Int(text), number > 0 else { return nil }
        let year = number / 10_000
        guard (2000...2199).contains(year) else { return nil }
        return CivilDate(year: year, month: number / 100 % 100, day: number % 100)?.daysSince1970
    }

    private mutating func flushDay() throws {
        guard let done = day else { return }
        day = nil
        let seconds = Int32(done.channel.minutes * 60)
        let start = start(ofDay: done.dayNumber)
        for (index, value) in done.values.enumerated() {
            guard let value else { continue }
            var quality = done.qualities[index]
            if value.isRounded { quality.insert(.rounded) }
            try rows.add(
                meter: done.channel.meter,
                start: start + Int64(index) * Int64(seconds),
                seconds: seconds,
                side: done.channel.side,
                wattHours: value.wattHours,
                quality: quality,
                rank: done.rank
            )
        }
    }
}
