// Energy between the reads of a meter's registers on bills: what a register that went back, or up by more than a house can
// use, means. The parser of bills.csv asks; the words stand in RegisterWords.

import Foundation
import Readings

/// Takes energy from reads.
struct BillRegisters {
    /// What a step of a register is.
    enum Step: Equatable {
        /// Energy, kWh; below 0 where an actual read corrects an estimated one.
        case energy(Double)
        /// Energy, the register having begun anew after so many digits.
        case rolledOver(Double, digits: Int)
        /// No energy: another meter, or a read in another unit.
        case unknown
    }

    /// Digits of the registers, where the owner says them; nil to tell them from the reads.
    let digits: Int?
    /// The largest read of the meter, whichever register.
    let largestRead: Double

    /// A register rolls over near its top: the share of it that the last read before must have reached, and that it may count
    /// across.
    private static let top = 0.9
    /// Mean power beyond which no home's register counts, kW: a connection of three times 63 A without a pause.
    private static let mostKilowatts = 43.0
    /// Registers of homes have five digits and more; one of four must be told.
    private static let fewestDigits = 5
    /// Mean power beyond which a register that went back is rather that of another meter, kW.
    private static let mostAcrossTop = 10.0

    /// Tells what lies between two reads.
    ///
    /// - Parameters:
    ///   - start: the last read that was not estimated before `opening`, where that was estimated.
    ///   - days: between the reads.
    func step(
        from opening: Double,
        to closing: Double,
        days: Int64,
        isOpeningEstimated: Bool,
        before start: Double?
    ) -> Step {
        let difference = closing - opening
        if difference >= 0 { return isPossible(difference, days) ? .energy(difference) : .unknown }
        // An estimate may have been too high: the actual read takes back what was too much of it.
        if isOpeningEstimated, let start, closing >= start { return .energy(difference) }
        let digits = digits ?? max(BillRegisters.fewestDigits, ownDigits)
        let whole = pow(10, Double(digits))
        let energy = difference + whole
        guard opening < whole, opening >= BillRegisters.top * whole,
            energy <= (1 - BillRegisters.top) * whole,
            energy <= BillRegisters.mostAcrossTop * 24 * Double(max(1, days))
        else { return .unknown }
        return .rolledOver(energy, digits: digits)
    }

    private func isPossible(_ energy: Double, _ days: Int64) -> Bool {
        energy <= BillRegisters.mostKilowatts * 24 * Double(max(1, days))
    }

    /// The digits of the largest read.
    private var ownDigits: Int {
        largestRead < 1 ? 1 : String(Int64(min(1e15, largestRead))).count
    }
}
