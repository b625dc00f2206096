// What is true of the faults of a home with losses: which the report can tell, how much they cost, until when they should be
// told, and what may be told instead. Which rows contradict one another is asked in LossContradictions.

import Readings

extension LossHouse {
    /// A fault, or snow, as a finding would tell it.
    package struct Truth: Sendable {
        /// The kind of the finding.
        package var kind: String
        /// The device of the finding.
        package var device: String
        /// How long it lasts.
        package var interval: Interval
        /// 1 where the report shows it, else 0.
        package var observable: Double
        /// By when it should be told, seconds UTC; 0 for never.
        package var due: Int64
        /// Kinds that may be told instead.
        package var also: [String] = []
        /// A notice is enough; nil where that is no question.
        package var isQuiet: Bool?
        /// What sort of fault it is; nil for snow and silences.
        package var type: String?
        /// The share of the energy that is lost; nil where none is, or it is wrongly measured only.
        package var fraction: Double?
        /// What is lost, kWh.
        package var lostKWh: Double?
        /// What is lost, in days without cloud.
        package var lostClearDays: Double?
        /// Days in it whose sky lets through three quarters of a clear day.
        package var sunnyDays: Int?
        /// The detail, for truth.json.
        package var detail: [(String, JSONValue)] = []
    }

    /// What is true, in the order of time.
    package var truths: [Truth] {
        let all = faults.map(truth) + snows
        return all.sorted { ($0.interval.startUTCSeconds, $0.kind) < ($1.interval.startUTCSeconds, $1.kind) }
    }

    /// Returns the quarters of an hour that a stretch of time touches.
    func quarters(in interval: Interval) -> Range<Int> {
        let last = Int((interval.endUTCSeconds + 899 - calendar.start) / 900)
        return Int((interval.startUTCSeconds - calendar.start) / 900)..<min(last, quarters.produced.count)
    }

    private var isDaily: Bool { plan.report == .dailyProduction }

    /// Days whose noon lies in a stretch of time; the day of its start where it holds no noon.
    private func daysOf(_ interval: Interval) -> [Int] {
        let first = calendar.day(of: interval.startUTCSeconds)
        let all = first...calendar.day(of: max(interval.startUTCSeconds, interval.endUTCSeconds - 1))
        let held = all.filter { interval.contains(light.days[$0].noon) }
        return held.isEmpty ? [first] : held
    }

    private var snows: [Truth] {
        var truths: [Truth] = []
        var from: Int?
        for day in 0...calendar.count {
            let isSnowy = day < calendar.count && light.days[day].isSnowy
            if isSnowy { from = from ?? day }
            guard !isSnowy, let first = from else { continue }
            let interval = calendar.interval(first..<day)
            truths.append(Truth(kind: "snow", device: "site", interval: interval, observable: 0, due: 0))
            from = nil
        }
        return truths
    }

    private func truth(_ fault: LossFault) -> Truth {
        switch fault.kind {
        case .silent: return silence(fault)
        case .notDownloaded: return missing(fault)
        default: break
        }
        return fault.kind.isLoss ? loss(fault) : clamp(fault)
    }

    private func silence(_ fault: LossFault) -> Truth {
        let isTold = plan.report.hasAll || (plan.report == .quarterExchange && plan.battery.wh == 0)
        let due = fault.interval.startUTCSeconds + 86_400
        let observable = isTold && plan.exportLimitW != 0 ? 1.0 : 0
        return Truth(
            kind: "site_silent",
            device: "site",
            interval: fault.interval,
            observable: observable,
            due: due
        )
    }

    private func missing(_ fault: LossFault) -> Truth {
        let due = fault.interval.endUTCSeconds + 3 * 86_400
        var truth = Truth(
            kind: "not_downloaded",
            device: "site",
            interval: fault.interval,
            observable: 1,
            due: due
        )
        truth.detail = [("days", .integer((fault.interval.seconds + 43_200) / 86_400))]
        return truth
    }

    // MARK: Losses

