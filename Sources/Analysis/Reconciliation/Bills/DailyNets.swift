// Export less import of the monitor's days, and its means.

import Readings

/// Export less import, day by day.
struct DailyNets {
    /// Tells whether the monitor knows the net at all.
    let isKnown: Bool
    private let isMetered: Bool
    private let mean: LocalMean
    private let magnitude: LocalMean

    init(_ days: MonitorDays) {
        isMetered = days.channels.contains(.imported) && days.channels.contains(.exported)
        isKnown =
            isMetered || (days.channels.contains(.produced) && days.channels.contains(.consumed))
        let isMetered = isMetered
        let clean = days.days.map(\.isObserved)
        let values = days.days.map { $0.whole(DailyNets.net($0, isMetered)) }
        mean = LocalMean(values, where: clean)
        magnitude = LocalMean(values.map { abs($0) }, where: clean)
    }

    private static func net(_ day: MonitorDay, _ isMetered: Bool) -> Double {
        isMetered ? day.exported - day.imported : day.production - day.consumption - day.battery
    }

    /// Export less import of what a day has, kWh.
    func net(_ day: MonitorDay) -> Double { DailyNets.net(day, isMetered) }

    /// What the days around a stretch have.
    struct Mean {
        let net: Double
        let magnitude: Double
    }

    /// The mean net of the days around a range and its mean magnitude, kWh a day; nil where too few are observed.
    func mean(around range: Range<Int>) -> Mean? {
        guard let sides = mean.sides(around: range) else { return nil }
        return Mean(net: mean.value(sides), magnitude: magnitude.value(sides))
    }
}
