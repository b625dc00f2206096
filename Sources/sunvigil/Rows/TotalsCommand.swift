// sunvigil totals, gaps, export: rows and their sums, for people and programs.

import ArgumentParser
import Foundation
import Lake
import Readings

struct TotalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "totals",
        _superCommandName: Sunvigil.name,
        abstract: "Energy and rows per month or day, of each series of each site.",
        discussion: """
            Sums come from the days that are kept with the segments; nothing is decoded. Days are those of the site's zone.
            Rows that stand for no data are counted and in no sum.

            EXAMPLES
              sunvigil totals
              sunvigil totals --by day --from 2025-03-01 --to 2025-03-31 --json
            """
    )

    /// The length of what is summed.
    enum Length: String, ExpressibleByArgument, CaseIterable {
        case day, month, year
    }

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "Only this site.") var site: String?
    @Option(help: "day, month or year.") var by = Length.month
    @Option(help: "The first day.") var from: String?
    @Option(help: "The last day.") var to: String?
    @Flag(help: "Print [{site, source, seconds, period, rows, absent_rows, produced_wh, …}].") var json =
        false
    @Flag(help: .hidden) var byScan = false

    func run() throws {
        let lake = try past.open(store)
        let chosen = try site.map { try lake.site(named: $0) }
        let sites = Dictionary(try lake.sites().map { ($0.systemID, $0) }) { first, _ in first }
        var zones: [String: TimeZoneRules] = [:]
        var sums: [SeriesKey: [Sum]] = [:]
        func add(_ key: SeriesKey, _ days: DayColumns) throws {
            guard let site = sites[key.systemID] else { return }
            let zone = try zones[site.timeZone] ?? ZoneFiles.load(site.timeZone)
            zones[site.timeZone] = zone
            let interval = try TimeText.interval(from: from, to: to, zone)
            TotalsCommand.add(days, by: by, zone, interval, to: &sums[key, default: []])
        }
        if byScan {
            for (key, rollup) in try scannedDays(lake, sites, chosen) {
                if let days = DayColumns(rollup) { try add(key, days) }
            }
        } else {
            try lake.forEachDays(systemID: chosen?.systemID, add)
        }
        var output = TotalsOutput(isJSON: json)
        for key in sums.keys.sorted() {
            for sum in sums[key] ?? [] { output.add(sites[key.systemID]?.name ?? "", key, sum) }
        }
        output.finish()
    }

    /// The same from the rows themselves: what the kept days are held against.
    private func scannedDays(_ lake: Lake, _ sites: [Int64: Site], _ chosen: Site?) throws -> [SeriesKey:
        DayRollup]
    {
        var days: [SeriesKey: DayRollup] = [:]
        for systemID in sites.keys.sorted() where chosen == nil || chosen?.systemID == systemID {
            let zone = try ZoneFiles.load(sites[systemID]?.timeZone ?? "UTC")
            for (key, columns) in try lake.readings(systemID: systemID) {
                days[key] = DayRollup(columns, zone: zone)
            }
        }
        return days
    }

    /// What is told of one period.
    struct Sum {
        let period: String
        var rows = 0
        var absentRows = 0
        var energyWh = SIMD8<Int64>(repeating: 0)
        var valueCounts = SIMD8<Int64>(repeating: 0)
    }

    private static func add(
        _ days: DayColumns,
        by length: Length,
        _ zone: TimeZoneRules,
        _ interval: Interval?,
        to sums: inout [Sum]
    ) {
        let starts = days.startUTCSeconds
        let wanted = interval ?? Interval(startUTCSeconds: .min, endUTCSeconds: .max)
        var index = starts.firstIndex { $0 >= wanted.startUTCSeconds } ?? days.count
        let end = starts.firstIndex { $0 >= wanted.endUTCSeconds } ?? days.count
        while index < end {
            let date = zone.wallClock(atUTCSeconds: starts[index]).day
            let month = CivilMonth(date)
            let name = length == .day ? "\(date)" : length == .month ? "\(month)" : "\(date.year)"
            // Days of a month lie together; only the next month needs a look at the calendar.
            var next = index + 1
            if length != .day {
                let monthEnd = zone.startOfDay(month.advanced(by: 1).firstDay)
                while next < end && starts[next] < monthEnd { next += 1 }
            }
            let found = days.sum(index..<next)
            let place = sums.lastIndex { $0.period == name } ?? sums.count
            if place == sums.count { sums.append(Sum(period: name)) }
            sums[place].rows += found.rowCount
            sums[place].absentRows += found.absentRows
            sums[place].energyWh &+= found.energyWh
            sums[place].valueCounts &+= found.valueCounts
            index = next
        }
    }
}

/// Sums as text or JSON, a line each, printed as they come.
private struct TotalsOutput {
    private let isJSON: Bool
    private var text: [UInt8]
    private var isFirst = true
    private var lastKey: SeriesKey?
    private var head: [UInt8] = []

    init(isJSON: Bool) {
        self.isJSON = isJSON
        let header =
            "site,source,seconds,period,rows,absent_rows,"
            + Channel.allCases.map { "\($0.name)_kwh" }.joined(separator: ",") + "\n"
        text = Array((isJSON ? "[" : header).utf8)
    }

