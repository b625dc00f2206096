// A bill over a loss: what went out was made. How bills are held against all rows is the business of the reconciliation.

import Readings

/// Asks the bills.
struct BillWitness {
    private let bills: [Bill]
    private let zone: TimeZoneRules
    private let hasBattery: Bool

    init(_ bills: [Bill], zone: TimeZoneRules, hasBattery: Bool) {
        self.bills = bills
        self.zone = zone
        self.hasBattery = hasBattery
    }

    /// The share of a bill's time that must lie inside the loss.
    private static let insideShare = 0.5
    /// The share of its rows that must be there.
    private static let knownShare = 0.995
    /// What meters may differ, a share and Wh; and days by which a bill's reads may lie off.
    private static let meterShare = 0.03
    private static let leastWh = 5_000.0
    private static let readDays = 2.0

    /// Returns a verdict where a bill shows more going out than the meter says was made; the most that one proves.
    func verdict(_ loss: LossCase) -> WitnessVerdict? {
        let proven = bills.compactMap { beyond($0, loss) }.max()
        return proven.map { WitnessVerdict(cause: .meter, by: [.bills], provenWh: $0, isSure: true) }
    }

    /// What went out by a bill beyond all that was recorded, Wh; nil where it does not prove that.
    private func beyond(_ bill: Bill, _ loss: LossCase) -> Double? {
        // A battery may give what it took from the grid: of such a home only the net is asked.
        guard bill.start < bill.end, !bill.isEstimated,
            let out = hasBattery ? bill.netExportWh : bill.exportWh ?? bill.netExportWh, out > 0
        else { return nil }
        let time = Interval(
            startUTCSeconds: zone.startOfDay(bill.start),
            endUTCSeconds: max(zone.startOfDay(bill.start), zone.startOfDay(bill.end))
        )
        guard let inside = time.intersection(loss.finding.interval),
            Double(inside.seconds) >= Self.insideShare * Double(time.seconds)
        else { return nil }
        let rows = loss.presence.columns.rowRange(in: time)
        let produced = loss.presence.columns[.produced]
        var recorded = 0.0
        var known = 0
        for row in rows where produced[row] != ReadingColumns.missingWh {
            recorded += Double(max(0, produced[row]))
            known += 1
        }
        let expected = Double(time.seconds) / Double(loss.presence.key.seconds)
        guard Double(known) >= Self.knownShare * expected else { return nil }
        let exported = Double(out)
        let day = exported / (Double(time.seconds) / 86_400)
        let beyond = exported - recorded
        return beyond > Self.meterShare * exported + Self.leastWh + Self.readDays * day ? beyond : nil
    }
}
