// Device readings as CSV, a form of our own for owners who log their devices themselves: one row a device and interval.
// Columns and their units: docs/sources/device-csv.md.

import Readings

/// Reads device readings.
struct DeviceCSVParser: LineParser {
    var lines = TextLines()
    private var columns: [Column?] = []
    private var step: Int64 = 0
    private var pending: [Row] = []
    private var rowCount = 0
    private var previous: [String: Relay] = [:]
    private var summary = DocumentSummary()
    private var bad: BadRows

    private static let batchRows = 8_192
    /// Rows from whose distances the step is told.
    private static let sampleRows = 4_000

    /// What a column is.
    private enum Column: Equatable {
        case serial, kind, startAt, endAt, seconds, reportedAt, relay
        case quantity(Quantity)
    }

    private struct Row {
        var device: Device
        var time: Int64
        var isEnd: Bool
        var seconds: Int64?
        var relay: Relay?
        var values: [Quantity: Double]
    }

    private enum Relay: String {
        case open, closed
    }

    /// Other names of columns than those of the lake.
    private static let names: [String: Column] = [
        "serial": .serial, "serial_number": .serial, "kind": .kind, "device_kind": .kind,
        "start_at": .startAt,
        "end_at": .endAt, "seconds": .seconds, "reported_at": .reportedAt, "grid_relay": .relay,
        "wh": .quantity(.energy), "wh_lifetime": .quantity(.lifetime),
    ]

    /// Makes a reader.
    init(options: DocumentOptions) { bad = BadRows(areSkipped: options.skipsBadRows) }

    /// Tells whether a header is one of device readings: a time, and a device's number or a register.
    static func isHeader(_ fields: [String]) -> Bool {
        let columns = fields.map(column)
        let hasTime = columns.contains(.startAt) || columns.contains(.endAt)
        let hasValue = columns.contains {
            if case .quantity = $0 { return true }
            return $0 == .relay
        }
        return hasTime && hasValue
    }

    private static func column(_ name: String) -> Column? {
        let name = name.lowercased()
        return names[name] ?? Quantity(rawValue: name).map { .quantity($0) }
    }

    mutating func summarise(_ sink: RowSink) throws -> DocumentSummary {
        try bad.judge()
        guard rowCount > 0 else { throw IngestError.noRows }
        summary.refusedRows = bad.count
        summary.refusals = bad.texts
        try flush(sink)
        summary.format = DocumentFormat.deviceCSV.title
        return summary
    }

    // MARK: Rows

    mutating func take(line: ArraySlice<UInt8>, number: Int, _ sink: RowSink) throws {
        if line.isBlankLine || line.first == UInt8(ascii: "#") { return }
        let fields = try CSVFields.split(line)
        if columns.isEmpty {
            guard DeviceCSVParser.isHeader(fields) else {
                throw IngestError.unknownHeader(
                    line: number,
                    header: String(decoding: line.prefix(80), as: UTF8.self)
                )
            }
            columns = fields.map(DeviceCSVParser.column)
            for (field, column) in zip(fields, columns) where column == nil {
                summary.warn("the column \(field.prefix(30)) is not known and was left in the document")
            }
            return
        }
        do {
            pending.append(try row(fields, number))
        } catch let error as IngestError where error.isRowError {
            bad.take(error)
            return
        }
        bad.countRows(1)
        rowCount += 1
        guard rowCount <= Limits.documentRows else {
            throw IngestError.limit(.rows, found: nil, limit: Int64(Limits.documentRows))
        }
        // The step must be known before rows with ends alone can be handed on.
        if pending.count >= DeviceCSVParser.batchRows { try flush(sink) }
    }

