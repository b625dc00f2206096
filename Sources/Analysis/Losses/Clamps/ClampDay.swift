// What a day's rows say of the clamps, counted in one pass. What follows from it stands in the rules.

import Foundation
import Readings

/// The rows of a day as the rules of the clamps see them, and what they add up to.
struct ClampDay {
    let day: LossDay
    /// Exchange below is noise, Wh of a row.
    let noise: Double
    /// What the array usually reaches at this season, Wh of a row; 0 where nothing is known.
    let peak: Double
    private let strongWh: Double
    /// Tells whether what the battery gives and takes is known, as reported or by what remains of the sum.
    private(set) var knowsBattery = false

    /// Rows of which production and exchange are known, and of those that have production.
    private(set) var known = 0
    private(set) var lively = 0
    /// Rows in the dark: all; those that export what nothing at home gives; those that import; those without any use.
    private(set) var nights = 0
    private(set) var nightExports = 0
    private(set) var nightImports = 0
    private(set) var nightImportWh = 0.0
    private(set) var nightZeros = 0
    /// Rows with a high sun: all, those that export, those that import.
    private(set) var bright = 0
    private(set) var brightExports = 0
    private(set) var brightImports = 0
    /// Those that import more than array and battery give, which no export can be.
    private(set) var brightOver = 0
    /// Those of them that charge no battery, and of these those that export.
    private(set) var idle = 0
    private(set) var idleExports = 0
    /// Rows in the sun whose use is below zero: how many, by how much, those at which production
    /// is zero, and those at which it is less than a third of it.
    private(set) var impossible = 0
    private(set) var impossibleWh = 0.0
    private(set) var impossibleZeros = 0
    private(set) var farBeyond = 0
    /// Rows that make more than the home uses at night, or have a good sun: all, and those with a use below zero.
    private(set) var strong = 0
    private(set) var strongNegative = 0
    /// Rows without production under a sun that should give some.
    private(set) var dark = 0
    /// Rows whose use is more than array, grid and battery give: something else feeds the home, as a generator does.
    private(set) var fedOtherwise = 0
    /// Rows with some exchange, and rows that import without exporting.
    private(set) var exchanging = 0
    private(set) var importing = 0
    /// Rows by day: all that import, and all.
    private(set) var daylight = 0
    private(set) var daylightImports = 0
    /// Rows with production at which nothing is used.
    private(set) var unused = 0
    /// Rows of production below zero, and above.
    private(set) var negative = 0
    private(set) var positive = 0
    /// The greatest row, its sign left away, and the sum, Wh.
    private(set) var most = 0.0
    private(set) var producedWh = 0.0
    /// Rows of zeros in the dark that look like silence.
    private(set) var silentNights = 0
    /// Import less export against production.
    private(set) var trend = ClampTrend()

    /// Power of noise, W, and energy of a short row, Wh.
    private static let noiseW = 20.0
    private static let noiseWh = 3.0
    /// Sine of the sun below which it is dark, and from which an array gives something.
    static let nightSine = -0.04
    static let sunnySine = 0.12
    /// Shares of the usual peak: a high sun, a good one, and any.
    private static let brightShare = 0.5
    private static let strongShare = 0.3
    private static let someShare = 0.05
    /// What is made in good sun is so many times what the home uses at night.
    private static let nightTimes = 2.5
    /// What a production measured too small leaves out is at most so many times what it shows.
    private static let farTimes = 2.2
    /// Share of an export that meters may differ by.
    private static let metersShare = 0.02
    /// Production counts as zero up to this, Wh.
    static let zeroWh = 1.0

    /// Takes a day.
    ///
    /// - Parameters:
    ///   - peak: what the array reaches at this season, Wh of a row; 0 where nothing is known.
    ///   - nightWh: what the home imports in a row of the night, Wh; 0 where nothing is known.
    init(_ day: LossDay, peak: Double, nightWh: Double) {
        self.peak = peak
        let strong = ClampDay.strongShare * peak
        strongWh = nightWh > 0 ? min(strong, ClampDay.nightTimes * nightWh) : strong
        noise = max(ClampDay.noiseWh, ClampDay.noiseW * min(1, day.hours), 1.5 * ClampDay.rounding(day))
        self.day = day.withoutStandingExchange(noise: noise)
        count()
    }

    /// Whole numbers to which all values are rounded, Wh.
    private static func rounding(_ day: LossDay) -> Double {
        var step = 10
        for value in day.imported where value.magnitude < 1e9 {
            let whole = Int(value)
            if step == 10, whole % 10 != 0 { step = 5 }
            if step == 5, whole % 5 != 0 { return 1 }
        }
        for value in day.produced where value.magnitude < 1e9 {
            let whole = Int(value)
            if step == 10, whole % 10 != 0 { step = 5 }
            if step == 5, whole % 5 != 0 { return 1 }
        }
        return Double(step)
    }

    /// What the battery gives less what it takes, Wh; nil where it is not known.
    func battery(_ row: Int) -> Double? {
        let (given, taken) = (day.discharged[row], day.charged[row])
        if !given.isNaN || !taken.isNaN { return (given.isNaN ? 0 : given) - (taken.isNaN ? 0 : taken) }
        let used = day.consumed[row]
        // A use of zero may be one below zero that was cut off.
        guard !used.isNaN, used != 0 else { return nil }
        let rest = used - day.produced[row] - day.imported[row] + day.exported[row]
        return rest.magnitude > noise ? rest : 0
    }

