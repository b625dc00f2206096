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
        _ text: String
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

/// Numbers of sentences.
enum GatewayText {
    /// Returns a number with at most so many decimals.
    static func number(_ value: Double, decimals: Int) -> String {
        var factor = 1.0
        for _ in 0..<decimals { factor *= 10 }
        guard value.isFinite, abs(value * factor) < 9e15 else { return "\(value)" }
        let scaled = Int64((value * factor).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let digits = "\(scaled.magnitude)"
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(scaled < 0 ? "-" : "")\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    /// Returns a span of seconds as `54.7 days`, `7.2 h` or `12 min`.
    static func span(_ seconds: Int64) -> String {
        let magnitude = Double(seconds.magnitude)
        if magnitude >= 2 * 86_400 { return "\(number(magnitude / 86_400, decimals: 1)) days" }
        if magnitude >= 2 * 3600 { return "\(number(magnitude / 3600, decimals: 1)) h" }
        return "\(number(magnitude / 60, decimals: 0)) min"
    }
}
