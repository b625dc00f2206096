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
    mutating func finish(source: Source, _ sink: RowSink) throws -> DocumentSummary {
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
