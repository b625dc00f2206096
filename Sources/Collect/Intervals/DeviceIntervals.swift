// Rows of batteries and inverters per quarter-hour, made of what each says of itself: a battery's power once a minute, an
// inverter's mean since its last report. Rows of the site are made by IntervalMaker. See docs/live-intervals.md.

import Ingest
import Readings

/// Makes rows of one gateway's devices. What it makes depends on the rounds alone, in their order.
package struct DeviceIntervals: Sendable {
    /// The origin of rows of batteries: `charged_wh`, `discharged_wh`, `soc_pct`.
    package static let batteryOrigin = "intervals/battery"
    /// The origin of rows of inverters: `energy_wh`.
    package static let inverterOrigin = "intervals/inverter"

    private var batteries: [Device: BatteryIntervals] = [:]
    private var inverters: [Device: InverterIntervals] = [:]
    private var newest: Int64 = 0

    /// A device that was not heard of for longer begins anew, seconds.
    private static let memorySeconds: Int64 = 86_400
    /// More devices than a gateway has.
    private static let mostDevices = 2_000

    /// Starts.
    package init() {}

    /// How far back a program that starts again must begin, by the time of fetching. Nil before the first round.
    package var replayFromUTCSeconds: Int64? {
        (batteries.values.compactMap(\.neededFrom) + inverters.values.compactMap(\.neededFrom)).min()
    }

    /// Takes a round and returns the rows that are whole now, each once, in the order of devices and times.
    package mutating func take(_ rows: GatewayRows) -> [DeviceReading] {
        newest = max(newest, rows.fetchedUTCSeconds)
        forget()
        var made: [DeviceReading] = []
        for reading in rows.readings where !reading.device.serial.isEmpty {
            switch (reading.device.kind, GatewayOrigin(reading.origin).part) {
            case (.battery, GatewayPart.power), (.battery, GatewayPart.inventory):
                guard isKnown(reading.device, in: batteries) else { continue }
                made += batteries[reading.device, default: BatteryIntervals(reading.device)]
                    .take(reading, rows)
            case (.inverter, GatewayPart.inverters), (.inverter, GatewayPart.deviceData):
                guard isKnown(reading.device, in: inverters) else { continue }
                made += inverters[reading.device, default: InverterIntervals(reading.device)]
                    .take(reading, rows)
            default: break
            }
        }
        return made.sorted { ($0.device, $0.startUTCSeconds) < ($1.device, $1.startUTCSeconds) }
    }

    private func isKnown(_ device: Device, in known: [Device: some Any]) -> Bool {
        known[device] != nil || known.count < DeviceIntervals.mostDevices
    }

    private mutating func forget() {
        func isOld(_ heard: Int64) -> Bool { newest - heard > DeviceIntervals.memorySeconds }
        batteries = batteries.filter { !isOld($0.value.heard) }
        inverters = inverters.filter { !isOld($0.value.heard) }
    }
}

/// One battery.
struct BatteryIntervals: Sendable {
    private let device: Device
    private var clock = SampleClock()
    private var last: (utcSeconds: Int64, powerW: Double)?
    private var slots = SlotSums()
    /// The last states of charge by the start of their quarter-hour: those that are live, and those of the battery's reports.
    private var live: [Int64: Double] = [:]
    private var reported: [Int64: Double] = [:]
    private var rounds = SampleRounds()
    private var newestReport: Int64?
    private var hasPower = false

    /// The round that brought the last news, by the time of fetching.
    private(set) var heard: Int64 = 0

    init(_ device: Device) { self.device = device }

    var neededFrom: Int64? {
        (last?.utcSeconds ?? newestReport).flatMap { rounds.from(quarter: $0) }
    }

    mutating func take(_ reading: DeviceReading, _ rows: GatewayRows) -> [DeviceReading] {
        guard let time = rows.time(reading.startUTCSeconds) else { return [] }
        let charge = reading.values[.stateOfCharge].flatMap { (0...100).contains($0) ? $0 : nil }
        if GatewayOrigin(reading.origin).part == GatewayPart.inventory {
            return takeReport(charge, at: time, rows.fetchedUTCSeconds)
        }
        guard let power = reading.values[.power], PowerPiece.isSound(power), clock.takes(time) else {
            return []
        }
        hasPower = true
        heard = rows.fetchedUTCSeconds
        rounds.add(time, heard)
        if let charge { live[MarkTime.floor(time, MarkTime.quarter)] = charge }
        defer {
            last = (time, power)
            prune()
        }
        guard let last, time > last.utcSeconds, time - last.utcSeconds <= PowerPiece.gapSeconds else {
            return []
        }
        let line = PowerPiece.Line(from: last, to: (time, power))
        return slots.add(from: last.utcSeconds, to: time) { line.wattHours(from: $0, to: $1) }
            .map { start, sums in
                row(start, [.discharged: sums.above, .charged: sums.below])
            }
    }

    /// What a battery reported of its charge. Where its power is never told, that is all that is known of it.
    private mutating func takeReport(_ charge: Double?, at time: Int64, _ fetched: Int64) -> [DeviceReading] {
        guard let charge, time > newestReport ?? 0 else { return [] }
        let start = MarkTime.floor(time, MarkTime.quarter)
        let earlier = newestReport.map { MarkTime.floor($0, MarkTime.quarter) } ?? start
        newestReport = time
        reported[start] = charge
        guard !hasPower else { return [] }
        heard = fetched
        rounds.add(time, fetched)
        defer { prune() }
        return earlier < start && reported[earlier] != nil ? [row(earlier, [:])] : []
    }

