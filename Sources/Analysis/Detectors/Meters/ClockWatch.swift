// Days against the sun, one by one: do both edges and the centre move the same way, by more than they do by themselves, and for
// how long? A cumulative sum that stands still while a shift lasts. How a day is read is said in SunnyDay.

import Readings

/// Watches whether the days shift.
struct ClockWatch {
    /// A shift that is over, or lasts.
    struct Shift {
        /// Its days in order.
        fileprivate(set) var days: [Int]
        /// By how many minutes each is late.
        fileprivate(set) var minutes: [Double]
        /// The day with which it was told.
        fileprivate(set) var alert: Int?
        fileprivate var sum = 0.0
        /// Days on end without it.
        fileprivate var back: [SunnyDay] = []
        /// Days before it is told, as they were read: they are quiet ones if it never is.
        fileprivate var pending: [SunnyDay] = []
    }

    private var history: [SunnyDay] = []
    private var shift: Shift?
    private let parameters: DetectorParameters
    /// Minutes of a row.
    private let step: Double

    /// Makes a watch that knows nothing.
    init(_ home: HomeContext) {
        parameters = home.parameters
        step = Double(home.grid.step) / 60
    }

    // MARK: Numbers of the rule that the owner does not set; all are from simulated homes with known faults.

    /// Days of history by which a home's usual edges are known, how many of them, and the fewest.
    static let historyDays = 90
    private static let mostQuietDays = 20
    private static let learningDays = 7
    /// Days for which a sum may rise without an alarm before they are quiet ones.
    static let longestRise = 15
    /// The quantile of the quiet days' own movements that is called noise.
    private static let noiseQuantile = 0.85
    /// Times the noise that a day's movement must exceed to add to the sum, …
    private static let noiseFactor = 1.5
    /// … shares of `clockMinutes` below which it never adds, and that one day adds at most.
    private static let leastShare = 0.5
    private static let mostMinutes = 90.0
    /// Times what a day must exceed that the sum must reach, and days of a shift of less than two rows of an hour.
    private static let sumFactor = 2.5
    private static let hourlyDays = 5
    private static let hourlyStep = 45.0
    /// Days on end without it that end a shift.
    private static let backDays = 2
    /// Days of a shift that tell how great it is, and the share of the distance from it within which a day is a usual one.
    private static let usualDays = 10
    private static let clearShare = 0.7

    /// Takes a day; returns a shift that it ends.
    mutating func take(_ day: SunnyDay) -> Shift? {
        if shift == nil { history.removeAll { day.index - $0.index > ClockWatch.historyDays } }
        guard history.count >= ClockWatch.learningDays, let usual = Usual(history) else {
            remember(day)
            return nil
        }
        let move = usual.move(of: day)
        let noise =
            Median.quantile(history.map { abs(usual.move(of: $0).least) }, ClockWatch.noiseQuantile) ?? 0
        let allowance = max(
            ClockWatch.leastShare * parameters.clockMinutes,
            ClockWatch.noiseFactor * noise,
            // Hourly edges are known to a quarter of an hour at best.
            step >= ClockWatch.hourlyStep ? step / 4 : 0
        )
        let isFar = abs(move.centre) > parameters.clockCentreMinutes
        let least = isFar ? move.centre : move.least
        return follow(
            day,
            move,
            least: least,
            told: isFar ? move.centre : move.middle,
            allowance: allowance,
            isFar: isFar
        )
    }

    /// Ends the watch; returns a shift that lasts.
    mutating func finish() -> Shift? {
        defer { shift = nil }
        return shift.flatMap { $0.alert == nil ? nil : $0 }
    }

