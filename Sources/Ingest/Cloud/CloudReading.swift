// What a body of the cloud's JSON gives, gathered by its reader.

import Readings

/// A body in reading.
struct CloudReading {
    let options: DocumentOptions
    let zone: TimeZoneRules
    var summary = DocumentSummary()
    private(set) var series: [Int32: CloudRows] = [:]
    private var records = DeviceRecords()
    private var bills: [Bill] = []
    private var rowCount = 0

    init(options: DocumentOptions, zone: TimeZoneRules) {
        self.options = options
        self.zone = zone
    }

    private mutating func countRow() throws {
        rowCount += 1
        guard rowCount <= Limits.documentRows else {
            throw IngestError.limit(.rows, found: nil, limit: Int64(Limits.documentRows))
        }
    }

    /// Puts the energy of a channel of one interval.
    mutating func put(_ channel: Channel, _ node: JSONNode?, start: Int64, seconds: Int32) throws {
        guard let node, !node.isNull else { return }
        guard let value = node.looseDouble else {
            summary.warn("a value of \(channel.name) that is no number was left out")
            return
        }
        try put(channel, wattHours: value, start: start, seconds: seconds)
    }

    /// Puts the energy of a channel of one interval, Wh.
    mutating func put(_ channel: Channel, wattHours value: Double, start: Int64, seconds: Int32) throws {
        guard value.isFinite, abs(value) < 2e9 else {
            summary.warn("a value of \(channel.name) that is out of range was left out")
            return
        }
        let isNew = series[seconds, default: CloudRows()].put(
            channel,
            Int32(value.rounded()),
            isRounded: value != value.rounded(),
            at: start
        )
        if isNew { try countRow() }
    }

    /// Puts the state of charge of one interval, percent.
    mutating func putStateOfCharge(_ node: JSONNode?, start: Int64, seconds: Int32) {
        guard let value = node?.looseDouble, (0...100).contains(value) else { return }
        series[seconds, default: CloudRows()].putStateOfCharge(Int16(value.rounded()), at: start)
    }

    /// Adds a reading of a device; one without any number is left out.
    mutating func read(
        _ device: Device,
        at utcSeconds: Int64,
        seconds: Int32 = 0,
        origin: String,
        _ values: [Quantity: Double?]
    ) throws {
        try countRow()
        records.read(device, at: utcSeconds, seconds: seconds, origin: origin, values)
    }

    /// Adds a state of a device; one without any property or report is left out.
    mutating func state(
        _ device: Device,
        at utcSeconds: Int64? = nil,
        origin: String,
        lastReport: Int64? = nil,
        _ properties: [StateProperty: String?]
    ) throws {
        try countRow()
        let time = utcSeconds ?? options.capturedUTCSeconds
        records.state(device, at: time, origin: origin, lastReport: lastReport, properties)
    }

    /// Adds an event.
    mutating func add(_ event: SiteEvent) throws {
        try countRow()
        records.add(event)
    }

    /// Adds a bill.
    mutating func add(_ bill: Bill) throws {
        try countRow()
        bills.append(bill)
    }

    /// Notes that a body holds nothing that the watch uses.
    mutating func keptOnly(_ what: String) {
        summary.notes.append("\(what): kept as a document, it holds nothing for the tables")
    }

    /// Hands everything on.
    mutating func finish(source: Source, _ sink: BatchSink) throws -> DocumentSummary {
        var done = summary
        for seconds in series.keys.sorted() {
            guard let rows = series.removeValue(forKey: seconds) else { continue }
            try rows.hand(source: source, seconds: seconds, options: options, zone: zone, &done, sink)
        }
        try records.hand(into: &done, sink)
        let starts = bills.map { $0.start.daysSince1970 * 86_400 }
        done.note(bills.count, in: "bill", from: starts.min(), to: starts.max())
        if !bills.isEmpty { try sink(.bills(bills)) }
        return done
    }
}

