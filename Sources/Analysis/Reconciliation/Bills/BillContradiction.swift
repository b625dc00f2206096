// Why bills contradict the monitor, where one cause explains all of them: import and export swapped, a factor, one side alone, or no
// relation at all. A cause is named only where every contradicting bill fits it within what meters and rounding allow.

import Foundation
import Readings

/// One cause for all bills that contradict.
package struct BillContradiction: Equatable, Sendable {
    /// What it is, as words of the contract.
    package enum Cause: Equatable, Sendable {
        /// The monitor's net is the utility's with the sign turned.
        case swapped
        /// The utility has so many times what the monitor has, in both directions.
        case factor(Double)
        /// Import agrees, export does not; the utility's export is so many times the monitor's.
        case exportWrong(Double)
        /// Export agrees, import does not.
        case importWrong(Double)
        /// What the bills say follows nothing that the monitor says.
        case unrelated

        /// Its word.
        package var word: String {
            switch self {
            case .swapped: "swapped"
            case .factor: "factor"
            case .exportWrong: "export_wrong"
            case .importWrong: "import_wrong"
            case .unrelated: "unrelated"
            }
        }

        /// The utility's energy over the monitor's, where the cause is one of scale.
        package var factor: Double? {
            switch self {
            case .factor(let factor), .exportWrong(let factor), .importWrong(let factor): factor
            case .swapped, .unrelated: nil
            }
        }
    }

    /// The cause.
    package let cause: Cause
    /// The positions of the bills that it explains, in order.
    package let bills: [Int]
    /// Tells whether enough bills show it, with both directions, for every other cause here to be ruled out.
    package let isSure: Bool

    /// Bills from which one is sure.
    private static let sureBills = 3
    /// Bills that a factor, one side alone, and no relation need.
    private static let factorBills = 2
    private static let unrelatedBills = 4
    /// A factor nearer to 1 is an error of meters.
    private static let leastFactor = 0.05
    /// How far the factors of import and export may lie apart, since intervals net them.
    private static let sideShare = 0.15
    /// Correlation below which bills and monitor have nothing in common.
    private static let unrelatedCorrelation = 0.5

    /// Looks for one cause of all contradicting bills; nil where none explains them.
    ///
    /// - Parameter calibration: where the clamps' error explains the bills already, no cause is looked for.
    static func find(_ comparisons: [BillComparison], calibration: MeterCalibration?) -> BillContradiction? {
        let judged = comparisons.enumerated().compactMap { Point($0.offset, $0.element) }
        let wrong = judged.filter { $0.verdict == .mismatch }
        guard !wrong.isEmpty, !isExplained(wrong.map(\.index), of: comparisons, by: calibration) else {
            return nil
        }
        let places = wrong.map(\.index)
        let hasSides = wrong.allSatisfy { $0.sides != nil }
        func found(_ cause: Cause, isSure: Bool) -> BillContradiction {
            BillContradiction(cause: cause, bills: places, isSure: isSure && wrong.count >= sureBills)
        }
        if isSwapped(wrong) { return found(.swapped, isSure: hasSides) }
        guard wrong.count >= factorBills else { return nil }
        if let factor = factor(wrong) { return found(.factor(factor), isSure: false) }
        if let cause = oneSide(wrong) { return found(cause, isSure: false) }
        if isUnrelated(judged, wrong) { return found(.unrelated, isSure: false) }
        return nil
    }

    /// Tells whether the correction of the clamps brings most of the bills within what is allowed.
    private static func isExplained(
        _ places: [Int],
        of comparisons: [BillComparison],
        by calibration: MeterCalibration?
    ) -> Bool {
        guard let calibration else { return false }
        let left = places.filter { place in
            let bill = comparisons[place]
            let base = bill.monitorKWh[Channel.consumed.rawValue]
            let residual = (bill.residual ?? 0) + calibration.share * base
            return abs(residual) > ReconciliationParameters.mismatchTolerances * bill.tolerance
        }
        return left.isEmpty
    }

    // MARK: Causes

    private static func isSwapped(_ wrong: [Point]) -> Bool {
        wrong.allSatisfy { bill in
            guard abs(bill.utility + bill.monitor) <= bill.allowed else { return false }
            guard let sides = bill.sides else { return wrong.count >= factorBills }
            // Both count the same way more in both directions, but not by much of what they count.
            let more = (sides.imported - sides.monitorExported + sides.exported - sides.monitorImported) / 2
            return abs(more) <= max(bill.allowed, 0.25 * (sides.imported + sides.exported))
        }
    }

    /// The factor between utility and monitor, where one fits all bills in both directions.
    private static func factor(_ wrong: [Point]) -> Double? {
        let factor = slope(wrong.map { ($0.monitor, $0.utility) })
        guard let factor, abs(factor - 1) > leastFactor, factor > 0 else { return nil }
        let fits = wrong.allSatisfy {
            abs($0.utility - factor * $0.monitor) <= max(1, factor) * $0.allowed
        }
        guard fits else { return nil }
        let sides = wrong.compactMap(\.sides)
        guard sides.count == wrong.count else {
            // One number a bill fits many lines; only bills that differ among themselves tell a factor.
            let nets = wrong.map { abs($0.monitor) }
            return wrong.count >= sureBills && (nets.max() ?? 0) > 1.5 * (nets.min() ?? 0) ? factor : nil
        }
        let ofImport = slope(sides.map { ($0.monitorImported, $0.imported) })
        let ofExport = slope(sides.map { ($0.monitorExported, $0.exported) })
        guard let ofImport, let ofExport, abs(ofImport - factor) <= sideShare * factor,
            abs(ofExport - factor) <= sideShare * factor
        else { return nil }
        return factor
    }

    private static func oneSide(_ wrong: [Point]) -> Cause? {
        let sides = wrong.compactMap(\.sides)
        guard sides.count == wrong.count else { return nil }
        func agree(_ pairs: [(utility: Double, monitor: Double)]) -> Bool {
            zip(pairs, wrong).allSatisfy { pair, bill in
                abs(pair.utility - pair.monitor) <= max(bill.allowed, 0.05 * pair.monitor)
            }
        }
        let imports = sides.map { (utility: $0.imported, monitor: $0.monitorImported) }
        let exports = sides.map { (utility: $0.exported, monitor: $0.monitorExported) }
        if agree(imports), !agree(exports) {
            return slope(exports.map { ($0.monitor, $0.utility) }).map { .exportWrong($0) }
        }
        if agree(exports), !agree(imports) {
            return slope(imports.map { ($0.monitor, $0.utility) }).map { .importWrong($0) }
        }
        return nil
    }

    private static func isUnrelated(_ judged: [Point], _ wrong: [Point]) -> Bool {
        guard wrong.count >= unrelatedBills, 4 * wrong.count >= 3 * judged.count else { return false }
        let utility = wrong.map(\.utility)
        let monitor = wrong.map(\.monitor)
        let count = Double(wrong.count)
        let (meanU, meanM) = (utility.reduce(0, +) / count, monitor.reduce(0, +) / count)
        let (sumU, sumM, sumUM) = zip(utility, monitor).reduce(into: (0.0, 0.0, 0.0)) { sums, pair in
            sums.0 += squared(pair.0 - meanU)
            sums.1 += squared(pair.1 - meanM)
            sums.2 += (pair.0 - meanU) * (pair.1 - meanM)
        }
        guard sumU > 0, sumM > 0 else { return false }
        return abs(sumUM) / (sumU * sumM).squareRoot() < unrelatedCorrelation
    }

    /// The slope through the origin of pairs of a monitor's and a utility's energy; nil where the monitor has nothing.
    private static func slope(_ pairs: [(monitor: Double, utility: Double)]) -> Double? {
        let square = pairs.reduce(0) { $0 + squared($1.monitor) }
        guard square > 0 else { return nil }
        return pairs.reduce(0) { $0 + $1.monitor * $1.utility } / square
    }

    // MARK: Bills

    /// A bill that was judged.
    private struct Point {
        struct Sides {
            let imported: Double
            let exported: Double
            let monitorImported: Double
            let monitorExported: Double
        }

        let index: Int
        let verdict: BillVerdict
        let utility: Double
        let monitor: Double
        let allowed: Double
        let sides: Sides?

        init?(_ index: Int, _ bill: BillComparison) {
            guard bill.verdict != .cannotTell, let utility = bill.period.netKWh,
                let monitor = bill.monitorNetKWh
            else { return nil }
            self.index = index
            verdict = bill.verdict
            self.utility = utility
            self.monitor = monitor + bill.unobservedKWh
            allowed = ReconciliationParameters.consistentTolerances * bill.tolerance
            let share = max(bill.observedShare, ReconciliationParameters.judgedShare)
            func whole(_ channel: Channel) -> Double { bill.monitorKWh[channel.rawValue] / share }
            let (ownImport, ownExport) = (whole(.imported), whole(.exported))
            guard let imported = bill.period.importKWh, let exported = bill.period.exportKWh,
                ownImport + ownExport > 0
            else {
                sides = nil
                return
            }
            sides = Sides(
                imported: imported,
                exported: exported,
                monitorImported: ownImport,
                monitorExported: ownExport
            )
        }
    }
}
