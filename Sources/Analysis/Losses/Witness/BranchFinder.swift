// Which inverters fell together while the others went on: a branch of the array. Energies alone are asked; what the site lost is the
// business of InverterWitness.

/// Finds the inverters that fell.
struct BranchFinder {
    /// The places of those that fell, ascending.
    let fallen: [Int]

    /// Below this share of what the others kept an inverter fell.
    private static let fallenShare = 0.4
    /// Below this share of the middle one an inverter had given too little before to be judged.
    private static let judgedShare = 0.3

    /// Judges inverters by their energies.
    ///
    /// - Parameters:
    ///   - before: of the weeks before the loss, Wh, one element an inverter.
    ///   - fresh: of the last days before it: what had fallen already did not fall with it.
    ///   - during: of the loss.
    init(before: [Double], fresh: [Double], during: [Double]) {
        let middle = Median.of(before.filter { $0 > 0 }) ?? 0
        let judged = before.indices.filter { before[$0] > Self.judgedShare * middle && middle > 0 }
        guard judged.count > 1 else {
            fallen = []
            return
        }
        func kept(_ energies: [Double]) -> [Int: Double] {
            let shares = judged.map { energies[$0] / before[$0] }.sorted()
            // The best may be one that was mended meanwhile.
            let best = shares.count >= 4 ? shares[shares.count - 2] : shares[shares.count - 1]
            guard best > 0 else { return [:] }
            return Dictionary(uniqueKeysWithValues: judged.map { ($0, energies[$0] / before[$0] / best) })
        }
        let (keptBefore, keptNow) = (kept(fresh), kept(during))
        fallen = judged.filter {
            (keptNow[$0] ?? 1) < Self.fallenShare && (keptBefore[$0] ?? 1) >= Self.fallenShare
        }
    }
}
