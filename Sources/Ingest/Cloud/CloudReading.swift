// What a body of the cloud's JSON gives, gathered by its reader.

import Readings

/// A body in reading.
struct CloudReading {
    let options: DocumentOptions
    let zone: TimeZoneRules
    /// When the body was made, as far as it says so itself.
    let time: BodyTime
    var summary = DocumentSummary()
    private var generators: [Int32: GeneratorEnergies] = [:]
    private(set) var series: [Int32: CloudRows] = [:]
    private var records = DeviceRecords()
    private var bills: [Bill] = []
    private var rowCount = 0

    /// Energies of a generator in whatever order a body gives them.
    private struct GeneratorEnergies {
        let origin: String
        var wattHours: [Int64: Int64] = [:]
    }

    /// Begins to read a body.
    init(options: DocumentOptions, zone: TimeZoneRules, root: JSONNode) {
        self.options = options
        self.zone = zone
        time = BodyTime(root, options: options, zone: zone)
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

    /// Puts the energy of a generator of one interval, Wh.
    ///
    /// - Parameter origin: the part of the source that gives it.
    mutating func putGenerator(_ node: JSONNode, start: Int64, seconds: Int32, origin: String) throws {
        guard let value = node.looseDouble, value.isFinite, abs(value) < 2e9 else { return }
        if generators[seconds, default: GeneratorEnergies(origin: origin)].wattHours
            .updateValue(Int64(value.rounded()), forKey: start) == nil
        {
            try countRow()
        }
        series[seconds, default: CloudRows()].putGenerator(Int32(value.rounded()), at: start)
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
        let time = utcSeconds ?? time.page
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

    /// Makes readings of a device, and its times, of what a generator gave.
    private mutating func gatherGenerators() {
        for (seconds, energies) in generators.sorted(by: { $0.key < $1.key }) {
            var gathered = GeneratorRecords(origin: energies.origin, stepSeconds: Int64(seconds), zone: zone)
            for (start, wattHours) in energies.wattHours.sorted(by: { $0.key < $1.key }) {
                gathered.take(startUTCSeconds: start, wattHours: wattHours)
            }
            gathered.takeReadings().forEach { records.add($0) }
            gathered.events.forEach { records.add($0) }
            summary.totalWh[GeneratorRecords.name, default: 0] += gathered.totalWh
        }
        if summary.totalWh[GeneratorRecords.name] == 0 { summary.totalWh[GeneratorRecords.name] = nil }
    }

    /// Hands everything on.
    mutating func finish(source: Source, _ sink: RowSink) throws -> DocumentSummary {
        gatherGenerators()
        if let note = time.note, records.count > 0 { summary.notes.append(note) }
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
