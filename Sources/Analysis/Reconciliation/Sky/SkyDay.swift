// The whole days of a site, by which the clear sky over it is scaled. How stands in SkyScale.

import Readings

/// A local day of which all but single reports are there.
package struct SkyDay: Equatable, Sendable {
    /// The day.
    package let day: CivilDate
    /// The same in seconds UTC.
    package let interval: Interval
    /// What the array made, kWh.
    package let producedKWh: Double

    /// Describes a day.
    package init(day: CivilDate, interval: Interval, producedKWh: Double) {
        self.day = day
        self.interval = interval
        self.producedKWh = producedKWh
    }

    /// Returns the whole days of a site in order, of its metered series, the finest first. Days whose production is negative
    /// are none: their meter is wrong.
    package static func all(_ analysis: SiteAnalysis, zone: TimeZoneRules) -> [SkyDay] {
        var days: [CivilDate: SkyDay] = [:]
        for presence in analysis.metered {
            guard let span = presence.span else { continue }
            var day = zone.wallClock(atUTCSeconds: span.startUTCSeconds).day
            while zone.startOfDay(day) < span.endUTCSeconds {
                if days[day] == nil, let own = SkyDay(presence, on: day, zone: zone) { days[day] = own }
                day = day.advanced(by: 1)
            }
        }
        return days.values.sorted { $0.day < $1.day }
    }

    private init?(_ presence: Presence, on day: CivilDate, zone: TimeZoneRules) {
        let interval = zone.interval(of: day)
        let energy = presence.columns[.produced]
        var (sum, seconds) = (Int64(0), Int64(0))
        for row in presence.columns.rowRange(in: interval)
        where presence.isPresent[row] && energy[row] != ReadingColumns.missingWh {
            sum += Int64(energy[row])
            seconds += presence.end(ofRow: row) - presence.columns.startUTCSeconds[row]
        }
        guard sum >= 0,
            Double(seconds) >= ReconciliationParameters.observedShare * Double(interval.seconds)
        else { return nil }
        self.init(day: day, interval: interval, producedKWh: Double(sum) / 1000)
    }
}

extension SiteAnalysis {
    /// The metered series, each once, the finest first.
    fileprivate var metered: [Presence] {
        var seen: Set<SeriesKey> = []
        return series.map(\.presence).filter { $0.isMetered && seen.insert($0.key).inserted }
    }
}
