// What one capture says about a site at one time, gathered body by body.

import Readings

/// An observation in the making.
struct GatewayObservation {
    /// The time of values that have none of their own, seconds UTC.
    let atUTCSeconds: Int64
    /// What was gathered.
    private(set) var records = DeviceRecords()
    var summary = DocumentSummary()

    init(atUTCSeconds: Int64) { self.atUTCSeconds = atUTCSeconds }

    /// Adds a reading; one without any number is left out.
    mutating func read(
        _ device: Device,
        at utcSeconds: Int64? = nil,
        seconds: Int32 = 0,
        origin: String,
        _ values: [Quantity: Double?]
    ) {
        records.read(device, at: utcSeconds ?? atUTCSeconds, seconds: seconds, origin: origin, values)
    }

    /// Adds a state; one without any property or report is left out.
    mutating func state(
        _ device: Device,
        at utcSeconds: Int64? = nil,
        origin: String,
        lastReport: Int64? = nil,
        _ properties: [StateProperty: String?]
    ) {
        let time = utcSeconds ?? atUTCSeconds
        records.state(device, at: time, origin: origin, lastReport: lastReport, properties)
    }

    /// Adds an event.
    mutating func event(
        _ kind: SiteEvent.Kind,
        _ device: Device,
        from utcSeconds: Int64? = nil,
        origin: String,
        code: String = "",
        text: String
    ) {
        records.add(
            SiteEvent(
                kind,
                device,
                startUTCSeconds: utcSeconds ?? atUTCSeconds,
                origin: origin,
                code: code,
                text: text
            )
        )
    }

    /// Counts something.
    mutating func count(_ what: String, _ number: Int = 1) { summary.counts[what, default: 0] += number }
}
