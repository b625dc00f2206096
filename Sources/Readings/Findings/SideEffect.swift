// What a finding brought about.

/// What a finding brought about, told with it instead of by itself.
package struct SideEffect: Equatable, Sendable {
    /// The kind.
    package let kind: FindingKind
    /// The device.
    package let device: String
    /// When.
    package let interval: Interval

    /// Describes an effect.
    package init(kind: FindingKind, device: String, interval: Interval) {
        self.kind = kind
        self.device = device
        self.interval = interval
    }
}

extension SideEffect {
    /// The effect as evidence keeps it.
    var json: JSONValue {
        .object([
            ("kind", .text(kind.rawValue)), ("device", .text(device)),
            ("start", .text(interval.start.iso8601)), ("end", .text(interval.end.iso8601)),
        ])
    }

    /// Reads an effect; nil for one of a kind that another program knows.
    init?(json: JSONValue) {
        guard let kind = json["kind"]?.string.flatMap({ FindingKind(rawValue: $0) }),
            let start = json["start"]?.string.flatMap({ Instant(iso8601: $0) }),
            let end = json["end"]?.string.flatMap({ Instant(iso8601: $0) })
        else { return nil }
        self.init(
            kind: kind,
            device: json["device"]?.string ?? "",
            interval: Interval(
                startUTCSeconds: start.utcSeconds,
                endUTCSeconds: max(start.utcSeconds, end.utcSeconds)
            )
        )
    }
}
