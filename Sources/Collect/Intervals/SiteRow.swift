// One row of a site in the making, and what it is marked with. Where its energies come from is IntervalMaker's business.

import Readings

/// A row of a site; nil is what is not known.
struct SiteRow {
    let start: Int64
    var produced: Int64?
    var consumed: Int64?
    var imported: Int64?
    var exported: Int64?
    var charged: Int64?
    var discharged: Int64?
    /// The state of charge, percent.
    var charge: Double?
    var marks: Quality = []

    /// A state of charge is told for so long, seconds.
    static let chargeSeconds: Int64 = 600

    init(start: Int64) { self.start = start }

    /// Tells whether any energy is known.
    var hasEnergy: Bool { energies.contains { $0 != nil } }

    private var energies: [Int64?] { [produced, consumed, imported, exported, charged, discharged] }

    /// Puts it behind the rows that are there.
    func append(to rows: inout ReadingColumns) {
        var signs: RowSigns = []
        var marks = marks
        let whole = energies.enumerated().map { index, energy -> Int32 in
            guard let energy, let value = Int32(exactly: energy), value != ReadingColumns.missingWh else {
                return ReadingColumns.missingWh
            }
            if let channel = Channel(rawValue: index) { signs.add(value, of: channel) }
            if value < 0 { marks.insert(.negative) }
            return value
        }
        if (imported ?? 0) > 0, (exported ?? 0) > 0 { marks.insert(.gross) }
        // A house is never without any energy: registers that stand still may be none.
        if !signs.contains(.energy), signs.hasMeter,
            AbsenceRule.document(isFuture: false).verdict(signs) == .noData
        {
            marks.insert(.zero)
        }
        rows.append(
            startUTCSeconds: start,
            energyWh: whole,
            socPercent: charge.map { Int16($0.rounded()) } ?? ReadingColumns.missingSoC,
            quality: marks
        )
    }
}