    private func row(_ fields: [String], _ line: Int) throws -> Row {
        guard fields.count == columns.count else {
            throw IngestError.fieldCount(line: line, found: fields.count, expected: columns.count)
        }
        var serial = ""
        var kind: DeviceKind?
        var row = Row(device: .site, time: 0, isEnd: false, values: [:])
        var reported: Int64?
        for (field, column) in zip(fields, columns) where !field.isEmpty {
            switch column {
            case .serial: serial = String(field.prefix(40))
            case .kind:
                guard let known = DeviceKind(rawValue: field) else {
                    throw IngestError.badStamp(line: line, found: "the kind \(field.prefix(20))")
                }
                kind = known
            case .startAt, .endAt:
                guard let time = Self.time(field) else {
                    throw IngestError.badStamp(line: line, found: String(field.prefix(40)))
                }
                row.time = time
                row.isEnd = column == .endAt
            case .reportedAt: reported = Self.time(field)
            case .seconds:
                guard let seconds = Int64(field), (0...86_400).contains(seconds) else {
                    throw IngestError.badNumber(
                        line: line,
                        column: "seconds",
                        found: String(field.prefix(20))
                    )
                }
                row.seconds = seconds
            case .relay: row.relay = Relay(rawValue: field.lowercased())
            case .quantity(let quantity):
                guard let value = Double(field), value.isFinite, abs(value) < 1e15 else {
                    throw IngestError.badNumber(
                        line: line,
                        column: quantity.rawValue,
                        found: String(field.prefix(20))
                    )
                }
                row.values[quantity] = value
            case nil: break
            }
        }
        guard row.time > 0 else { throw IngestError.badStamp(line: line, found: "nothing") }
        if let reported { row.values[.reportingDelay] = Double(reported - row.time) }
        // Without a serial number a register is the site's production meter; a device without a kind is an inverter.
        row.device = Device(
            kind ?? (serial.isEmpty ? .meter : .inverter),
            serial.isEmpty ? "production" : serial
        )
        return row
    }

    private static func time(_ text: String) -> Int64? {
        if let number = Int64(text) {
            return GatewayTime.plausible(number > 100_000_000_000 ? number / 1000 : number)
        }
        return Instant(iso8601: text).flatMap { GatewayTime.plausible($0.utcSeconds) }
    }

    // MARK: Out

    private mutating func flush(_ sink: RowSink) throws {
        if step == 0 { step = mostFrequentStep() }
        var readings: [DeviceReading] = []
        var states: [DeviceState] = []
        for row in pending {
            let seconds = row.seconds ?? step
            let start = row.isEnd ? row.time - seconds : row.time
            if !row.values.isEmpty {
                readings.append(
                    DeviceReading(
                        row.device,
                        startUTCSeconds: start,
                        seconds: Int32(clamping: seconds),
                        origin: "device CSV",
                        values: row.values
                    )
                )
            }
            // A relay that stays as it is says nothing new.
            if let relay = row.relay, previous[row.device.serial] != relay {
                previous[row.device.serial] = relay
                states.append(
                    DeviceState(
                        Device(.systemController, ""),
                        atUTCSeconds: start,
                        origin: "device CSV",
                        properties: [.relayActual: relay.rawValue]
                    )
                )
            }
        }
        pending.removeAll(keepingCapacity: true)
        let starts = readings.map(\.startUTCSeconds)
        summary.note(starts.count, in: "device_reading", from: starts.min(), to: starts.max())
        let times = states.map(\.atUTCSeconds)
        summary.note(times.count, in: "device_state", from: times.min(), to: times.max())
        if !readings.isEmpty { try sink(.deviceReadings(readings)) }
        if !states.isEmpty { try sink(.deviceStates(states)) }
    }

    /// The most frequent distance of a device's successive rows.
    private func mostFrequentStep() -> Int64 {
        var counts: [Int64: Int] = [:]
        for (before, after) in zip(pending.prefix(DeviceCSVParser.sampleRows), pending.dropFirst())
        where before.device == after.device && after.time > before.time {
            counts[after.time - before.time, default: 0] += 1
        }
        let known = counts.filter { (60...86_400).contains($0.key) }
        return known.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 900
    }
}
