// What a generator gave, from its own rows. It stands beside the energies of the home, which have no channel for it.

import Analysis
import Readings

/// A generator's energy.
struct GeneratorFacts {
    /// Its series, the finest of each source.
    private let series: [DeviceSeries]

    /// Gathers the series of a generator.
    init(_ devices: [DeviceSeries]) {
        series = devices.filter { $0.device.kind == .generator && $0.seconds > 0 }
            .sorted { ($0.seconds, $0.source.rawValue) < ($1.seconds, $1.source.rawValue) }
    }

    /// Returns the energy of a time; nil where none is known. Sources and steps are not added to each other: the source of the
    /// home's own series goes first, then the finest step. Days have the length of local days, in the weeks of a change of
    /// the clock another one.
    func energy(in interval: Interval, source: Source?) -> WattHours? {
        let inside = series.filter { own in own.startUTCSeconds.contains { interval.contains($0) } }
        guard let best = inside.first(where: { $0.source == source }) ?? inside.first else { return nil }
        let isDaily = best.seconds > 3600
        let spoken = inside.filter {
            $0.source == best.source && (isDaily ? $0.seconds > 3600 : $0.seconds == best.seconds)
        }
        var sum: Int64 = 0
        for own in spoken {
            for (start, energy) in zip(own.startUTCSeconds, own[.energy])
            where interval.contains(start) && energy != HomeColumns.missing { sum += Int64(energy) }
        }
        return WattHours(sum)
    }
}

extension PeriodTotals {
    /// Sums a time of a site, its generator beside.
    init(_ material: ReportMaterial, _ presence: Presence?, title: String, interval: Interval) {
        self.init(presence, title: title, interval: interval)
        generator = GeneratorFacts(material.generators).energy(in: interval, source: presence?.key.source)
    }
}