    mutating func add(_ site: String, _ key: SeriesKey, _ sum: TotalsCommand.Sum) {
        if lastKey != key {
            lastKey = key
            let name = isJSON ? JSONValue.text(site).compact : CSVField.text(site)
            head = Array(
                (isJSON
                    ? "{\"site\":\(name),\"source\":\"\(key.source.name)\",\"seconds\":\(key.seconds),\"period\":\""
                    : "\(name),\(key.source.name),\(key.seconds),").utf8
            )
        }
        if isJSON { text += isFirst ? [10] : [44, 10] }
        text += head
        text += sum.period.utf8
        text += (isJSON ? "\",\"rows\":" : ",").utf8
        CSVText.append(Int64(sum.rows), to: &text)
        text += (isJSON ? ",\"absent_rows\":" : ",").utf8
        CSVText.append(Int64(sum.absentRows), to: &text)
        for channel in 0..<Channel.count {
            let isKnown = sum.valueCounts[channel] > 0
            if isJSON {
                text += TotalsOutput.names[channel]
                if isKnown { CSVText.append(sum.energyWh[channel], to: &text) } else { text += "null".utf8 }
            } else {
                text.append(44)
                if isKnown { CSVText.appendKilowattHours(sum.energyWh[channel], to: &text) }
            }
        }
        text.append(isJSON ? UInt8(ascii: "}") : 10)
        isFirst = false
        if text.count > 1 << 16 { flush() }
    }

    private static let names = Channel.allCases.map { Array(",\"\($0.name)_wh\":".utf8) }

    private mutating func flush() {
        Console.write(text)
        text.removeAll(keepingCapacity: true)
    }

    mutating func finish() {
        if isJSON { text += "\n]\n".utf8 }
        flush()
    }
}

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

/// A line in the making, in memory that is known to hold it.
struct LineBuffer {
    private let memory: UnsafeMutableBufferPointer<UInt8>
    private var count = 0

    init(_ memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

    /// What was put so far.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: memory[..<count]) }

    mutating func put(_ byte: UInt8) {
        memory[count] = byte
        count += 1
    }

    mutating func put(_ bytes: [UInt8]) {
        for byte in bytes { put(byte) }
    }

    /// Puts a whole number.
    mutating func put(_ value: Int64) {
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

/// Instants as ISO 8601 UTC, one after the other: a day's text is made once.
struct StampText {
    private var day = Int64.min
    private var text: [UInt8] = []

    /// Returns an instant as text.
    mutating func text(_ utcSeconds: Int64) -> [UInt8] {
        let number = utcSeconds.flooredDivision(by: 86_400)
        if number != day {
            day = number
            text = Array(Instant(utcSeconds: number * 86_400).iso8601.utf8)
        }
        let second = utcSeconds - number * 86_400
        func put(_ place: Int, _ value: Int64) {
            text[place] = UInt8(truncatingIfNeeded: 48 + value / 10)
            text[place + 1] = UInt8(truncatingIfNeeded: 48 + value % 10)
        }
        put(11, second / 3600)
        put(14, second / 60 % 60)
        put(17, second % 60)
        return text
    }
}

struct GapsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps",
        _superCommandName: Sunvigil.name,
        abstract: "Intervals that have no row, of each series of each site.",
        discussion: """
            Rows of zeros that stand for no data are told by sunvigil check; this looks for rows that are not there at all.
            Only the time column is read, and only where its step is not constant.

            EXAMPLES
              sunvigil gaps
              sunvigil gaps --site home --json
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Print [{site, source, seconds, start, end, rows}].") var json = false
    @Flag(help: "Print only how many runs and rows are missing.") var count = false

    func run() throws {
        let lake = try past.open(store)
        let chosen = try site.map { try lake.site(named: $0) }
        let gaps = try lake.missingRows(systemID: chosen?.systemID)
        let rows = gaps.reduce(0) { $0 + $1.rowCount }
        if count {
            Console.print("\(gaps.count) gaps, \(rows) rows missing")
            return
        }
        let names = Dictionary(try lake.sites().map { ($0.systemID, $0.name) }) { first, _ in first }
        if json {
            Console.print(
                JSONValue.array(
                    gaps.map {
                        .object([
                            ("site", .text(names[$0.key.systemID] ?? "")),
                            ("source", .text($0.key.source.name)),
                            ("seconds", .integer(Int64($0.key.seconds))),
                            ("start", .text(Instant(utcSeconds: $0.startUTCSeconds).iso8601)),
                            ("end", .text(Instant(utcSeconds: $0.endUTCSeconds).iso8601)),
                            ("rows", .integer($0.rowCount)),
                        ])
                    }
                ).pretty,
                terminator: ""
            )
            return
        }
        var text = "site,source,seconds,start,end,rows\n"
        for gap in gaps {
            text +=
                "\(CSVField.text(names[gap.key.systemID] ?? "")),\(gap.key.source.name),\(gap.key.seconds),\(Instant(utcSeconds: gap.startUTCSeconds).iso8601),\(Instant(utcSeconds: gap.endUTCSeconds).iso8601),\(gap.rowCount)\n"
        }
        Console.print(text, terminator: "")
    }
}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        _superCommandName: Sunvigil.name,
        abstract: "Interval rows of a site as CSV.",
        discussion: """
            Times are UTC, energies Wh, as recorded; an empty field was not reported. quality is the sum of marks, see
            docs/store.md: rows with 1 or 4 stand for no data.

            EXAMPLE
              sunvigil export --site home --from 2025-03-01 --to 2025-03-31 > march.csv
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "The site; not needed where the store has one.") var site: String?
    @Option(help: "The first day, of the site's zone.") var from: String?
    @Option(help: "The last day.") var to: String?

    func run() throws {
        let lake = try past.open(store)
        let site = try lake.site(named: self.site)
        let interval = try TimeText.interval(from: from, to: to, try ZoneFiles.load(site.timeZone))
        var text = IntervalCSV.header
        text.reserveCapacity(IntervalCSV.pieceBytes + IntervalCSV.lineBytes)
        try lake.forEachSeries(systemID: site.systemID, interval: interval) { key, columns in
            IntervalCSV.append(key, columns, to: &text) { Console.write($0) }
        }
        Console.write(text)
    }
}
