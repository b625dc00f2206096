// Production that is lost or wrongly measured while the reports are complete. See docs/analysis/production-lost.md.

import Readings

/// Finds production that is lost or wrongly measured.
package enum LossDetector: ProfiledRule {
    package static let profile = DetectorProfile(
        kinds: [.productionLost: .month],
        // What it learns it keeps: see LossState.
        memoryDays: 0,
        effects: [
            // Zeros by which an array that stands still looks like silence.
            SideEffectRule(.productionLost, bringsAbout: .siteSilent, sureness: .suspected),
            SideEffectRule(.productionLost, bringsAbout: .dropout, sureness: .suspected),
            SideEffectRule(.productionLost, bringsAbout: .zeroDay),
            // Inverters of a branch that is off.
            .ofNamed(.productionLost, bringsAbout: .partialSite),
            .ofNamed(.productionLost, bringsAbout: .microDead),
            .ofNamed(.productionLost, bringsAbout: .deviceSilent),
            .ofNamed(.productionLost, bringsAbout: .microDegraded),
            .telling(.productionLost, with: .inverterLost, isSameDevice: true),
            .telling(.productionLost, with: .partialSite, isSameDevice: true),
            .telling(.productionLost, with: .deviceSilent, isSameDevice: true),
            // What the live watch told while it began.
            .telling(.productionLost, with: .productionStopped),
            .ofLimit(.productionLost, bringsAbout: .stale),
            .ofLimit(.productionLost, bringsAbout: .smear),
        ],
        effectsPlace: 0,
        page: "production-lost.md"
    )

    /// How far what a loss brings about may reach beyond the days that show it, seconds: dull ones do not.
    static let reach: Int64 = 2 * 86_400

    /// Looks at a series.
    ///
    /// - Parameters:
    ///   - hasBattery: the home is known to have one, whatever its report says.
    ///   - known: what was kept of an earlier run; days before it are not looked at again.
    static func look(
        at presence: Presence,
        zone: TimeZoneRules,
        place: Place,
        hasBattery: Bool = false,
        known: LossState?
    ) -> Losses {
        guard let series = LossSeries(presence, zone: zone), let span = presence.span else { return Losses() }
        var watch =
            known.map { ProductionWatch(place: place, hasBattery: hasBattery, kept: $0.watch) }
            ?? ProductionWatch(place: place, seconds: series.seconds, hasBattery: hasBattery)
        let keepDay = LossState.day(before: zone.wallClock(atUTCSeconds: span.endUTCSeconds - 1).day)
        var state: LossState?
        let first = known.map { zone.startOfDay(CivilDate(daysSince1970: $0.nextDay)) }
        series.forEachDay(from: first ?? .min) { day in
            // The last one before the day asked for; a run that begins behind it keeps what it was given.
            if state == nil, day.number >= keepDay {
                state = LossState(nextDay: day.number, watch: watch.kept)
            }
            if series.isDaily { watch.takeDaily(day) } else { watch.take(day) }
        }
        let episodes = watch.episodes()
        return Losses(
            findings: episodes.map { finding($0, presence) },
            days: watch.expectedDays(episodes),
            state: known.map { $0.nextDay > keepDay } ?? false ? known : state
        )
    }

    private static func finding(_ episode: LossEpisode, _ presence: Presence) -> Finding {
        let end = episode.knownEnd
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
            rule: FindingRule(
                device == "site"
                    ? .belowClearSky : episode.fault == .reversed ? .signReversed : .clampContradiction,
                []
            ),
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
                if let proven = episode.provenWh, episode.fault != .reversed { $0.provenKWh = proven / 1000 }
                if let wrong = episode.wrongWh { $0.wrongWh = Int(wrong) }
            },
            knownEnd: Instant(utcSeconds: max(episode.start, end))
        )
    }
}

/// What was found out about a series.
struct Losses: Sendable {
    var findings: [Finding] = []
    /// What each day was expected to give.
    var days: [ExpectedDay] = []
    /// What a later run may go on from; nil where the series is too short.
    var state: LossState?
}
