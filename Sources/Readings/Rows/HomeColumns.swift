// All that a home reported, as dense columns on one grid of slots. Analysis reads these; the lake fills them.

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
                    columns[channel],
                    startingAt: columns.startUTCSeconds,
                    on: grid
                )
            }
        }
        for series in chosen where series.seconds <= step { take(series) }
        self.changes = changes.sorted { $0.atUTCSeconds < $1.atUTCSeconds }
    }

    private mutating func take(_ series: DeviceSeries) {
        func dense(_ column: DeviceColumn, isLast: Bool = false) -> [Int32] {
            HomeColumns.dense(series[column], startingAt: series.startUTCSeconds, on: grid, isLast: isLast)
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
    private static func dense(
        _ values: [Int32],
        startingAt starts: [Int64],
        on grid: SlotGrid,
        isLast: Bool = false
    ) -> [Int32] {
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