    private func loss(_ fault: LossFault) -> Truth {
        let isSlow = fault.kind == .degradation
        var truth = Truth(
            kind: isSlow ? "degradation" : "production_lost",
            device: "site",
            interval: fault.interval,
            observable: 0,
            due: 0
        )
        truth.isQuiet = false
        truth.type = fault.kind.rawValue
        let range = quarters(in: fault.interval)
        let expected = range.reduce(0.0) { $0 + quarters.unharmed[$1] }
        let lost = range.reduce(0.0) { $0 + quarters.unharmed[$1] - quarters.produced[$1] }
        weigh(&truth, lostWh: lost, expectedWh: expected)
        truth.due = due(of: fault)
        truth.observable = isTold(fault, truth) ? 1 : 0
        if isSlow { truth.also = ["production_lost"] }
        if fault.kind == .full {
            truth.isQuiet = isUnderLowSun(fault)
            if plan.report.hasProductionAlone || (plan.report == .quarterExchange && plan.battery.wh > 0) {
                truth.also = ["site_silent"]
            }
        }
        truth.detail = detail(of: fault) + figures(truth)
        return truth
    }

    private func detail(of fault: LossFault) -> [(String, JSONValue)] {
        var detail: [(String, JSONValue)] = [("type", .text(fault.kind.rawValue))]
        if fault.isPlane { detail.append(("branch", .text("plane"))) }
        switch fault.kind {
        case .limit: detail.append(("limit_w", .number(fault.size, decimals: 0)))
        case .degradation:
            detail.append(("total", .number(fault.size, decimals: 3)))
            detail.append(("ramp_days", .number(fault.rampDays, decimals: 0)))
        default: break
        }
        return detail
    }

    private func figures(_ truth: Truth) -> [(String, JSONValue)] {
        [
            ("fraction", .number(truth.fraction ?? 0, decimals: 3)),
            ("lost_kwh", .number(truth.lostKWh ?? 0, decimals: 2)),
            ("lost_clear_days", .number(truth.lostClearDays ?? 0, decimals: 2)),
            ("sunny_days", .integer(Int64(truth.sunnyDays ?? 0))),
        ]
    }

    private func weigh(_ truth: inout Truth, lostWh: Double, expectedWh: Double) {
        let days = daysOf(truth.interval)
        let clear = days.reduce(0.0) { $0 + light.days[$1].clearWh } / Double(days.count)
        truth.fraction = expectedWh > 0 ? lostWh / expectedWh : 0
        truth.lostKWh = lostWh / 1000
        truth.lostClearDays = clear > 0 ? lostWh / clear : 0
        truth.sunnyDays = sunnyDays(in: truth.interval)
    }

    private func sunnyDays(in interval: Interval) -> Int {
        daysOf(interval).count { interval.contains(light.days[$0].noon) && light.days[$0].isSunny }
    }

    private func isUnderLowSun(_ fault: LossFault) -> Bool {
        let day = daysOf(fault.interval)[0]
        return light.days[day].noonHeight < 40 && plan.place.latitude.magnitude > 34
    }

    /// The sun is high enough, no snow hides it, and there was a month to learn from.
    private func isJudgeable(_ interval: Interval) -> Bool {
        let days = daysOf(interval)
        let mean = days.reduce(0.0) { $0 + light.days[$1].clearWh } / Double(days.count)
        let best = light.days.map(\.clearWh).max() ?? 0
        let snowy = days.count { light.days[$0].isSnowy }
        return interval.startUTCSeconds >= calendar.start + 30 * 86_400 && mean >= 0.12 * best
            && Double(snowy) < 0.35 * Double(days.count)
    }

    private func isTold(_ fault: LossFault, _ truth: Truth) -> Bool {
        guard isJudgeable(fault.interval) else { return false }
        let (lost, sunny) = (truth.lostClearDays ?? 0, truth.sunnyDays ?? 0)
        let fraction = truth.fraction ?? 0
        switch fault.kind {
        case .full where fault.interval.seconds < 86_400:
            if plan.report == .quarterExchange, plan.battery.wh > 0 { return false }
            return lost >= 0.25 && !isDaily
        case .full: return lost >= 0.7
        case .half: return sunny >= 4 && lost >= 2 * fraction
        case .third: return sunny >= 8 && lost >= 4 * fraction
        case .fifth: return sunny >= 15 && lost >= 7.5 * fraction
        case .trip: return sunny >= 4 && lost >= 0.5 && !isDaily
        case .limit: return sunny >= 4 && lost >= 2 * fraction && fraction >= 0.12
        case .degradation: return fault.size >= 0.15 && sunny >= 25 && !isDaily
        default: return false
        }
    }

