// Events, readings and states as JSON.

import Analysis
import Lake
import Readings

/// Writes events.
package enum EventJSON {
    package static func json(_ event: SiteEvent) -> JSONValue {
        .object([
            ("kind", .text(event.kind.rawValue)), ("device_kind", .text(event.device.kind.rawValue)),
            ("serial", .text(event.device.serial)),
            ("start", .text(Instant(utcSeconds: event.startUTCSeconds).iso8601)),
            ("end", .optional(event.endUTCSeconds.map { Instant(utcSeconds: $0).iso8601 })),
            ("origin", .text(event.origin)), ("code", .text(event.code)), ("text", .text(event.text)),
        ])
    }
}

/// Writes readings and states of devices.
package enum DeviceJSON {
    package static func json(_ sourced: Sourced<DeviceReading>) -> JSONValue {
        let reading = sourced.record
        let values = Quantity.allCases.compactMap { quantity in
            reading.values[quantity].map { (quantity.rawValue, JSONValue.plain($0)) }
        }
        return .object([
            ("source", .text(sourced.source.name)), ("kind", .text(reading.device.kind.rawValue)),
            ("serial", .text(reading.device.serial)), ("origin", .text(reading.origin)),
            ("start", .text(Instant(utcSeconds: reading.startUTCSeconds).iso8601)),
            ("seconds", .integer(Int64(reading.seconds))), ("values", .object(values)),
        ])
    }

    package static func json(_ sourced: Sourced<DeviceState>) -> JSONValue {
        let state = sourced.record
        let properties = StateProperty.allCases.compactMap { property in
            state.properties[property].map { (property.rawValue, JSONValue.text($0)) }
        }
        return .object([
            ("source", .text(sourced.source.name)), ("kind", .text(state.device.kind.rawValue)),
            ("serial", .text(state.device.serial)), ("origin", .text(state.origin)),
            ("at", .text(Instant(utcSeconds: state.atUTCSeconds).iso8601)),
            ("last_report", .optional(state.lastReportUTCSeconds.map { Instant(utcSeconds: $0).iso8601 })),
            ("properties", .object(properties)),
        ])
    }
}