    private func row(_ start: Int64, _ energies: [Quantity: Double]) -> DeviceReading {
        var values = energies.mapValues(SlotSums.thousandths)
        if let charge = live[start] ?? reported[start] { values[.stateOfCharge] = charge }
        return DeviceReading(
            device,
            startUTCSeconds: start,
            seconds: Int32(MarkTime.quarter),
            origin: DeviceIntervals.batteryOrigin,
            values: values
        )
    }

    private mutating func prune() {
        let most = 64
        if live.count > most { live = live.filter { $0.key >= (last?.utcSeconds ?? 0) - 3_600 } }
        if reported.count > most { reported = reported.filter { $0.key >= (newestReport ?? 0) - 3_600 } }
        if live.count > 2 * most { live = [:] }
    }
}

/// One inverter.
struct InverterIntervals: Sendable {
    private let device: Device
    private var clock = SampleClock()
    private var last: Int64?
    /// The last distances of its reports, seconds: by the shortest of them its own rhythm is told.
    private var distances: [Int64] = []
    private var slots = SlotSums()
    private var rounds = SampleRounds()
    /// When the list of inverters last named it, by the time of fetching.
    private var listed: Int64?
    /// What its rows are made of: one source never continues another.
    private var source: Source?

    private enum Source { case list, details }

    /// The round that brought the last news, by the time of fetching.
    private(set) var heard: Int64 = 0

    /// So many distances tell the rhythm.
    private static let distanceCount = 3
    /// Distances beyond are nights and failures, seconds.
    private static let mostSeconds: Int64 = 5_400
    /// No microinverter gives more, W.
    private static let mostW = 10_000.0
    private static let memorySeconds: Int64 = 86_400

    init(_ device: Device) { self.device = device }

    var neededFrom: Int64? {
        last.flatMap { rounds.from(quarter: $0, stepsBefore: InverterIntervals.distanceCount) }
    }

    mutating func take(_ reading: DeviceReading, _ rows: GatewayRows) -> [DeviceReading] {
        guard reading.seconds >= 0, let start = rows.time(reading.startUTCSeconds) else { return [] }
        if GatewayOrigin(reading.origin).part == GatewayPart.inverters {
            listed = rows.fetchedUTCSeconds
            use(.list)
            guard reading.seconds == 0, let power = reading.values[.power], isSound(power), clock.takes(start)
            else { return [] }
            return takeMean(power, at: start, rows.fetchedUTCSeconds)
        }
        // One source for each device: the list names all, the details only the first fifty.
        if let listed, rows.fetchedUTCSeconds - listed <= InverterIntervals.memorySeconds { return [] }
        use(.details)
        let end = start + Int64(reading.seconds)
        guard let energy = reading.values[.energy], reading.seconds > 0,
            Int64(reading.seconds) <= InverterIntervals.mostSeconds,
            isSound(energy * 3600 / Double(reading.seconds)), clock.takes(end)
        else { return [] }
        let power = energy * 3600 / Double(reading.seconds)
        let begin = last.map { $0 < end ? max($0, start) : start } ?? start
        note(end, rows.fetchedUTCSeconds, isStep: false)
        return add(power, from: begin, to: end)
    }

    private mutating func use(_ source: Source) {
        if let before = self.source, before != source {
            (clock, last, distances) = (SampleClock(), nil, [])
            slots.beginAnew()
        }
        self.source = source
    }

    private func isSound(_ powerW: Double) -> Bool {
        powerW.isFinite && abs(powerW) <= InverterIntervals.mostW
    }

    private mutating func note(_ time: Int64, _ fetched: Int64, isStep: Bool) {
        last = time
        heard = fetched
        rounds.add(time, fetched, isStep: isStep)
    }

    /// A report tells the mean since the one before, where none is missing between.
    private mutating func takeMean(_ powerW: Double, at time: Int64, _ fetched: Int64) -> [DeviceReading] {
        let before = last
        let distance = before.map { time - $0 } ?? 0
        let isStep = (InverterRhythm.shortest...InverterIntervals.mostSeconds).contains(distance)
        note(time, fetched, isStep: isStep)
        if isStep { distances = (distances + [distance]).suffix(InverterIntervals.distanceCount) }
        guard let before, distance > 0, distances.count == InverterIntervals.distanceCount,
            let rhythm = distances.min()
        else { return [] }
        // Half as much again is late; more is a report that is missing.
        guard 2 * distance <= 3 * InverterRhythm.of(rhythm) else { return [] }
        return add(powerW, from: before, to: time)
    }

    private mutating func add(_ powerW: Double, from start: Int64, to end: Int64) -> [DeviceReading] {
        slots.add(from: start, to: end) { (powerW * Double($1 - $0) / 3600, 0) }.map { start, sums in
            DeviceReading(
                device,
                startUTCSeconds: start,
                seconds: Int32(MarkTime.quarter),
                origin: DeviceIntervals.inverterOrigin,
                values: [.energy: SlotSums.thousandths(sums.above)]
            )
        }
    }
}

/// How often inverters report.
enum InverterRhythm {
    /// The rhythms that gateways have, seconds; newer firmware keeps a quarter-hour less exactly.
    private static let known: [Int64] = [300, 900, 3_600]
    /// What is shorter is the rest of a day, or an answer out of turn, and tells no rhythm, seconds.
    static let shortest: Int64 = 240

    /// Returns the rhythm of reports at a distance; the distance itself where it is none of those that are known.
    static func of(_ seconds: Int64) -> Int64 {
        known.first { 4 * abs(seconds - $0) <= $0 }.map { max($0, seconds) } ?? seconds
    }
}
