// What meters of a home cannot give: by its rating and its battery, by what it regularly reaches, and by whether the other channels
// of the row say the same. See docs/analysis/impossible-values.md.

import Readings

/// The limits of a home's meters, slot after slot.
struct MeterLimits {
    /// Times its limit beyond which an import is none even if the row's sum is right: consumption, which is computed, follows it.
    private static let beyondUse = 2.5
    /// Times what a home regularly reaches that its connection bears at least.
    private static let connection = 1.5
    /// The same of production, whose rating was stated too low.
    private static let rating = 1.05
    /// Share of production beyond the rating by which the row's sum is wrong where the meter is.
    private static let grownShare = 0.1
    /// Times the stated rating up to which production that does not stand out is an array that grew, or was stated too small.
    private static let grownRating = 2.5
    /// Times what it regularly gives that production never reaches where no rating is known, and times its neighbours in time.
    private static let burst = 6.0
    private static let outburst = 4.0
    /// Times what is regular from which a value is none whose row has a wrong sum, and the share of it by which the sum is wrong.
    private static let unbalanced = 3.0
    private static let wrongShare = 0.5
    /// Days before which nothing is regular enough to be a limit from above.
    private static let learningDays = 14
    /// Power of a battery per capacity, W per Wh: no home's battery is faster.
    private static let batteryRate = 1.0
    /// Energies below which a sum is right, Wh and share.
    private static let roundingWh = 3.0
    private static let roundingShare = 0.02

    private let home: HomeContext
    private let produced: [Int32]?
    private let imported: [Int32]?
    private let exported: [Int32]?
    private var usualProduction = UsualPeak()
    private var usualExchange = UsualPeak()
    /// Wh of a slot below which a negative value is the meter's own noise.
    private let leastWh: Int32

    init(_ home: HomeContext) {
        self.home = home
        produced = home.channel(.produced)
        imported = home.channel(.imported)
        exported = home.channel(.exported)
        let noise = (home.parameters.nightW * home.grid.hours).rounded()
        leastWh = Int32(min(home.parameters.spikeNegativeWh, -noise))
    }

    /// Takes a slot, and tells which of its meters gave what cannot be.
    mutating func take(_ slot: Int) -> (production: Bool, exchange: Bool) {
        let day = home.absoluteDay(home.day(of: slot))
        let isProductionOdd = produced.map { isOdd(production: $0[slot], slot, $0) } ?? false
        var isExchangeOdd = false
        for (channel, values) in [(Channel.imported, imported), (.exported, exported)] {
            guard let values, values[slot] != HomeColumns.missing else { continue }
            if isOdd(values, of: channel, at: slot, isProductionOdd: isProductionOdd) { isExchangeOdd = true }
            usualExchange.take(smooth(slot, of: values), day: day)
        }
        if let produced, produced[slot] != HomeColumns.missing {
            usualProduction.take(smooth(slot, of: produced), day: day)
        }
        return (isProductionOdd, isExchangeOdd)
    }

    private func isOdd(production value: Int32, _ slot: Int, _ values: [Int32]) -> Bool {
        guard value != HomeColumns.missing else { return false }
        if value < leastWh { return true }
        let usual = Double(usualProduction.value)
        let isLearned = usual > 0 && usualProduction.dayCount >= MeterLimits.learningDays
        if let rated = home.ratedSlotWh {
            let limit = max(rated * home.parameters.spikeFactor, usual * MeterLimits.rating)
            if Double(value) > limit,
                Double(value) > MeterLimits.grownRating * rated
                    || standsOut(slot, of: values, by: MeterLimits.outburst)
                    || isSumWrong(by: value, slot, share: MeterLimits.grownShare)
            {
                return true
            }
        } else if isLearned, Double(value) > MeterLimits.burst * usual,
            standsOut(slot, of: values, by: MeterLimits.outburst)
        {
            return true
        }
        return isLearned && Double(value) > MeterLimits.unbalanced * usual && isSumWrong(by: value, slot)
    }

