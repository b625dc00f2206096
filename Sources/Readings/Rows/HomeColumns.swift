// All that a home reported, as dense columns on one grid of slots. Analysis reads these; the lake fills them.

/// Interval rows of one device, as a source gave them, in ascending order of their starts.
package struct DeviceSeries: Sendable, Equatable {
    /// The device.
    package let device: Device
    /// The origin.
    package let source: Source
    /// The step in seconds.
    package let seconds: Int32
    /// Interval starts in seconds UTC.
    package var startUTCSeconds: [Int64] = []
    /// Energies and state of charge, one array a column, each of the length of the starts.
    package var columns: [[Int32]] = Array(repeating: [], count: DeviceColumn.allCases.count)

    /// Makes an empty series.
    package init(device: Device, source: Source, seconds: Int32) {
        self.device = device
        self.source = source
        self.seconds = seconds
    }

    /// Returns a column.
    package subscript(column: DeviceColumn) -> [Int32] { columns[column.rawValue] }
}

/// A column of a device's intervals.
package enum DeviceColumn: Int, CaseIterable, Sendable {
    /// Energy of an inverter or meter, Wh.
    case energy
    /// Energy charged, Wh.
    case charged
    /// Energy discharged, Wh.
    case discharged
    /// State of charge, tenths of a percent.
    case stateOfCharge
    /// Delay of the report behind the interval's end, s.
    case delay

    /// The quantity of the lake.
    package var quantity: Quantity {
        switch self {
        case .energy: .energy
        case .charged: .charged
        case .discharged: .discharged
        case .stateOfCharge: .stateOfCharge
        case .delay: .reportingDelay
        }
    }

    /// Whole units of the column per unit of the quantity.
    package var scale: Double { self == .stateOfCharge ? 10 : 1 }
}

/// A change of the grid relay or of the owner's settings; what did not change is nil.
package struct HomeChange: Sendable, Equatable {
    /// When, seconds UTC.
    package let atUTCSeconds: Int64
    /// The relay is open (the site is off the grid) or closed.
    package var isRelayOpen: Bool?
    /// The relay was told to be open or closed.
    package var isRelayCommandedOpen: Bool?
    /// The reserve in percent.
    package var reserve: Double?
    /// Storm guard is on or off.
    package var isStormGuard: Bool?

    /// Makes a change of nothing.
    package init(atUTCSeconds: Int64) { self.atUTCSeconds = atUTCSeconds }
}

/// The dense columns of one device; one element a slot.
package struct DeviceSlots: Sendable {
    /// The serial number.
    package let serial: String
    /// Energy in Wh of an inverter; empty for a battery.
    package var energyWh: [Int32] = []
    /// Energy charged in Wh; empty for an inverter.
    package var chargedWh: [Int32] = []
    /// Energy discharged in Wh; empty for an inverter.
    package var dischargedWh: [Int32] = []
    /// State of charge in tenths of a percent; empty for an inverter.
    package var socTenths: [Int32] = []
    /// The slots from the first to the last with a value.
    package var known: Range<Int> = 0..<0
}

