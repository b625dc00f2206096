// Slots of a home in which the array could give more than the home may take: production follows the limit and the house, not the
// sun. What is known of a site's limit stands in HeldBack.

import Readings

/// Slots that say nothing of the sun.
enum HeldSlots {
    /// Days before anything is said of a site that may export nothing: fewer than the sun's usual times take.
    private static let learningDays = 7
    /// A single impossible value is no maximum: so many rows a day must reach it.
    private static let leastRows = 3
    /// Share of production from which a battery that gives says that the home takes all there is.
    private static let gives = 0.02

    /// Returns one element a slot; none where no export is reported.
    static func of(_ home: HomeContext) -> [Bool] {
        guard let produced = home.channel(.produced), home.channel(.exported) != nil else { return [] }
        var result = [Bool](repeating: false, count: home.grid.count)
        var held = HeldBack(learningDays: learningDays)
        for index in 0..<home.dayCount {
            let slots = home.slots(ofDay: index)
            guard !slots.isEmpty else { continue }
            let rows = day(
                home.absoluteDay(index),
                slots,
                most: most(produced, in: slots, of: home),
                in: home
            )
            for (row, isHeld) in held.take(rows).enumerated() where isHeld {
                result[slots.lowerBound + row] = !(rows.discharged[row] > gives * rows.produced[row])
            }
        }
        return result
    }

    private static func most(_ produced: [Int32], in slots: Range<Int>, of home: HomeContext) -> Double {
        var best = [Int32](repeating: 0, count: leastRows)
        for slot in slots where home.isPresent[slot] && produced[slot] > best[leastRows - 1] {
            best[leastRows - 1] = produced[slot]
            best.sort(by: >)
        }
        return Double(best[leastRows - 1])
    }

    private static func day(
        _ number: Int64,
        _ slots: Range<Int>,
        most: Double,
        in home: HomeContext
    ) -> HeldBack.Day {
        func values(_ channel: Channel) -> [Double] {
            guard let values = home.channel(channel) else {
                return [Double](repeating: .nan, count: slots.count)
            }
            return slots.map { slot in
                home.isPresent[slot] && values[slot] != HomeColumns.missing ? Double(values[slot]) : .nan
            }
        }
        return HeldBack.Day(
            number: number,
            produced: values(.produced).map { $0.isNaN ? $0 : min($0, most) },
            imported: values(.imported),
            exported: values(.exported),
            charged: values(.charged),
            discharged: values(.discharged)
        )
    }
}