    private func isOdd(_ values: [Int32], of channel: Channel, at slot: Int, isProductionOdd: Bool) -> Bool {
        let value = values[slot]
        if value < leastWh { return true }
        let usual = Double(usualExchange.value)
        guard standsOut(slot, of: values, by: home.parameters.spikeStep) else { return false }
        if usual > 0, usualExchange.dayCount >= MeterLimits.learningDays,
            Double(value) > MeterLimits.unbalanced * usual, isSumWrong(by: value, slot), !isProductionOdd
        {
            return true
        }
        let limit = max(
            home.parameters.serviceKilowatts * 1000 * home.grid.hours,
            (home.ratedSlotWh ?? 0) * home.parameters.spikeFactor + batteryWh(channel, slot),
            MeterLimits.connection * usual,
            home.parameters.spikeFactor * Double(usualProduction.value)
        )
        guard Double(value) > limit else { return false }
        return isProductionOdd || !isExplained(values, of: channel, at: slot, limit: limit)
    }

    private var batterySlotWh: Double {
        (home.batteryWh ?? 0) * MeterLimits.batteryRate * home.grid.hours
    }

    /// What the batteries take from the grid or give to it in a slot, Wh; what they could where they do not say.
    private func batteryWh(_ channel: Channel, _ slot: Int) -> Double {
        let own = home.channel(channel == .imported ? .charged : .discharged)
        guard let own, own[slot] != HomeColumns.missing else { return batterySlotWh }
        return known(own[slot])
    }

    /// Tells whether the other channels jump along: then it is no fault of this meter.
    private func isExplained(_ values: [Int32], of channel: Channel, at slot: Int, limit: Double) -> Bool {
        let value = values[slot]
        guard abs(residual(slot) ?? 0) <= rounding(value) else { return false }
        let most = MeterLimits.beyondUse * limit
        guard channel == .exported, let produced, produced[slot] != HomeColumns.missing else {
            // A load that the connection hardly bears lasts longer than one short row.
            let isLone = home.grid.hours < 1 && standsOut(slot, of: values, by: MeterLimits.outburst)
            return Double(value) <= most && !isLone
        }
        let battery = home.channel(.discharged).map { known($0[slot]) } ?? batterySlotWh
        return Double(value) <= known(produced[slot]) + battery + rounding(value)
    }

    private func isSumWrong(by value: Int32, _ slot: Int, share: Double = wrongShare) -> Bool {
        residual(slot).map { abs($0) > share * Double(value) } ?? false
    }

    /// What the sum of a row is off by, Wh; nil where consumption is not reported, from which it would show.
    private func residual(_ slot: Int) -> Double? {
        guard let consumed = home.channel(.consumed), consumed[slot] != HomeColumns.missing else {
            return nil
        }
        return Channel.allCases.reduce(0) { sum, channel in
            sum + Double(channel.balanceSign) * (home.channel(channel).map { known($0[slot]) } ?? 0)
        }
    }

    private func known(_ value: Int32) -> Double { value == HomeColumns.missing ? 0 : Double(value) }

    private func rounding(_ value: Int32) -> Double {
        max(MeterLimits.roundingWh, MeterLimits.roundingShare * Double(value))
    }

    /// Tells whether a value is far above both of its neighbours: a great load lasts, a meter's error does not.
    private func standsOut(_ slot: Int, of values: [Int32], by factor: Double) -> Bool {
        Double(values[slot]) > factor * Double(greaterNeighbour(slot, of: values))
    }

    /// A value as far as its neighbours bear it out: a single error makes nothing regular.
    private func smooth(_ slot: Int, of values: [Int32]) -> Int32 {
        let most = home.parameters.spikeStep * Double(greaterNeighbour(slot, of: values))
        return Int32(min(Double(values[slot]), max(0, most), 1e9))
    }

    private func greaterNeighbour(_ slot: Int, of values: [Int32]) -> Int32 {
        var most: Int32 = 0
        for place in [slot - 1, slot + 1] where values.indices.contains(place) {
            if values[place] != HomeColumns.missing { most = max(most, values[place]) }
        }
        return most
    }
}