/// A home on one grid.
package struct HomeColumns: Sendable {
    /// What stands for a missing value in every column.
    package static let missing = ReadingColumns.missingWh

    /// The slots.
    package let grid: SlotGrid
    /// Energies of the site in Wh, in the order of `Channel`; an empty array for a channel that the site does not report.
    package var energyWh: [[Int32]]
    /// The series from which the energies come; nil where the site reports none at a step of an hour or less.
    package let siteKey: SeriesKey?
    /// Delay of the site's reports behind the intervals' ends, s; empty where it is not known.
    package var delay: [Int32] = []
    /// Inverters by serial number.
    package var inverters: [DeviceSlots] = []
    /// Batteries by serial number.
    package var batteries: [DeviceSlots] = []
    /// Changes of relay and settings in order.
    package var changes: [HomeChange] = []

    /// Lays a home's series on one grid: the coarsest step among the site's series and most devices.
    ///
    /// - Parameters:
    ///   - site: the site's series that reports use, and its rows.
    ///   - devices: interval rows of devices; of several series of one device the longest counts.
    /// - Returns: nil where there is neither, or steps do not divide a day. Costs time in proportion to slots x devices.
    package init?(
        site: (key: SeriesKey, columns: ReadingColumns)?,
        devices: [DeviceSeries],
        changes: [HomeChange]
    ) {
        let chosen = HomeColumns.longest(devices)
        let site = site.flatMap { $0.key.seconds <= 3600 && !$0.columns.isEmpty ? $0 : nil }
        let deviceStep = HomeColumns.commonStep(chosen)
        guard let step = [site?.key.seconds, deviceStep].compactMap({ $0 }).max() else { return nil }
        var bounds: [Int64] = []
        if let columns = site?.columns, let first = columns.startUTCSeconds.first,
            let last = columns.startUTCSeconds.last
        {
            bounds += [first, last + 1]
        }
        for series in chosen where series.seconds <= step {
            if let first = series.startUTCSeconds.first, let last = series.startUTCSeconds.last {
                bounds += [first, last + 1]
            }
        }
        guard let first = bounds.min(), let last = bounds.max(),
            let grid = SlotGrid(
                step: Int64(step),
                covering: Interval(startUTCSeconds: first, endUTCSeconds: last)
            )
        else { return nil }
        self.grid = grid
        siteKey = site?.key
        energyWh = Array(repeating: [], count: Channel.count)
        if let columns = site?.columns {
            for channel in Channel.allCases where columns.hasChannel(channel) {
                energyWh[channel.rawValue] = HomeColumns.dense(
                    columns.startUTCSeconds,
                    columns[channel],
                    grid
                )
            }
        }
        for series in chosen where series.seconds <= step { take(series) }
        self.changes = changes.sorted { $0.atUTCSeconds < $1.atUTCSeconds }
    }

    private mutating func take(_ series: DeviceSeries) {
        func dense(_ column: DeviceColumn, isLast: Bool = false) -> [Int32] {
            HomeColumns.dense(series.startUTCSeconds, series[column], grid, isLast: isLast)
        }
        var slots = DeviceSlots(serial: series.device.serial)
        if let first = series.startUTCSeconds.first, let last = series.startUTCSeconds.last {
            slots.known = grid.slot(of: first)..<(grid.slot(of: last) + 1)
        }
        switch series.device.kind {
        case .inverter:
            slots.energyWh = dense(.energy)
            inverters.append(slots)
        case .battery, .acBattery:
            slots.chargedWh = dense(.charged)
            slots.dischargedWh = dense(.discharged)
            slots.socTenths = dense(.stateOfCharge, isLast: true)
            batteries.append(slots)
        case .meter, .site:
            if delay.isEmpty { delay = dense(.delay, isLast: true) }
        default: break
        }
    }

    /// Returns values on the grid: sums where several fall into one slot, or the last of them.
    private static func dense(_ starts: [Int64], _ values: [Int32], _ grid: SlotGrid, isLast: Bool = false)
        -> [Int32]
    {
        var result = [Int32](repeating: missing, count: grid.count)
        guard starts.count == values.count else { return result }
        result.withUnsafeMutableBufferPointer { result in
            starts.withUnsafeBufferPointer { starts in
                values.withUnsafeBufferPointer { values in
                    for row in 0..<starts.count where values[row] != missing {
                        let slot = Int((starts[row] - grid.startUTCSeconds).flooredDivision(by: grid.step))
                        guard slot >= 0 && slot < result.count else { continue }
                        let known = result[slot]
                        result[slot] =
                            known == missing || isLast
                            ? values[row] : known.addingReportingOverflow(values[row]).partialValue
                    }
                }
            }
        }
        return result
    }

    /// Of the series of one device the one with the most rows, in the order of devices.
    private static func longest(_ devices: [DeviceSeries]) -> [DeviceSeries] {
        var best: [Device: DeviceSeries] = [:]
        for series in devices where series.seconds > 0 && series.seconds <= 3600 {
            if let known = best[series.device], known.startUTCSeconds.count >= series.startUTCSeconds.count {
                continue
            }
            best[series.device] = series
        }
        return best.keys.sorted().compactMap { best[$0] }
    }

    private static func commonStep(_ devices: [DeviceSeries]) -> Int32? {
        var counts: [Int32: Int] = [:]
        for series in devices { counts[series.seconds, default: 0] += series.startUTCSeconds.count }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
}
