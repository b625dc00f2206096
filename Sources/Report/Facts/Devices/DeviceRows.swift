// Which rows speak for a device that several sources tell of. What they say stands in BatteryFacts and InverterFacts.

import Readings

/// Which of several series of a device is told.
enum DeviceRows {
    /// Of the series of one device the one with the most rows below a day, else that of days; in the order of devices.
    static func longest(_ devices: [DeviceSeries]) -> [DeviceSeries] {
        var best: [Device: DeviceSeries] = [:]
        func covered(_ series: DeviceSeries) -> Int64 {
            Int64(series.seconds) * Int64(series.startUTCSeconds.count)
        }
        for series in devices where series.seconds > 0 {
            if let known = best[series.device],
                (covered(known), -Int64(known.seconds)) >= (covered(series), -Int64(series.seconds))
            {
                continue
            }
            best[series.device] = series
        }
        return best.keys.sorted().compactMap { best[$0] }
    }
}
