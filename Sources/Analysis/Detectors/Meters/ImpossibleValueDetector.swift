// Values that cannot be: production in the dark, beyond the rating or below zero, exchange beyond the service.
// See docs/analysis/impossible-values.md.

import Readings

/// Finds impossible values.
package enum ImpossibleValueDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.spike: .halfDay, .nightProduction: .twoDays],
        needs: [
            DetectorNeed(.fineIntervals, for: [.spike, .nightProduction], place: 2),
            DetectorNeed(.rating, for: [.spike]),
            DetectorNeed(.production, for: [.nightProduction], place: 1),
        ],
        memoryDays: UsualPeak.memoryDays,
        effects: [SideEffectRule(.spike, bringsAbout: .nightProduction)],
        effectsPlace: 4,
        page: "impossible-values.md"
    )

    /// Returns production at night, and production and exchange that no such home can have.
    package static func findings(_ home: HomeContext) -> [Finding] { night(home) + spikes(home) }

    /// Returns production at night.
    private static func night(_ home: HomeContext) -> [Finding] {
        guard let produced = home.channel(.produced) else { return [] }
        let parameters = home.parameters
        let limit = Int32(max(2, (parameters.nightW * home.grid.hours).rounded()))
        let sine = HomeContext.sine(parameters.nightSunDegrees)
        let runs = runs(home, join: home.grid.slots(hours: joinHours)) {
            produced[$0] > limit && home.sunSine[$0] < sine
        }
        let days = Set(
            (home.firstPresent..<home.grid.count).lazy.filter { home.isPresent[$0] }.map(home.day(of:))
        ).count
        if runs.count >= mostNights, 2 * runs.count > days, let first = runs.first, let last = runs.last {
            // That is no fault of single nights: place, zone or clamps are wrong.
            return [everyNight(home, slots: first.lowerBound..<last.upperBound, nightCount: runs.count)]
        }
        return runs.map { slots in
            home.finding(
                .nightProduction,
                of: "meter_prod",
                in: slots,
                alertSlot: slots.lowerBound,
                severity: .notice,
                sureness: .sure,
                rule: FindingRule(
                    .productionInTheDark,
                    [
                        ("w", .number(parameters.nightW, decimals: 0)),
                        ("sun_degrees", .number(parameters.nightSunDegrees, decimals: 0)),
                    ]
                ),
                evidence: home.siteRows(slots).with { $0.producedWh = values(produced, slots) }
            )
        }
    }

    /// From this number of nights on they are one finding, where they are most of all nights.
    private static let mostNights = 20
    /// Values that evidence shows at most.
    private static let mostValues = 20
    /// Hours without production that part two nights' findings.
    private static let joinHours = 0.5

    private static func everyNight(_ home: HomeContext, slots: Range<Int>, nightCount: Int) -> Finding {
        home.finding(
            .nightProduction,
            of: "meter_prod",
            in: slots,
            alertSlot: slots.lowerBound,
            severity: .warning,
            sureness: .sure,
            rule: FindingRule(
                .productionInTheDarkMostNights,
                [
                    ("w", .number(home.parameters.nightW, decimals: 0)),
                    ("nights", .integer(Int64(mostNights))),
                ]
            ),
            evidence: home.siteRows(slots).with {
                $0.nights = nightCount
                $0.lookAt = "the site's latitude, longitude and time zone; then the meter's clamps"
            }
        )
    }

    /// Returns production and exchange that no such home can have.
    private static func spikes(_ home: HomeContext) -> [Finding] {
        var limits = MeterLimits(home)
        var production: [Range<Int>] = []
        var exchange: [Range<Int>] = []
        for slot in home.firstPresent..<max(home.firstPresent, home.grid.count) where home.isPresent[slot] {
            let odd = limits.take(slot)
            if odd.production { add(slot, to: &production, join: 1) }
            if odd.exchange { add(slot, to: &exchange, join: 1) }
        }
        func shown(_ channel: Channel, _ slots: Range<Int>) -> [Int?]? {
            home.channel(channel).map { values($0, slots) }
        }
        return production.map { slots in
            spike(of: "meter_prod", in: slots, home) { $0.producedWh = shown(.produced, slots) }
        }
            + exchange.map { slots in
                spike(of: "meter_net", in: slots, home) {
                    $0.importedWh = shown(.imported, slots)
                    $0.exportedWh = shown(.exported, slots)
                }
            }
    }

    /// Returns runs of rows with a property, joined over a few that lack it.
    private static func runs(_ home: HomeContext, join: Int, _ isOdd: (Int) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for slot in home.firstPresent..<max(home.firstPresent, home.grid.count)
        where home.isPresent[slot] && isOdd(slot) {
            add(slot, to: &runs, join: join)
        }
        return runs
    }

    private static func add(_ slot: Int, to runs: inout [Range<Int>], join: Int) {
        if let last = runs.last, slot - last.upperBound < join {
            runs[runs.count - 1] = last.lowerBound..<(slot + 1)
        } else {
            runs.append(slot..<(slot + 1))
        }
    }

    private static func spike(
        of device: String,
        in slots: Range<Int>,
        _ home: HomeContext,
        values: (inout Evidence) -> Void
    ) -> Finding {
        let parameters = home.parameters
        return home.finding(
            .spike,
            of: device,
            in: slots,
            alertSlot: slots.lowerBound,
            severity: .notice,
            sureness: .sure,
            rule: FindingRule(
                .beyondRating,
                [
                    ("factor", .number(parameters.spikeFactor, decimals: 2)),
                    ("rated_w", home.installedW.map { .number($0, decimals: 0) } ?? .null),
                    ("service_kw", .number(parameters.serviceKilowatts, decimals: 1)),
                ]
            ),
            evidence: home.siteRows(slots).with(values)
        )
    }

    private static func values(_ channel: [Int32], _ slots: Range<Int>) -> [Int?] {
        slots.prefix(mostValues).map { channel[$0] == HomeColumns.missing ? nil : Int(channel[$0]) }
    }
}