/// Rows of a site's series in any order.
struct CloudRows {
    private var rowIndex: [Int64: Int] = [:]
    private var starts: [Int64] = []
    private var energies: [[Int32]] = Array(repeating: [], count: Channel.count)
    private var statesOfCharge: [Int16] = []
    private var isRounded: [Bool] = []
    private var replaced = 0

    private mutating func row(at start: Int64) -> Int {
        if let index = rowIndex[start] { return index }
        rowIndex[start] = starts.count
        starts.append(start)
        for channel in energies.indices { energies[channel].append(ReadingColumns.missingWh) }
        statesOfCharge.append(ReadingColumns.missingSoC)
        isRounded.append(false)
        return starts.count - 1
    }

    /// Puts an energy; of two for one interval the last counts. Returns whether the interval is new.
    mutating func put(_ channel: Channel, _ wattHours: Int32, isRounded rounded: Bool, at start: Int64)
        -> Bool
    {
        let count = starts.count
        let index = row(at: start)
        let before = energies[channel.rawValue][index]
        if before != ReadingColumns.missingWh, before != wattHours { replaced += 1 }
        energies[channel.rawValue][index] = wattHours
        if rounded { isRounded[index] = true }
        return starts.count > count
    }

    mutating func putStateOfCharge(_ percent: Int16, at start: Int64) {
        statesOfCharge[row(at: start)] = percent
    }

    /// Hands the rows on in the order of their starts, marked as those of reports are.
    func hand(
        source: Source,
        seconds: Int32,
        options: DocumentOptions,
        zone: TimeZoneRules,
        _ summary: inout DocumentSummary,
        _ sink: BatchSink
    ) throws {
        let channels = Channel.allCases.filter { channel in
            energies[channel.rawValue].contains { $0 != ReadingColumns.missingWh }
        }
        var own = EnlightenOptions(
            timeZone: options.timeZone,
            capturedUTCSeconds: options.capturedUTCSeconds
        )
        own.installedW = options.enlighten?.installedW
        var marker = QualityMarker(stepSeconds: Int64(seconds), channels: channels, options: own)
        let order = starts.indices.sorted { starts[$0] < starts[$1] }
        let isCounted = seconds < SeriesKey.day
        var missing: Int64 = 0
        func give(_ columns: ReadingColumns) throws {
            var columns = columns
            for row in 0..<columns.rowCount {
                if let index = rowIndex[columns.startUTCSeconds[row]] {
                    columns.socPercent[row] = statesOfCharge[index]
                }
            }
            try sink(.site(source, seconds: seconds, columns))
        }
        var before: Int64?
        for index in order {
            let start = starts[index]
            if isCounted, let before { missing += max(0, (start - before) / Int64(seconds) - 1) }
            before = start
            var row = EnergyRow(repeating: ReadingColumns.missingWh)
            for channel in 0..<Channel.count { row[channel] = energies[channel][index] }
            try marker.take(
                startUTCSeconds: start,
                energyWh: row,
                marks: isRounded[index] ? .rounded : [],
                isMidnight: zone.wallClock(atUTCSeconds: start).secondOfDay == 0,
                give
            )
        }
        try marker.finish(give)
        guard let first = order.first, let last = order.last else { return }
        summary.note(order.count, in: "site_interval", from: starts[first], to: starts[last])
        summary.counts["step seconds"] = Int(seconds)
        if missing > 0 { summary.counts["missing intervals", default: 0] += Int(missing) }
        if replaced > 0 { summary.counts["intervals given twice", default: 0] += replaced }
        for channel in channels {
            summary.totalWh[channel.name, default: 0] += marker.totals[channel.rawValue]
        }
        for (bits, count) in marker.marks {
            for (mark, name) in Quality.names where Quality(rawValue: Int32(bits)).contains(mark) {
                summary.counts["marked \(name)", default: 0] += count
            }
        }
    }
}
