// What a finding has cost so far, by its evidence, and when that has grown so much that its owner hears of it again.

extension Finding {
    /// The most that counts as a cost: a number beyond it is none, Wh.
    private static let mostWh = 1e15

    /// What it has cost so far, Wh, 0 to 10^15: the energy that is lost, else that is missing, else that proves it; nil where
    /// its evidence gives none.
    package var costWh: Int64? {
        let facts = Evidence(object: evidence.json.read)
        let cost =
            facts.lostKWh.map { $0 * 1000 } ?? facts.missingWh.map { Double($0) }
            ?? facts.provenKWh.map { $0 * 1000 }
        guard let cost, (0...Finding.mostWh).contains(cost) else { return nil }
        return Int64(cost.rounded())
    }

    /// Tells whether what cost so much before is worse: it costs at least twice that, and 5 kWh more.
    ///
    /// - Parameters:
    ///   - cost: what it costs now, Wh.
    ///   - before: what it had cost, Wh.
    package static func isWorse(_ cost: Int64, than before: Int64) -> Bool {
        let (growth, overflows) = cost.subtractingReportingOverflow(before)
        return !overflows && growth >= max(before, 5000)
    }
}
