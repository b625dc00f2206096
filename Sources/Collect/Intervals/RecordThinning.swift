// Which rows of a round are kept for ever. A round has some hundred rows, most of which say what the one before said: kept is
// what a later reader cannot do without. All of them lie in the journal for some days. See docs/live-intervals.md.

import Ingest
import Readings

/// Chooses what is kept of one gateway's rounds.
package struct RecordThinning: Sendable {
    private var readings: [Key: KeptReading] = [:]
    private var states: [Key: KeptState] = [:]
    private var lasting: Set<EventKey> = []

    private struct Key: Hashable {
        let device: Device
        let origin: String
        var isInterval = false
    }

    private struct EventKey: Hashable {
        let kind: SiteEvent.Kind
        let device: Device
        let origin: String
        let code: String
    }

    private struct KeptReading {
        /// The step in which the last row lay that was kept.
        var kept: Int64?
        /// The last row, and whether it was kept.
        var last: DeviceReading
        var isLastKept: Bool
    }

    private struct KeptState {
        var kept: DeviceState
        /// When it was kept, by the time of the round.
        var fetched: Int64
    }

    /// Starts: what comes first is kept.
    package init() {}

    /// More rows of different names than a gateway has.
    private static let mostKeys = 20_000
    /// Registers farther apart than this have a gap between them, both ends of which are kept, seconds.
    private static let gapSeconds: Int64 = 180
    private static let daySeconds: Int64 = 86_400
    private static let hourSeconds: Int64 = 3_600

    /// Returns the rows of a round that are kept.
    package mutating func kept(of rows: GatewayRows) -> [RowBatch] {
        if readings.count + states.count + lasting.count > RecordThinning.mostKeys { self = RecordThinning() }
        let events = keptEvents(rows)
        let readings = rows.readings.flatMap { kept($0) }
        let states = rows.states.filter { isKept($0, rows.fetchedUTCSeconds) }
        return (readings.isEmpty ? [] : [.deviceReadings(readings)])
            + (states.isEmpty ? [] : [.deviceStates(states)]) + (events.isEmpty ? [] : [.events(events)])
    }

    // MARK: Readings

    /// How often a reading is kept, seconds; 0 is each with a new time.
    private static func step(_ reading: DeviceReading, part: String) -> Int64 {
        if reading.values[.lifetime] != nil, reading.device.kind == .meter || reading.device.kind == .site {
            return MarkTime.quarter
        }
        switch (reading.device.kind, part) {
        case (.inverter, GatewayPart.inverters), (.acBattery, GatewayPart.inverters): return 0
        case (.battery, GatewayPart.power): return 300
        case (.battery, GatewayPart.storage): return MarkTime.quarter
        default: return part.hasPrefix(GatewayPart.deviceData) && reading.seconds == 0 ? 21_600 : hourSeconds
        }
    }

    private mutating func kept(_ original: DeviceReading) -> [DeviceReading] {
        guard GatewayRows.isTime(original.startUTCSeconds) else { return [] }
        let part = GatewayOrigin(original.origin).part
        let step = RecordThinning.step(original, part: part)
        let key = Key(
            device: original.device,
            origin: original.origin,
            isInterval: original.seconds > 0
        )
        let reading = RecordThinning.withoutQuarter(original)
        let time = original.startUTCSeconds
        let slot = step == 0 ? time : MarkTime.floor(time, step)
        guard let known = readings[key] else {
            readings[key] = KeptReading(kept: slot, last: reading, isLastKept: true)
            return [reading]
        }
        if time == known.last.startUTCSeconds { return [] }
        var result: [DeviceReading] = []
        let (distance, overflow) = time.subtractingReportingOverflow(known.last.startUTCSeconds)
        let isGap = step == MarkTime.quarter && (overflow || distance > gapSeconds(part) || distance < 0)
        if isGap, !known.isLastKept { result.append(known.last) }
        let isKept = isGap || slot != known.kept
        if isKept { result.append(reading) }
        readings[key] = KeptReading(
            kept: isKept ? slot : known.kept,
            last: reading,
            isLastKept: isKept
        )
        return result
    }

    /// Only what is asked for each minute has gaps that show.
    private func gapSeconds(_ part: String) -> Int64 {
        part == GatewayPart.registers ? RecordThinning.gapSeconds : .max
    }

    /// A device's own interval of 900 s would lie in one series with the rows that are made of its reports, by which its
    /// energy is known: what else it says is kept as of its end.
    private static func withoutQuarter(_ reading: DeviceReading) -> DeviceReading {
        let (end, overflow) = reading.startUTCSeconds.addingReportingOverflow(MarkTime.quarter)
        guard Int64(reading.seconds) == MarkTime.quarter, !overflow else { return reading }
        var values = reading.values
        values[.energy] = nil
        return DeviceReading(
            reading.device,
            startUTCSeconds: end,
            origin: reading.origin,
            values: values
        )
    }

    // MARK: States

    /// Properties that change with each answer and say little.
    private static let restless: [StateProperty] = [.note, .signal]

    private mutating func isKept(_ state: DeviceState, _ fetched: Int64) -> Bool {
        let key = Key(device: state.device, origin: state.origin)
        if let known = states[key], !isNews(state, after: known, fetched) { return false }
        states[key] = KeptState(kept: state, fetched: fetched)
        return true
    }

    private func isNews(_ state: DeviceState, after known: KeptState, _ fetched: Int64) -> Bool {
        let (age, overflow) = fetched.subtractingReportingOverflow(known.fetched)
        if overflow || age >= RecordThinning.daySeconds || age < 0 { return true }
        func calm(_ state: DeviceState) -> [StateProperty: String] {
            state.properties.filter { !RecordThinning.restless.contains($0.key) }
        }
        if calm(state) != calm(known.kept) { return true }
        return age >= RecordThinning.hourSeconds && state.properties != known.kept.properties
    }

    // MARK: Events

    /// An event is kept when it comes; while its body goes on saying so it is none that is new.
    private mutating func keptEvents(_ rows: GatewayRows) -> [SiteEvent] {
        let now = rows.events.map { event in
            (
                EventKey(kind: event.kind, device: event.device, origin: event.origin, code: event.code),
                event
            )
        }
        let told = Set(now.map(\.0))
        let parts = Set(
            (rows.readings.map(\.origin) + rows.states.map(\.origin)).map { GatewayOrigin($0).part }
        )
        lasting = lasting.filter { told.contains($0) || !parts.contains(GatewayOrigin($0.origin).part) }
        var kept: [SiteEvent] = []
        for (key, event) in now where lasting.insert(key).inserted { kept.append(event) }
        return kept
    }
}
