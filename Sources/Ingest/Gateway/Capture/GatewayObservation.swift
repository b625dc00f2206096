// What one capture says about a site at one time, gathered body by body.

import Readings

/// An observation in the making.
struct GatewayObservation {
    /// The time of values that have none of their own, seconds UTC.
    let atUTCSeconds: Int64
    /// The serial number of the gateway; empty where the capture does not name it.
    let gateway: String
    /// What was gathered.
    private(set) var records = DeviceRecords()
    var summary = DocumentSummary()

    init(atUTCSeconds: Int64, gateway: String) {
        (self.atUTCSeconds, self.gateway) = (atUTCSeconds, gateway)
    }

    /// The origin of a row: one of the site or of a meter names the gateway, since two gateways have the same of both.
    private func origin(_ part: String, of device: Device) -> String {
        GatewayOrigin.isNeeded(for: device) ? GatewayOrigin(gateway: gateway, part: part).text : part
    }

    /// Adds a reading; one without any number is left out.
    mutating func read(
        _ device: Device,
        at utcSeconds: Int64? = nil,
        seconds: Int32 = 0,
        origin: String,
        _ values: [Quantity: Double?]
    ) {
        let origin = self.origin(origin, of: device)
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
        let origin = self.origin(origin, of: device)
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
                origin: self.origin(origin, of: device),
                code: code,
                text: text
            )
        )
    }

    /// Leaves out the rows of bodies that were known before.
    mutating func leaveOut(_ endpoints: Set<String>) {
        guard !endpoints.isEmpty else { return }
        records.leaveOut { endpoints.contains(GatewayOrigin($0).part) }
    }

    /// Counts something.
    mutating func count(_ what: String, _ number: Int = 1) { summary.counts[what, default: 0] += number }
}
