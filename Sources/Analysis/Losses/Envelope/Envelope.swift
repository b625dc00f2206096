// What an array gives under a clear sky, learned from its own past: a mixture of planes, a cap, and a factor for each hour. Every
// number is known at the start of the day for which it is asked. See docs/analysis/production-lost.md.

import Readings

/// The clear-sky envelope of a site.
struct Envelope: Sendable {
    /// Days of a fit.
    private static let memory: Int64 = 365
    /// Days from which the factors of the hours are taken.
    private static let normalDays = 40
    /// Days before the first fit, between fits, and up to which fits follow one another sooner.
    private static let firstFit: Int64 = 14
    private static let soon: Int64 = 7
    private static let soonUntil: Int64 = 90
    private static let usual: Int64 = 30
    /// Rows this near the greatest are taken for a limit of the inverters where there are so many of them.
    private static let capShare: Float = 0.985
    private static let capRows = 24
    /// Clear days whose level is that of now, and their quantile that counts: in a season that was seen before, and in a new one.
    private static let recentDays = (seen: 5, new: 8)
    private static let recentQuantile = (seen: 0.75, new: 0.6)
    private static let recentSpan: Int64 = 50
    private static let recentRange = 0.75...1.25
    /// Most that the level moves with a day.
    private static let recentStep = 0.05
    /// A season is seen where the sun stood as high at noon, within so many degrees, more than so many days ago.
    private static let seasonDegrees = 4.0
    private static let seasonDays: Int64 = 60
    /// Quarter hours are alike: one of so many is fitted.
    private static let stride = 3
    /// Rows so far below the last fit have no say; in a season that was not seen before the fit begins anew, with more of them.
    private static let leastShare: Float = 0.7
    private static let leastShareNew: Float = 0.25
    /// Days before a growth from which nothing is learned.
    private static let growthDays: Int64 = 30

    /// kW of each plane; nil before the first fit.
    private var weights: PlaneSky.Planes?
    /// The greatest energy of a row, Wh.
    private var cap = 0.0
    private var isCapped = false
    private var days: [FitDay] = []
    private var models: [[PlaneSky.Row]] = []
    private var shape = HourShape()
    /// Levels of the last clear days, against planes and hours alone.
    private var recent: [RecentLevel] = []
    /// What the last clear days say: dirt, dust and seasons that the planes do not know.
    private var level = 1.0
    private var nextFit: Int64?
    private let sky: PlaneSky

    /// What is kept of it between two runs.
    struct Kept: Codable, Sendable {
        var weights: [Float]?
        var cap: Double
        var isCapped: Bool
        var days: PackedFitDays
        var recent: [RecentLevel]
        var level: Double
        var nextFit: Int64?
    }

    init(place: Place) { sky = PlaneSky(place: place) }

    /// Goes on where an earlier run stood.
    init(place: Place, kept: Kept) {
        self.init(place: place)
        weights = kept.weights.map { values in
            var planes = PlaneSky.Planes()
            for (index, value) in values.prefix(PlaneSky.count).enumerated() { planes[index] = value }
            return planes
        }
        cap = kept.cap
        isCapped = kept.isCapped
        days = kept.days.days
        recent = kept.recent
        level = kept.level
        nextFit = kept.nextFit
        models = days.map(model)
        reshape()
    }

    var kept: Kept {
        Kept(
            weights: weights.map { planes in (0..<PlaneSky.count).map { planes[$0] } },
            cap: cap,
            isCapped: isCapped,
            days: PackedFitDays(days),
            recent: recent,
            level: level,
            nextFit: nextFit
        )
    }

    /// Fills in the sun of a day and what the array gives under it, where that is known.
    func expect(_ day: inout LossDay) {
        sky.fill(&day)
        day.isHeld = [Bool](repeating: false, count: day.starts.count)
        guard let weights else { return }
        let level = self.level
        day.expected = day.starts.indices.map { row in
            guard day.sine[row] > 0 else { return 0 }
            let hour = shape.factor(at: day.solarHours[row])
            let model = Double((day.planes[row] * weights).sum()) * hour * level
            return isCapped ? min(model, cap) : model
        }
    }

    /// Returns what the planes alone give over a day's sums, without cap and hours, Wh.
    func modelled(_ sums: PlaneSky.Planes) -> Double? { weights.map { Double((sums * $0).sum()) } }

    /// Takes the level of a clear day.
    mutating func follow(_ share: Double, day: Int64) {
        recent.append(RecentLevel(day: day, share: share * level))
        if recent.count > Envelope.recentDays.new { recent.removeFirst() }
        let isSeen = isSeasonSeen(day)
        let last = recent.suffix(isSeen ? Envelope.recentDays.seen : Envelope.recentDays.new)
            .filter { $0.day > day - Envelope.recentSpan }.map(\.share)
        guard last.count >= 3,
            let target = Median.quantile(
                last,
                isSeen ? Envelope.recentQuantile.seen : Envelope.recentQuantile.new
            )
        else { return }
        let most = level * (1 + Envelope.recentStep)
        level = min(most, max(level * (1 - Envelope.recentStep), target))
        level = min(Envelope.recentRange.upperBound, max(Envelope.recentRange.lowerBound, level))
    }

    /// Tells whether the sun stood as high at noon as it does on a day long enough before it.
    func isSeasonSeen(_ day: Int64) -> Bool {
        let noon = sky.noonDegrees(day)
        return days.contains {
            $0.number < day - Envelope.seasonDays
                && abs(sky.noonDegrees($0.number) - noon) < Envelope.seasonDegrees
        }
    }

