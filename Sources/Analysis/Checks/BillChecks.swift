// What is odd about bills, before they are held against anything: the owner's typing and the utility's habits.
//
// Source of the rules: docs/sources/bills.md.

import Readings

/// Checks of bills.
package enum BillChecks {
    /// A bill longer than this is told.
    private static let longestDays: Int64 = 35
    /// A daily energy that differs from both neighbours' by this factor is told.
    private static let factor = 3.0

    /// Returns one line for each oddity, bills being in any order.
    ///
    /// - Parameter gaps: times without monitor data, as local days.
    package static func messages(_ bills: [Bill], gaps: [(start: CivilDate, end: CivilDate)] = []) -> [String]
    {
        let meters = Dictionary(grouping: bills, by: \.meter)
        return meters.keys.sorted().flatMap { messages(ofOneMeter: meters[$0] ?? [], gaps: gaps) }
    }

    private static func messages(
        ofOneMeter bills: [Bill],
        gaps: [(start: CivilDate, end: CivilDate)]
    ) -> [String] {
        let sorted = bills.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        var result: [String] = []
        for (index, bill) in sorted.enumerated() {
            let name = "bill \(bill.start) to \(bill.end)"
            let days = dayCount(bill)
            if days > longestDays { result.append("\(name) has \(days) days; was a bill left out?") }
            if index > 0 {
                let before = sorted[index - 1]
                if before.start == bill.start && before.end == bill.end {
                    result.append("\(name) is there twice")
                } else if bill.start < before.end {
                    result.append("\(name) overlaps the bill that ends \(before.end)")
                } else if bill.start > before.end {
                    result.append("no bill covers \(before.end) to \(bill.start)")
                }
            }
            result += registers(sorted, index).map { "\(name): \($0)" }
            if let odd = oddEnergy(sorted, index) { result.append("\(name): \(odd)") }
            if let gap = gaps.first(where: { $0.start < bill.end && bill.start < $0.end }) {
                result.append("\(name) touches a time without monitor data (\(gap.start) to \(gap.end))")
            }
            if bill.isEstimated {
                result.append("\(name) is estimated: it is only compared together with the next actual one")
            }
        }
        return result
    }

    /// Registers that give a bill no energy.
    private static func registers(_ bills: [Bill], _ index: Int) -> [String] {
        let bill = bills[index]
        let before = index > 0 && bills[index - 1].end == bill.start ? bills[index - 1] : nil
        let sides = [
            ("import", bill.importWh, bill.importRead, before?.importRead),
            ("export", bill.exportWh, bill.exportRead, before?.exportRead),
        ]
        return sides.compactMap { side, energy, closing, opening in
            guard energy == nil, let closing else { return nil }
            guard let opening else {
                return "its \(side) has a closing read only; add the energy, or the bill before it"
            }
            let other = side == "import" ? before?.exportRead : before?.importRead
            let otherNow = side == "import" ? bill.exportRead : bill.importRead
            let isOtherBack = (otherNow ?? 0) < (other ?? 0)
            return closing >= opening && isOtherBack
                ? RegisterWords.otherMeter(side) : RegisterWords.unknown(side, from: opening, to: closing)
        }
    }

    private static func dayCount(_ bill: Bill) -> Int64 { bill.end.daysSince1970 - bill.start.daysSince1970 }

    private static func oddEnergy(_ bills: [Bill], _ index: Int) -> String? {
        func perDay(_ bill: Bill) -> Double? {
            guard let energy = bill.importWh, dayCount(bill) > 0 else { return nil }
            return Double(energy) / Double(dayCount(bill))
        }
        // The first and the last are held against the two beside them, so that an odd neighbour accuses nobody.
        let places =
            index == 0
            ? [1, 2] : index == bills.count - 1 ? [index - 1, index - 2] : [index - 1, index + 1]
        let neighbours = places.filter(bills.indices.contains).compactMap { perDay(bills[$0]) }
        guard let own = perDay(bills[index]), !neighbours.isEmpty, neighbours.allSatisfy({ $0 > 0 }), own > 0
        else { return nil }
        let isOdd = neighbours.allSatisfy { own > $0 * factor || own * factor < $0 }
        guard isOdd else { return nil }
        return "its import per day (\(Int(own.rounded())) Wh) is far from its neighbours'; check the number"
    }

    /// Returns the bills that count: of one meter and first day the owner's goes before the utility's.
    package static func current(owner: [Bill], utility: [Bill]) -> [Bill] {
        let corrected = Set(owner.map { "\($0.meter)|\($0.start)" })
        // An owner's bill without a meter corrects the utility's of the same first day, whatever its meter.
        let days = Set(owner.filter { $0.meter.isEmpty }.map(\.start))
        let rest = utility.filter {
            !corrected.contains("\($0.meter)|\($0.start)") && !days.contains($0.start)
        }
        return (owner + rest).sorted { ($0.start, $0.end, $0.meter) < ($1.start, $1.end, $1.meter) }
    }
}
