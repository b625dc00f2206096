// A day's production against the sun: where its ends and its middle lie, to a fraction of a row. What a shift of them means is
// said in ClockWatch. See docs/analysis/clock-shift.md.

import Foundation
import Readings

/// A day's production against the sun, minutes.
struct SunnyDay {
    /// Its number among the home's days.
    let index: Int
    /// The productive day's beginning behind the sun's rise above the limit.
    let morning: Double
    /// Its end behind the sun's fall below it.
    let evening: Double
    /// The centre of the energy behind the middle between both; that of the ends where the energy does not follow the sun.
    let centre: Double

    /// A silence of more slots than this share of the sunny day says nothing about its edges, and where the home may not take more
    /// for longer, the energy nothing of its centre.
    private static let missingShare = 0.15
    /// Times the least productive slot that the best slot of a telling day gives. From simulated homes with known faults.
    private static let brightDay: Int32 = 3

    /// Reads a day; nil where it says nothing.
    ///
    /// - Parameters:
    ///   - strong: the energy of a strong slot of this home, Wh: what counts as productive is a share of it, so that it does
    ///     not hang on whether the owner told the rating.
    ///   - held: one element a slot, or none: the home may not take more, so that the slot says nothing of the sun.
    init?(_ index: Int, of produced: [Int32], strong: Double, held: [Bool], in home: HomeContext) {
        let slots = home.slots(ofDay: index)
        let least = Int32((strong * home.parameters.clockShare).rounded())
        guard slots.count == home.slotsPerDay, let sun = SunnyDay.sun(slots, home) else { return nil }
        var most: Int32 = 0
        var missing = 0
        for slot in slots {
            if home.isPresent[slot] && produced[slot] != HomeColumns.missing {
                most = max(most, produced[slot])
            } else if sun.slots.contains(slot) {
                missing += 1
            }
        }
        guard Double(missing) <= SunnyDay.missingShare * Double(sun.slots.count),
            most > SunnyDay.brightDay * max(1, least)
        else { return nil }
        var first: Int?
        var last = 0
        var (sine24, cosine24) = (0.0, 0.0)
        for slot in slots where home.isPresent[slot] && produced[slot] > least {
            first = first ?? slot
            last = slot
            let angle = (Double(slot - slots.lowerBound) + 0.5) / Double(home.slotsPerDay) * 2 * .pi
            // An impossible value must not pull the centre.
            let energy = min(Double(produced[slot]), strong * home.parameters.spikeFactor)
            sine24 += energy * sin(angle)
            cosine24 += energy * cos(angle)
        }
        // An edge that the home sets is none of the sun's.
        guard let first, held.isEmpty || !(held[first] || held[last]) else { return nil }
        func energy(_ slot: Int) -> Double {
            guard slots.contains(slot), produced[slot] != HomeColumns.missing else { return 0 }
            return Double(produced[slot])
        }
        let minutes = Double(home.grid.step) / 60
        let begin = Double(first + 1) - SunnyDay.share(energy(first), energy(first + 1))
        let end = Double(last) + SunnyDay.share(energy(last), energy(last - 1))
        let middle = (sun.rise + sun.fall) / 2 - Double(slots.lowerBound)
        let heldCount = held.isEmpty ? 0 : sun.slots.count { held[$0] }
        let followsSun = Double(heldCount) <= SunnyDay.missingShare * Double(sun.slots.count)
        let centre =
            followsSun
            ? atan2(sine24, cosine24) / (2 * .pi) * Double(home.slotsPerDay)
            : (begin + end) / 2 - Double(slots.lowerBound)
        self.index = index
        morning = (begin - sun.rise) * minutes
        evening = (end - sun.fall) * minutes
        self.centre = SunnyDay.wrapped((centre - middle) * minutes)
    }

    /// The share of the row at an edge in which there was production: power rises evenly from nothing.
    private static func share(_ edge: Double, _ next: Double) -> Double {
        guard next > 0 else { return 1 }
        let ratio = edge / next
        return min(1, ratio + (ratio * ratio + ratio).squareRoot())
    }

    /// The slots with the sun above the limit, and when it crosses that, in slots.
    private static func sun(_ slots: Range<Int>, _ home: HomeContext) -> (
        slots: ClosedRange<Int>, rise: Double, fall: Double
    )? {
        let sine = HomeContext.sine(home.parameters.clockSunDegrees)
        guard let first = slots.first(where: { home.sunSine[$0] > sine }),
            let last = slots.last(where: { home.sunSine[$0] > sine }), first > slots.lowerBound,
            last + 1 < slots.upperBound
        else { return nil }
        /// Between the middles of two slots the sine goes straight.
        func crossing(_ low: Int, _ high: Int) -> Double {
            let whole = home.sunSine[high] - home.sunSine[low]
            return Double((sine - home.sunSine[low]) / whole) * Double(high - low) + Double(low) + 0.5
        }
        return (first...last, crossing(first - 1, first), crossing(last + 1, last))
    }

    /// Returns minutes on the circle of a day, from -720 to 720.
    static func wrapped(_ minutes: Double) -> Double {
        minutes > 720 ? minutes - 1440 : minutes < -720 ? minutes + 1440 : minutes
    }
}