    /// Takes a day, and fits anew where that is due.
    mutating func learn(_ day: LossDay, isNormal: Bool, isLeftOut: Bool) {
        if let fit = FitDay(day, isNormal: isNormal, isLeftOut: isLeftOut) {
            days.append(fit)
            models.append(model(fit))
            if isNormal {
                count(days.count - 1, isTaken: false)
                takeOldest()
            }
        }
        let first = days.first?.number ?? day.number
        while let oldest = days.first, oldest.number <= day.number - Envelope.memory {
            if oldest.isNormal { count(0, isTaken: true) }
            days.removeFirst()
            models.removeFirst()
        }
        let due = nextFit ?? first + Envelope.firstFit
        if day.number + 1 >= due {
            fit()
            let isEarly =
                weights == nil || day.number - first < Envelope.soonUntil || !isSeasonSeen(day.number)
            nextFit = day.number + 1 + (isEarly ? Envelope.soon : Envelope.usual)
        } else if isNormal {
            shape.settle()
        }
    }

    /// Takes back what was learned since a day.
    mutating func leaveOut(from first: Int64) {
        for index in days.indices where days[index].number >= first {
            days[index].isLeftOut = true
            days[index].isNormal = false
        }
        recent.removeAll { $0.day >= first }
        reshape()
    }

    /// Takes days for what the array gives now.
    mutating func takeIn(from first: Int64) {
        for index in days.indices where days[index].number >= first {
            days[index].isLeftOut = false
            days[index].isNormal = true
        }
        level = Median.of(recent.filter { $0.day >= first }.map(\.share)) ?? level
        fit()
    }

    /// Takes the array as larger since a day: the past is scaled, and the hours are learned anew.
    mutating func grow(by factor: Double, since first: Int64, days grown: Set<Int64>) {
        for index in days.indices {
            if grown.contains(days[index].number) {
                days[index].isNormal = true
                days[index].isLeftOut = false
                continue
            }
            days[index].isNormal = false
            if days[index].number >= first - Envelope.growthDays { days[index].isLeftOut = true }
            if days[index].number < first { days[index].scale(by: Float(factor)) }
        }
        recent = []
        level = 1
        fit()
    }

    private func model(_ day: FitDay) -> [PlaneSky.Row] {
        let starts = day.produced.indices.map { day.first + Int64($0) * day.seconds }
        return sky.rows(at: starts, seconds: day.seconds)
    }

    private mutating func fit() {
        var rows = EnvelopeFit.Rows()
        let isNew = days.last.map { !isSeasonSeen($0.number) } ?? true
        let leastShare: Float = isNew ? Envelope.leastShareNew : Envelope.leastShare
        let all = days.reduce(0) { $0 + $1.produced.count }
        var top = TopValues(count: all / 2000 + 1)
        for (day, model) in zip(days, models) where !day.isLeftOut {
            let stride = day.seconds <= 900 ? Envelope.stride : 1
            for row in Swift.stride(from: 0, to: day.produced.count, by: stride) {
                let value = day.produced[row]
                guard value >= 0 else { continue }
                top.take(value)
                if let weights, value < leastShare * (weights * model[row].planes).sum() { continue }
                rows.produced.append(value)
                rows.planes.append(model[row].planes)
            }
        }
        guard let cap = top.least else { return }
        let atCap = rows.produced.reduce(0) { $0 + ($1 >= Envelope.capShare * cap ? 1 : 0) }
        isCapped = atCap >= max(Envelope.capRows, rows.produced.count / 100)
        let before = isNew ? nil : weights
        guard let fitted = EnvelopeFit.fit(rows, cap: isCapped ? cap : nil, before: before) else { return }
        weights = fitted
        self.cap = Double(cap)
        reshape()
    }

    private mutating func reshape() {
        shape = HourShape()
        var left = Envelope.normalDays
        for index in days.indices.reversed() where days[index].isNormal {
            if left == 0 {
                days[index].isNormal = false
                continue
            }
            left -= 1
            count(index, isTaken: false)
        }
        shape.settle()
    }

    private mutating func takeOldest() {
        let normal = days.indices.filter { days[$0].isNormal }
        guard normal.count > Envelope.normalDays else { return }
        count(normal[0], isTaken: true)
        days[normal[0]].isNormal = false
    }

    /// Counts the rows of a day towards the factors of the hours.
    private mutating func count(_ index: Int, isTaken: Bool) {
        guard let weights else { return }
        let day = days[index]
        for row in day.produced.indices where day.produced[row] > 0 {
            let model = (models[index][row].planes * weights).sum()
            guard model > 0, !isCapped || Double(model) < 1.05 * cap else { continue }
            shape.add(hour: models[index][row].solarHour, ratio: day.produced[row] / model, isTaken: isTaken)
        }
    }
}

/// The level of a clear day.
struct RecentLevel: Codable, Sendable {
    let day: Int64
    let share: Double
}

/// The greatest of many values.
private struct TopValues {
    private let count: Int
    private var values: [Float] = []

    init(count: Int) { self.count = count }

    /// The least of the greatest.
    var least: Float? { values.last }

    mutating func take(_ value: Float) {
        guard values.count < count || value > values[values.count - 1] else { return }
        let place = values.firstIndex { $0 < value } ?? values.count
        values.insert(value, at: place)
        if values.count > count { values.removeLast() }
    }
}
