// Production that is lost or wrongly measured while the reports are complete. See docs/analysis/production-lost.md.

import Readings

/// Finds production that is lost or wrongly measured.
package enum LossDetector: SeriesDetector {
    package static let profile = DetectorProfile(
        kinds: [
            .productionLost: .twoDays, .degradation: .twoDays, .consumptionMeterWrong: .twoDays,
        ],
        memoryDays: 0,
        page: "production-lost.md"
    )

    /// Returns one finding for each time.
    package static func findings(_ series: SeriesContext) -> [Finding] {
        guard let days = LossSeries(series.presence, zone: series.zone), !days.isDaily else { return [] }
        var watch = ProductionWatch(place: series.sun.place, seconds: days.seconds)
        days.forEachDay { watch.take($0) }
        return watch.episodes().filter { series.scope.contains($0.start) }.map {
            finding($0, series.presence)
        }
    }

    private static func finding(_ episode: LossEpisode, _ presence: Presence) -> Finding {
        let end = episode.end ?? episode.lastSeen
        let rows = presence.columns.rowRange(
            in: Interval(startUTCSeconds: episode.start, endUTCSeconds: max(episode.start, end))
        )
        let device: String
        switch episode.kind {
        case .productionMeterWrong: device = "meter_prod"
        case .consumptionMeterWrong, .gridMeterWrong: device = "meter_net"
        default: device = "site"
        }
        return Finding(
            device: device,
            kind: episode.kind,
            start: Instant(utcSeconds: episode.start),
            end: episode.end.map { Instant(utcSeconds: $0) },
            alert: Instant(utcSeconds: episode.alert),
            severity: episode.severity,
            sureness: episode.sureness,
            rule: FindingRule(device == "site" ? .belowClearSky : .clampContradiction, []),
            evidence: Evidence.rows(
                of: presence.key,
                first: rows.isEmpty ? episode.start : presence.columns.startUTCSeconds[rows.lowerBound],
                last: rows.isEmpty ? episode.start : presence.columns.startUTCSeconds[rows.upperBound - 1],
                rowCount: rows.count,
                absentRows: 0
            ).with {
                $0.fault = episode.fault.rawValue
                $0.cause = episode.cause.rawValue
                $0.days = episode.days
                if let fraction = episode.fraction { $0.fraction = fraction }
                if let lost = episode.lostWh { $0.lostKWh = lost / 1000 }
                if let reading = episode.reading { $0.reading = reading }
                if let degrees = episode.sunDegrees { $0.sunDegrees = degrees }
                if let proven = episode.provenWh { $0.provenKWh = proven / 1000 }
            },
            knownEnd: Instant(utcSeconds: max(episode.start, end))
        )
    }
}
