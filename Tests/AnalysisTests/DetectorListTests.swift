// The list of detectors: every kind has its profile, and what follows from the profiles is what it must be.

import Readings
import Testing

@testable import Analysis

@Suite("list of detectors")
struct DetectorListTests {
    @Test("every kind belongs to one profile; two kinds are found in captures too")
    func coverage() {
        let counts = Dictionary(
            Detectors.profiles.flatMap(\.kinds).map { ($0, 1) },
            uniquingKeysWith: +
        )
        for kind in FindingKind.allCases {
            let expected = Detectors.sharedKinds.contains(kind) ? 2 : 1
            #expect(
                counts[kind] ?? 0 == expected,
                "\(kind) stands in \(counts[kind] ?? 0) profiles; name it in that of its detector, and the detector in Detectors.swift"
            )
        }
    }

    @Test("a kind that two detectors find is looked beyond equally far by both")
    func sharedReach() {
        for kind in Detectors.sharedKinds {
            let reaches = Detectors.profiles.filter { $0.kinds.contains(kind) }.map { $0.reach(of: kind) }
            #expect(Set(reaches).count == 1, "\(kind)")
        }
    }

    @Test("kinds of series, and of records, are told as such by FindingKind")
    func groups() {
        let ofSeries = Set(
            Detectors.ofSeries.flatMap { $0.profile.kinds } + SeriesComparison.profile.kinds
                + ClampDetector.profile.kinds + LossDetector.profile.kinds + SlowLossDetector.profile.kinds
        )
        #expect(Set(FindingKind.allCases.filter(\.isOfWholeSeries)) == ofSeries)
        let others = [WatchRules.profile, Reconciliation.profile, LiveRules.profile]
        let ofRecords = Set((Detectors.ofRecords.map { $0.profile } + others).flatMap(\.kinds))
        // A kind that is found in intervals too is told by its rule.
        let told = Set(FindingKind.allCases.filter { $0.isOfRecords(FindingRule(.captureEvent)) == true })
        #expect(told.isSuperset(of: ofRecords))
        let always = FindingKind.allCases.filter { $0.isOfRecords(FindingRule(.belowReserve)) }
        #expect(Set(always) == ofRecords.subtracting(Detectors.sharedKinds))
    }

    @Test("what a detector says of needs and effects is about kinds that it finds")
    func ownKinds() {
        for profile in Detectors.profiles {
            #expect(Set(profile.needs.flatMap(\.kinds)).isSubset(of: profile.kinds), "\(profile.page)")
            #expect(Set(profile.effects.map(\.cause)).isSubset(of: profile.kinds), "\(profile.page)")
            #expect(profile.memoryDays >= 0)
            #expect(profile.effects.isEmpty || profile.effectsPlace < .max, "\(profile.page)")
        }
    }

    @Test("the longest memory is that of the degraded inverters, 215 days")
    func memory() {
        #expect(Detectors.memoryDays == 215)
        #expect(DegradedInverterDetector.profile.memoryDays == 215)
        let day: Int64 = 86_400
        let window = AnalysisWindow(changedFrom: 1_000 * day, findings: [])
        #expect(window.findingsFrom == 1_000 * day && window.rowsFrom == 785 * day)
    }

    @Test("how far rules look beyond what they found: half a day for rows, two for what ends with a day")
    func reaches() {
        for kind: FindingKind in [.dropout, .midnightZero, .spike, .smear] {
            #expect(Detectors.reach(of: kind) == .halfDay, "\(kind)")
        }
        for kind: FindingKind in [
            .siteSilent, .nightProduction, .stale, .island, .lateBackfill, .partialSite,
        ] {
            #expect(Detectors.reach(of: kind) == .twoDays, "\(kind)")
        }
        for kind: FindingKind in [
            .zeroDay, .deviceSilent, .microDead, .microDegraded, .batteryPinned, .batteryNoCharge,
            .batteryUnbalanced, .batteryDeep, .clockShift,
        ] {
            #expect(Detectors.reach(of: kind) == .nineDays, "\(kind)")
        }
    }

    @Test("a run looks as far around a known finding as its profile says", arguments: FindingKind.allCases)
    func reach(kind: FindingKind) throws {
        let day: Int64 = 86_400
        let profile = try #require(Detectors.profiles.first { $0.kinds.contains(kind) })
        let expected = profile.reach(of: kind).rawValue
        let interval = Interval(startUTCSeconds: 999 * day, endUTCSeconds: 1_001 * day)
        let window = AnalysisWindow(
            changedFrom: 1_000 * day,
            findings: [AnalysisWindow.Known(kind: kind, interval: interval)]
        )
        #expect(window.findingsFrom == 999 * day - expected)
    }

    @Test("effects are asked for in this order: what has a cause is no cause any more")
    func effects() {
        #expect(
            Detectors.sideEffects.filter { !$0.isKept }.map { "\($0.cause.rawValue) \($0.effect.rawValue)" }
                == [
                    "place_wrong night_prod", "place_wrong clock_shift", "place_wrong zero_day",
                    "place_wrong production_lost", "place_wrong degradation",
                    "place_wrong production_meter_wrong", "place_wrong consumption_meter_wrong",
                    "place_wrong grid_meter_wrong", "production_meter_wrong spike",
                    "production_meter_wrong night_prod", "production_meter_wrong clock_shift",
                    "production_meter_wrong stale", "production_meter_wrong zero_day",
                    "consumption_meter_wrong spike", "consumption_meter_wrong stale",
                    "consumption_meter_wrong island", "grid_meter_wrong spike",
                    "grid_meter_wrong stale", "grid_meter_wrong island",
                    "consumption_meter_wrong site_silent", "consumption_meter_wrong dropout",
                    "consumption_meter_wrong midnight_zero", "grid_meter_wrong site_silent",
                    "grid_meter_wrong dropout", "grid_meter_wrong midnight_zero",
                    "production_meter_wrong site_silent", "production_meter_wrong dropout",
                    "production_lost site_silent", "production_lost dropout",
                    "production_lost zero_day", "production_lost partial_site",
                    "production_lost micro_dead", "production_lost device_silent",
                    "production_lost micro_degraded", "production_lost stale", "production_lost smear",
                    "smear stale", "clock_shift night_prod", "clock_shift stale",
                    "clock_shift production_lost", "clock_shift degradation",
                    "clock_shift grid_meter_wrong", "clock_shift consumption_meter_wrong",
                    "stale night_prod", "stale spike", "stale clock_shift", "stale production_lost",
                    "spike night_prod", "batt_pinned batt_unbalanced", "batt_pinned batt_no_charge",
                    "batt_unbalanced batt_deep", "batt_no_charge batt_unbalanced",
                    "device_silent batt_unbalanced", "device_silent micro_degraded",
                    "micro_dead micro_degraded",
                ]
        )
        // These are kept each by itself, and told as one.
        #expect(
            Detectors.sideEffects.filter(\.isKept).map { "\($0.cause.rawValue) \($0.effect.rawValue)" } == [
                "production_lost inverter_lost", "production_lost partial_site",
                "production_lost device_silent", "production_lost production_stopped",
                "relay_repeats grid_disagreement", "relay_repeats island",
                "relay_repeats relay_opened_itself", "grid_disagreement island",
                "grid_disagreement relay_opened_itself", "island relay_opened_itself",
                "site_silent cloud_silent", "site_silent outage", "batt_deep device_silent",
                "inverter_lost device_silent", "inverter_lost micro_dead", "inverter_lost micro_degraded",
                "return_failed relay_opened_itself", "battery_lost device_silent",
                "battery_stuck batt_pinned", "battery_stuck batt_no_charge", "meter_frozen stale",
            ]
        )
    }

    @Test("an effect is told with its cause if it lies mostly in it, is of the device, and the cause is sure")
    func causes() {
        func finding(_ kind: FindingKind, _ device: String, hours: Range<Int64>) -> Finding {
            Finding(
                device: device,
                kind: kind,
                start: Instant(utcSeconds: hours.lowerBound * 3600),
                end: Instant(utcSeconds: hours.upperBound * 3600),
                alert: Instant(utcSeconds: hours.lowerBound * 3600),
                severity: .notice,
                rule: FindingRule(.runSurprise),
                evidence: Evidence(),
                knownEnd: Instant(utcSeconds: hours.upperBound * 3600)
            )
        }
        let cause = finding(.microDead, "a", hours: 100..<200)
        let effect = finding(.microDegraded, "a", hours: 160..<250)
        let told = Causes.attached([cause, effect])
        #expect(told.map(\.kind) == [.microDead] && told[0].sideEffects.map(\.kind) == [.microDegraded])
        #expect(Causes.attached([cause, finding(.microDegraded, "b", hours: 100..<200)]).count == 2)
        #expect(Causes.attached([cause, finding(.microDegraded, "a", hours: 200..<400)]).count == 2)
        var unsure = cause
        unsure.sureness = .suspected
        #expect(Causes.attached([unsure, effect]).count == 2)
    }

    @Test("a home without fine intervals is told seven kinds, in the order that scripts know")
    func readiness() throws {
        let missing = DetectorReadiness.missing(nil)
        #expect(missing.count == 1)
        #expect(
            missing[0].kinds.map(\.rawValue) == [
                "stale", "spike", "night_prod", "clock_shift", "island", "device_silent", "batt_pinned",
            ]
        )
        var rows = ReadingColumns()
        for slot in 0..<Int64(96) {
            rows.append(startUTCSeconds: slot * 900, energyWh: [0, 40, 40, 0, 0, 0])
        }
        let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
        let columns = try #require(HomeColumns(site: (key, rows), devices: [], changes: []))
        let place = try #require(Place(latitude: 40, longitude: -3))
        let home = HomeContext(columns, place: place, installedW: nil, batteryWh: nil)
        #expect(
            DetectorReadiness.missing(home).map { $0.kinds.map(\.rawValue) } == [
                ["device_silent", "partial_site", "micro_dead", "micro_degraded"],
                ["batt_pinned", "batt_no_charge", "batt_unbalanced", "batt_deep"], ["late_backfill"],
                ["island"], ["spike"], ["micro_degraded", "batt_unbalanced", "clock_shift", "stale"],
            ]
        )
    }
}