    private mutating func follow(
        _ day: SunnyDay,
        _ move: Move,
        least: Double,
        told: Double,
        allowance: Double,
        isFar: Bool
    ) -> Shift? {
        guard var open = shift else {
            if abs(least) > allowance {
                var new = Shift(days: [], minutes: [])
                new.add(day, minutes: told, score: min(ClockWatch.mostMinutes, abs(least) - allowance))
                new.alert = isAlarm(new, allowance: allowance, isFar: isFar) ? day.index : nil
                shift = new
            } else {
                remember(day)
            }
            return nil
        }
        let isSameWay = (open.minutes.last ?? 0) * least > 0 || (isFar && abs(open.minutes.last ?? 0) > 540)
        let side = open.alert == nil ? .neither : self.side(of: move, shift: open)
        if (isSameWay && abs(least) > allowance) || side == .shifted {
            open.back = []
            open.add(day, minutes: told, score: min(ClockWatch.mostMinutes, abs(least) - allowance))
            if open.alert == nil && isAlarm(open, allowance: allowance, isFar: isFar) {
                open.alert = day.index
            }
            shift = open
            return nil
        }
        // What goes the other way begins anew: the rise before was none.
        if open.alert == nil, abs(least) > allowance {
            shift = nil
            for quiet in (open.pending + open.back).sorted(by: { $0.index < $1.index }) { remember(quiet) }
            return follow(day, move, least: least, told: told, allowance: allowance, isFar: isFar)
        }
        // A day of clouds shows neither.
        if open.alert == nil || side == .usual { open.back.append(day) }
        open.sum -= allowance
        let isOver = open.alert == nil ? open.sum <= 0 : open.back.count >= ClockWatch.backDays
        let isStuck = open.alert == nil && day.index - (open.days.first ?? 0) > ClockWatch.longestRise
        guard isOver || isStuck else {
            shift = open
            return nil
        }
        shift = nil
        for quiet in ((open.alert == nil ? open.pending : []) + open.back).sorted(by: { $0.index < $1.index })
        {
            remember(quiet)
        }
        return open.alert == nil ? nil : open
    }

    /// Where a day belongs while a shift lasts.
    private enum Side { case usual, shifted, neither }

    /// Tells whether a day is nearer to the usual ones or to those of a shift.
    private func side(of move: Move, shift: Shift) -> Side {
        let size = Median.of(Array(shift.minutes.suffix(ClockWatch.usualDays))) ?? 0
        if abs(size) > parameters.clockCentreMinutes {
            return abs(move.centre) > parameters.clockCentreMinutes ? .shifted : .usual
        }
        func distance(_ minutes: Double) -> Double {
            [move.morning, move.evening, move.centre].reduce(0) {
                $0 + min(ClockWatch.mostMinutes, abs($1 - minutes))
            }
        }
        let (here, there) = (distance(0), distance(size))
        return there < here ? .shifted : here < ClockWatch.clearShare * there ? .usual : .neither
    }

    private func isAlarm(_ shift: Shift, allowance: Double, isFar: Bool) -> Bool {
        guard shift.days.count >= parameters.clockDays else { return false }
        if isFar { return true }
        let size = abs(Median.of(shift.minutes) ?? 0)
        if step >= ClockWatch.hourlyStep && size < 2 * step && shift.days.count < ClockWatch.hourlyDays {
            return false
        }
        return size >= 0.7 * parameters.clockMinutes && shift.sum >= ClockWatch.sumFactor * allowance
    }

    private mutating func remember(_ day: SunnyDay) {
        history.append(day)
        history.removeFirst(max(0, history.count - ClockWatch.mostQuietDays))
    }

    /// What is usual of a home's days.
    private struct Usual {
        let morning: Double
        let evening: Double
        let centre: Double

        init?(_ days: [SunnyDay]) {
            guard let morning = Median.of(days.map(\.morning)), let evening = Median.of(days.map(\.evening)),
                let centre = Median.of(days.map(\.centre))
            else { return nil }
            self.morning = morning
            self.evening = evening
            self.centre = centre
        }

        /// By how much a day has moved.
        func move(of day: SunnyDay) -> Move {
            Move(
                morning: day.morning - morning,
                evening: day.evening - evening,
                centre: SunnyDay.wrapped(day.centre - centre)
            )
        }
    }

    /// By how many minutes a day has moved.
    private struct Move {
        let morning: Double
        let evening: Double
        let centre: Double

        /// The smallest of the three where all go the same way, else nothing.
        var least: Double {
            let moves = [morning, evening, centre].sorted()
            return moves[0] > 0 ? moves[0] : moves[2] < 0 ? moves[2] : 0
        }
        /// The one in the middle.
        var middle: Double { [morning, evening, centre].sorted()[1] }
    }
}

extension ClockWatch.Shift {
    fileprivate mutating func add(_ day: SunnyDay, minutes told: Double, score: Double) {
        if alert == nil { pending.append(day) }
        days.append(day.index)
        minutes.append(told)
        sum += score
    }
}