    private func due(of fault: LossFault) -> Int64 {
        switch fault.kind {
        case .full: return due(fault, sunny: 2)
        case .half, .trip: return due(fault, sunny: 5)
        case .limit: return due(fault, sunny: 7)
        case .third: return due(fault, sunny: 10)
        case .degradation:
            return fault.interval.startUTCSeconds + Int64((60 + 0.4 * fault.rampDays) * 86_400)
        default: return due(fault, sunny: 21)
        }
    }

    /// Six hours behind the sunny day of a number since a fault began; twice as many in daily reports.
    private func due(_ fault: LossFault, sunny count: Int) -> Int64 {
        var left = isDaily ? 2 * count : count
        for day in calendar.day(of: fault.interval.startUTCSeconds)..<calendar.count {
            let facts = light.days[day]
            if facts.noon >= fault.interval.startUTCSeconds, facts.isSunny { left -= 1 }
            if left == 0 { return calendar.bounds[day + 1] + 6 * 3600 }
        }
        return calendar.end + 86_400
    }

    // MARK: Clamps

    private func clamp(_ fault: LossFault) -> Truth {
        let days = LossContradictions(self).days(of: fault)
        let word = fault.kind.rawValue.drop { $0 != "_" }.dropFirst()
        var truth = Truth(
            kind: kind(of: fault),
            device: fault.kind.isOfProduction ? "meter_prod" : "meter_net",
            interval: fault.interval,
            observable: 0,
            due: 0
        )
        truth.isQuiet = false
        truth.type = fault.kind.rawValue
        truth.detail = [("type", .text(fault.kind.rawValue)), ("detail", .text(String(word)))]
        if fault.kind == .clampOffset {
            truth.detail.append(("offset_w", .number(fault.size, decimals: 1)))
            truth.due = fault.interval.startUTCSeconds + 5 * 86_400
            truth.observable = isDaily ? 0 : 1
            return truth
        }
        let isTold = days.count >= 2
        let start = fault.interval.startUTCSeconds
        truth.observable = isTold && start >= calendar.start + 30 * 86_400 ? 1 : 0
        truth.due = start + 78 * 3600
        if isTold { truth.due = max(truth.due, calendar.bounds[days[1] + 1] + 6 * 3600) }
        if fault.kind == .loadDead { truth.also = ["grid_meter_wrong"] }
        if fault.kind == .gridReversed || fault.kind == .gridDead || fault.kind == .loadReversed,
            !plan.report.hasAll
        {
            truth.also = [fault.kind == .loadReversed ? "grid_meter_wrong" : "consumption_meter_wrong"]
        }
        if !isTold, fault.kind == .clampDead || fault.kind == .clampHalved { asLoss(fault, &truth) }
        return truth
    }

    private func kind(of fault: LossFault) -> String {
        switch fault.kind {
        case .gridDead, .gridReversed, .gridHalved, .loadAsNet: "grid_meter_wrong"
        case .loadDead, .loadReversed: "consumption_meter_wrong"
        default: "production_meter_wrong"
        }
    }

    /// What the report cannot tell from lost production.
    private func asLoss(_ fault: LossFault, _ truth: inout Truth) {
        let isDead = fault.kind == .clampDead
        let made = quarters(in: fault.interval).reduce(0.0) { $0 + quarters.produced[$1] }
        var seen = truth
        weigh(&seen, lostWh: isDead ? made : made / 2, expectedWh: made)
        let like = LossFault(kind: isDead ? .full : .half, interval: fault.interval)
        truth.kind = "production_lost"
        truth.device = "site"
        truth.observable = isTold(like, seen) ? 1 : 0
        truth.due = due(of: like)
        truth.also = ["production_meter_wrong"]
        if isDead {
            truth.isQuiet = isUnderLowSun(fault)
            if plan.report.hasProductionAlone { truth.also.append("site_silent") }
        }
        truth.detail.append(("untellable", .boolean(true)))
    }
}

extension LossFault.Kind {
    /// It is of the production's clamp.
    var isOfProduction: Bool {
        self == .clampDead || self == .clampHalved || self == .clampReversed || self == .clampOffset
    }
}
