// Rows of a site from the registers of its gateway's meters: what the registers were at whole minutes and quarter-hours, and
// what lies between. Which samples count is told by RegisterTrack, what a row holds by SiteRow. See docs/live-intervals.md.

import Ingest
import Readings

/// Makes rows of one gateway's rounds. What it makes depends on the rounds alone, in their order.
package struct IntervalMaker: Sendable {
    /// The gateway whose rounds are read; nil before the first row that names one.
    private var gateway: String?
    private var roles = MeterRoles()
    private var registers: [Device: RegisterTrack] = [:]
    private var powers = PowerTrack()
    private var total = RegisterTrack(
        limit: .steady(CounterLimit.housePowerW, mayComeBack: true),
        gapSeconds: totalGapSeconds
    )
    private var inverters = InverterWitness()
    private var charges: [(utcSeconds: Int64, percent: Double)] = []
    /// Meters whose phases do not give their sum.
    private var unsound: Set<Device> = []
    private var batteriesSeen: Int64?
    private var otherBatteriesSeen: Int64?
    /// The last minute of which rows were made: what was made is not made again.
    private var done: Int64 = 0
    private var reach = ReplayReach()
    private let isReplay: Bool
    /// The device time of the first round.
    private var begin: Int64?
    /// The device times of samples that were put right, from the first to the last.
    private var shifted: (first: Int64, last: Int64)?

    /// Registers of a meter farther apart leave what lies between unknown, seconds.
    private static let gapSeconds: Int64 = 180
    /// The same of the total of a site without meters, which is asked for every 5 minutes.
    private static let totalGapSeconds: Int64 = 450
    /// A meter that lags behind the others by more is not waited for, seconds.
    private static let waitSeconds: Int64 = 240
    /// Batteries that were not heard of for longer are none, seconds.
    private static let batteryMemorySeconds: Int64 = 86_400
    private static let mostCharges = 16

    /// Starts.
    ///
    /// - Parameter isReplay: rounds of an earlier run come first. Rows of their first ten minutes rest upon what came before
    ///   them, and are left out: they were made already.
    package init(isReplay: Bool = false) { self.isReplay = isReplay }

    /// How far back a program that starts again must begin, by the time of fetching: a maker for a replay that takes all rounds
    /// from here on makes the rows that are still to come, and those that it makes again are the same. Nil before the first
    /// round.
    package var replayFromUTCSeconds: Int64? {
        let times = tracks.map(\.utcSeconds)
        return reach.from(quarter: min(times.min() ?? 0, done), isBehind: (times.max() ?? 0) < done)
    }

    /// Takes a round and returns the rows that are whole now.
    package mutating func take(_ rows: GatewayRows) -> MadeRows {
        var made = MadeRows()
        follow(rows)
        let isList = roles.take(rows.states)
        let showsBatteries = noteBatteries(rows)
        for reading in rows.readings { take(reading, rows, into: &made) }
        takePowers(rows)
        inverters.take(rows)
        let newest = tracks.map(\.utcSeconds).max()
        begin = begin ?? newest
        noteShift(rows, newest)
        reach.take(
            rows.fetchedUTCSeconds,
            newest: newest,
            isList: isList,
            showsBatteries: showsBatteries,
            isHeld: registers.values.contains(where: \.isHeld)
        )
        emit(into: &made)
        return made
    }

    private mutating func noteShift(_ rows: GatewayRows, _ newest: Int64?) {
        guard let newest else { return }
        if rows.isShifted {
            shifted = (shifted?.first ?? newest, newest)
        } else if let last = shifted?.last, newest - last > 2 * MarkTime.quarter {
            shifted = nil
        }
    }

    /// Another gateway's rows continue nothing.
    private mutating func follow(_ rows: GatewayRows) {
        let named =
            rows.readings.lazy.map { GatewayOrigin($0.origin).gateway }.first { !$0.isEmpty }
            ?? rows.states.lazy.filter { $0.device.kind == .gateway }.map(\.device.serial)
            .first { !$0.isEmpty }
        guard let named else { return }
        if let gateway, gateway != named { self = IntervalMaker(isReplay: isReplay) }
        gateway = named
    }

    /// Takes note of batteries; returns whether the round showed any.
    private mutating func noteBatteries(_ rows: GatewayRows) -> Bool {
        let hasOwn = rows.readings.contains { $0.device.kind == .battery }
        let hasOthers = rows.readings.contains { $0.device.kind == .acBattery }
        if hasOwn { batteriesSeen = rows.fetchedUTCSeconds }
        if hasOthers { otherBatteriesSeen = rows.fetchedUTCSeconds }
        func forgotten(_ seen: Int64?) -> Int64? {
            seen.flatMap { rows.fetchedUTCSeconds - $0 > IntervalMaker.batteryMemorySeconds ? nil : $0 }
        }
        (batteriesSeen, otherBatteriesSeen) = (forgotten(batteriesSeen), forgotten(otherBatteriesSeen))
        return hasOwn || hasOthers
    }

    private mutating func take(_ reading: DeviceReading, _ rows: GatewayRows, into made: inout MadeRows) {
        let origin = GatewayOrigin(reading.origin)
        guard reading.seconds == 0, let time = rows.present(reading.startUTCSeconds),
            origin.gateway.isEmpty || origin.gateway == gateway
        else { return }
        switch (reading.device.kind, origin.part) {
        case (.meter, GatewayPart.registers): takeMeter(reading, at: time, rows, into: &made)
        case (.site, GatewayPart.total):
            guard roles.isUnmetered, let value = reading.values[.lifetime] else { return }
            let wasHeld = total.isHeld
            let taken = total.take(time, [value])
            made.events += RegisterWords.events(taken, of: reading, at: time, wasHeld: wasHeld)
        case (.battery, GatewayPart.storage):
            guard reading.device.serial.isEmpty, let percent = reading.values[.stateOfCharge],
                (0...100).contains(percent)
            else { return }
            charges.append((time, percent))
            if charges.count > IntervalMaker.mostCharges { charges.removeFirst() }
        default: break
        }
    }

    private mutating func takeMeter(
        _ reading: DeviceReading,
        at time: Int64,
        _ rows: GatewayRows,
        into made: inout MadeRows
    ) {
        guard roles.isCounted(reading.device), let delivered = reading.values[.lifetime] else { return }
        let isUnsound = rows.doubtedMeters.contains(reading.device)
        if isUnsound {
            if unsound.insert(reading.device).inserted {
                made.events.append(RegisterWords.unsound(reading, at: time))
            }
            return
        }
        unsound.remove(reading.device)
        let values = [delivered] + [reading.values[.lifetimeReceived]].compactMap { $0 }
        let wasHeld = registers[reading.device]?.isHeld ?? false
        let taken = registers[
            reading.device,
            default: RegisterTrack(
                limit: roles.limit(of: reading.device),
                gapSeconds: IntervalMaker.gapSeconds
            )
        ].take(time, values, powerW: reading.values[.power] ?? 0)
        made.events += RegisterWords.events(taken, of: reading, at: time, wasHeld: wasHeld)
    }

    /// Powers of batteries come together, with one time.
    private mutating func takePowers(_ rows: GatewayRows) {
        var powers: [Int64: [String: Double]] = [:]
        for reading in rows.readings
        where reading.device.kind == .battery && reading.origin == GatewayPart.power && reading.seconds == 0 {
            guard let time = rows.present(reading.startUTCSeconds), let power = reading.values[.power] else {
                continue
            }
            powers[time, default: [:]][reading.device.serial] = power
        }
        for (time, all) in powers.sorted(by: { $0.key < $1.key }) { self.powers.take(time, all) }
    }

    // MARK: Rows

    /// The tracks that rows are made of now.
    private var tracks: [(utcSeconds: Int64, times: [Int64])] {
        // Written out: the compiler of Swift 6.3 ends at the same with closures, where it optimises.
        var known: [(utcSeconds: Int64, times: [Int64])] = []
        for (device, track) in registers where roles.isCounted(device) {
            if let time = track.utcSeconds { known.append((time, track.marks.times)) }
        }
        if usesPowers, let time = powers.utcSeconds { known.append((time, powers.marks.times)) }
        if roles.isUnmetered, let time = total.utcSeconds { known.append((time, total.marks.times)) }
        return known
    }

    /// Batteries without a meter of their own.
    private var usesPowers: Bool { roles.devices(.storage).isEmpty && batteriesSeen != nil }

    private mutating func emit(into made: inout MadeRows) {
        let tracks = tracks
        guard let slowest = tracks.map(\.utcSeconds).min(), let newest = tracks.map(\.utcSeconds).max() else {
            return
        }
        let upper = max(slowest, newest - IntervalMaker.waitSeconds)
        let ready = Set(tracks.flatMap(\.times)).filter { $0 > done && $0 <= upper }.sorted()
        let warm = isReplay ? (begin ?? newest) + ReplayReach.warmSeconds : .min
        for mark in ready where mark >= warm {
            row(MarkTime.minute, until: mark)?.append(to: &made.minutes)
            if mark % MarkTime.quarter == 0 { row(MarkTime.quarter, until: mark)?.append(to: &made.quarters) }
        }
        if let last = ready.last {
            done = last
            reach.emitted(until: last)
        }
        let oldest = MarkTime.floor(min(done, slowest), MarkTime.quarter)
        for device in registers.keys { registers[device]?.forget(before: oldest) }
        powers.forget(before: oldest)
        total.forget(before: oldest)
    }

    private func row(_ step: Int64, until end: Int64) -> SiteRow? {
        let start = end - step
        /// The sum over the meters of a role; nil where one of them is not known.
        func sum(_ role: MeterRoles.Role) -> [Int64]? {
            let devices = roles.devices(role)
            var sum: [Int64] = [0, 0]
            for device in devices {
                guard let own = registers[device]?.marks.energies(from: start, to: end) else { return nil }
                for (index, energy) in own.prefix(2).enumerated() { sum[index] += energy }
            }
            return devices.isEmpty ? nil : sum
        }
        var row = SiteRow(start: start)
        let net = sum(.net)
        row.produced = sum(.production)?[0]
        (row.imported, row.exported) = (net?[0], net?[1])
        if usesPowers {
            let batteries = powers.marks.energies(from: start, to: end)
            (row.discharged, row.charged) = (batteries?[0], batteries?[1])
            row.marks.formUnion(batteries == nil ? [] : .integrated)
        } else if let storage = sum(.storage) {
            (row.discharged, row.charged) = (storage[0], storage[1])
        }
        if roles.isUnmetered, step == MarkTime.quarter {
            row.produced = total.marks.energies(from: start, to: end)?[0]
            if row.produced == 0, inverters.gave(from: start, to: end) { row.produced = nil }
        }
        row.consumed = consumed(row, load: sum(.load))
        guard row.hasEnergy else { return nil }
        let charge = charges.last { $0.utcSeconds <= end && end - $0.utcSeconds <= SiteRow.chargeSeconds }
        row.charge = charge.map(\.percent)
        if let shifted, shifted.first <= end, start <= shifted.last { row.marks.insert(.shifted) }
        return row
    }

    /// The load by the balance of all that is metered; nil where something has no meter.
    private func consumed(_ row: SiteRow, load: [Int64]?) -> Int64? {
        let hasBatteries = batteriesSeen != nil || !roles.devices(.storage).isEmpty
        let hasOthers = otherBatteriesSeen != nil && roles.devices(.storage).isEmpty
        guard roles.devices(.otherSource).isEmpty, !hasOthers else { return nil }
        if roles.devices(.net).isEmpty {
            // A meter of the loads alone: where there are batteries it leaves out what they give and take.
            return hasBatteries ? nil : load.map { $0[0] - $0[1] }
        }
        guard let produced = row.produced, let imported = row.imported, let exported = row.exported else {
            return nil
        }
        if !hasBatteries { return produced + imported - exported }
        guard let discharged = row.discharged, let charged = row.charged else { return nil }
        return produced + imported + discharged - exported - charged
    }
}

/// Parts of the gateway by which rows are told, as the reader of captures names them.
enum GatewayPart {
    static let registers = "ivp/meters/readings"
    static let total = "api/v1/production"
    static let inverters = "api/v1/production/inverters"
    static let power = "ivp/ensemble/power"
    static let storage = "ivp/ensemble/secctrl"
    static let inventory = "ivp/ensemble/inventory"
    static let deviceData = "ivp/pdm/device_data"
}