    /// Tells whether it is dark, by the sun and by production.
    func isNight(_ row: Int) -> Bool {
        day.sine[row] < ClampDay.nightSine && day.produced[row].magnitude <= noise
    }

    /// Zeros of the dark that look like silence: without the clamp nothing else would be there.
    func isSilentNight(_ row: Int) -> Bool { day.isZero[row] && day.sine[row] < ClampDay.sunnySine }

    /// It exports in the dark what nothing at home gives.
    func exportsOfNothing(_ row: Int) -> Bool {
        isNight(row) && day.imported[row] <= noise
            && day.exported[row] > max(0, battery(row) ?? 0) + noise
    }

    /// By day more goes out, and into the battery, than array, grid and battery give.
    func exportsTooMuch(_ row: Int) -> Bool {
        day.sine[row] > 0.02 && day.produced[row] > -noise && excess(row, battery(row)) > 0
    }

    /// What goes out and into the battery beyond what array, grid and battery give, the difference of meters and noise left away,
    /// Wh.
    private func excess(_ row: Int, _ gives: Double?) -> Double {
        let out = day.exported[row] + max(0, -(gives ?? 0))
        return out * (1 - ClampDay.metersShare) - day.produced[row] - day.imported[row] - max(0, gives ?? 0)
            - noise
    }

    /// Production is zero under a sun that should give some.
    func isDark(_ row: Int) -> Bool {
        day.produced[row].magnitude <= ClampDay.zeroWh && day.sine[row] > ClampDay.sunnySine
    }

    /// Tells whether the row has a high sun.
    func isBright(_ row: Int) -> Bool { day.produced[row] > max(ClampDay.brightShare * peak, 2 * noise) }

    private mutating func count() {
        let some = max(ClampDay.someShare * peak, noise)
        let hasSun = day.sine.count == day.starts.count
        for row in day.starts.indices {
            let produced = day.produced[row]
            guard !produced.isNaN else {
                if hasSun, isSilentNight(row) { silentNights += 1 }
                continue
            }
            most = max(most, produced.magnitude)
            producedWh += produced
            let (imported, exported) = (day.imported[row], day.exported[row])
            guard !imported.isNaN, !exported.isNaN else { continue }
            known += 1
            let gives = battery(row)
            if gives != nil { knowsBattery = true }
            let (imports, exports) = (imported > noise, exported > noise)
            if imported.magnitude + exported.magnitude > 1 { exchanging += 1 }
            if imports && !exports { importing += 1 }
            if day.consumed[row] - produced - imported + exported - (gives ?? .nan) > noise {
                fedOtherwise += 1
            }
            guard hasSun else { continue }
            let sine = day.sine[row]
            if sine < ClampDay.nightSine {
                guard produced.magnitude <= noise else { continue }
                nights += 1
                if exports, !imports, exported > max(0, gives ?? 0) + noise { nightExports += 1 }
                if imports, !exports {
                    nightImports += 1
                    nightImportWh += imported
                }
                if (produced + imported - exported + (gives ?? 0)).magnitude <= 1 { nightZeros += 1 }
                continue
            }
            guard sine > 0.02 else { continue }
            sunlit(row, imports: imports, exports: exports, gives: gives, some: some)
        }
    }

    private mutating func sunlit(_ row: Int, imports: Bool, exports: Bool, gives: Double?, some: Double) {
        let (produced, exported) = (day.produced[row], day.exported[row])
        let exchange = day.imported[row] - exported
        daylight += 1
        if imports { daylightImports += 1 }
        let given = max(0, gives ?? 0)
        let excess = excess(row, gives)
        let isBeyond = excess > 0
        if isBeyond, produced > -noise {
            impossible += 1
            impossibleWh += excess
            if produced <= ClampDay.zeroWh {
                impossibleZeros += 1
            } else if excess > ClampDay.farTimes * produced {
                farBeyond += 1
            }
        }
        if isDark(row) { dark += 1 }
        guard produced > some else { return }
        lively += 1
        if (produced + exchange + (gives ?? 0)).magnitude <= 1 { unused += 1 }
        if exchange.magnitude > noise {
            trend.take(
                x: produced,
                y: exchange,
                follows: row > 0 && isMoving(row - 1, some),
                before: row - 1,
                in: day
            )
        }
        if produced > strongWh {
            strong += 1
            let isNegative = gives.map { produced + exchange + $0 < -noise } ?? isBeyond
            if isNegative { strongNegative += 1 }
        }
        guard isBright(row) else { return }
        bright += 1
        if exports { brightExports += 1 }
        if imports, !exports {
            brightImports += 1
            if day.imported[row] * (1 - ClampDay.metersShare) > produced + given + noise { brightOver += 1 }
        }
        if let gives, gives >= -noise {
            idle += 1
            if exports { idleExports += 1 }
        }
    }

    private func isMoving(_ row: Int, _ some: Double) -> Bool {
        day.produced[row] > some && (day.imported[row] - day.exported[row]).magnitude > noise
    }

    /// Rows that make up some hours, at least two.
    func rows(hours: Double) -> Int { max(2, Int((hours / day.hours).rounded(.up))) }
}
