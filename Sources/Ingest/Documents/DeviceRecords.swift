// Readings, states and events that a body gives, gathered with what is empty left out and bounds kept.

import Readings

/// Records of devices in the making.
struct DeviceRecords {
    private(set) var readings: [DeviceReading] = []
    private(set) var states: [DeviceState] = []
    private(set) var events: [SiteEvent] = []

    /// Longest text of a property.
    private static let longestText = 400

    /// The number of records.
    var count: Int { readings.count + states.count + events.count }

    /// Adds a reading; one without any number is left out.
    mutating func read(
        _ device: Device,
        at utcSeconds: Int64,
        seconds: Int32,
        origin: String,
        _ values: [Quantity: Double?]
    ) {
        let known = values.compactMapValues { $0 }.filter { $0.value.isFinite }
        guard !known.isEmpty else { return }
        readings.append(
            DeviceReading(
                device,
                startUTCSeconds: utcSeconds,
                seconds: seconds,
                origin: origin,
                values: known
            )
        )
    }

    /// Adds a state; one without any property or report is left out.
    mutating func state(
        _ device: Device,
        at utcSeconds: Int64,
        origin: String,
        lastReport: Int64?,
        _ properties: [StateProperty: String?]
    ) {
        let known = properties.compactMapValues { $0 }.filter { !$0.value.isEmpty }
        guard !known.isEmpty || lastReport != nil else { return }
        states.append(
            DeviceState(
                device,
                atUTCSeconds: utcSeconds,
                origin: origin,
                lastReportUTCSeconds: lastReport,
                properties: known.mapValues { String($0.prefix(DeviceRecords.longestText)) }
            )
        )
    }

    /// Adds a reading.
    mutating func add(_ reading: DeviceReading) { readings.append(reading) }

    /// Adds an event.
    mutating func add(_ event: SiteEvent) { events.append(event) }

    /// Leaves out what has an origin of which the closure says so.
    mutating func leaveOut(_ isLeftOut: (String) -> Bool) {
        readings.removeAll { isLeftOut($0.origin) }
        states.removeAll { isLeftOut($0.origin) }
        events.removeAll { isLeftOut($0.origin) }
    }

    /// Hands everything on, counted in the summary.
    ///
    /// - Throws: `IngestError.limit` before anything is handed on, and what the sink throws.
    func hand(into summary: inout DocumentSummary, _ sink: RowSink) throws {
        guard count <= Limits.documentRows else {
            throw IngestError.limit(.rows, found: Int64(count), limit: Int64(Limits.documentRows))
        }
        let tables = [
            ("device_reading", readings.map(\.startUTCSeconds)), ("device_state", states.map(\.atUTCSeconds)),
            ("site_event", events.map(\.startUTCSeconds)),
        ]
        for (table, starts) in tables {
            summary.note(starts.count, in: table, from: starts.min(), to: starts.max())
        }
        if !readings.isEmpty { try sink(.deviceReadings(readings)) }
        if !states.isEmpty { try sink(.deviceStates(states)) }
        if !events.isEmpty { try sink(.events(events)) }
    }
}
