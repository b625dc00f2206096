// Which registers can be true of a silence: none that rose by more than the array can make, none that rose by less than is proved,
// and no two that contradict each other.

import Readings

/// The registers of a silence, held against all else.
struct RegisterTrial {
    private let possible: [RegisterEvidence]
    private let jumped: [RegisterDoubt]

    /// How far two registers of one time may lie apart, as a share: meters are within 2.5, sums of inverters within 5 %.
    private static let apartShare = 0.15
    /// Small amounts by which registers may lie apart, kWh.
    private static let apartKWh = 5.0

    /// Leaves out what no array can have made.
    init(_ found: [RegisterEvidence], gap: Interval, bound: ProductionBound) {
        var possible: [RegisterEvidence] = []
        var jumped: [RegisterDoubt] = []
        for evidence in found {
            let own = evidence.production
            let most = evidence.reads.intersection(gap).flatMap { bound.mostKWh($0) }
            if let most, own.value - own.halfWidth90 > most {
                jumped.append(RegisterDoubt(evidence: evidence, reason: .jumped(mostKWh: most)))
            } else {
                possible.append(evidence)
            }
        }
        self.possible = possible
        self.jumped = jumped
    }

    /// Returns the register that shows most and can be true, and those that are no evidence.
    ///
    /// - Parameters:
    ///   - lowerBound: what the utility's figures prove, kWh.
    ///   - balance: what they leave for the silence.
    func verdict(lowerBound: Double?, balance: Estimate?) -> (
        register: RegisterEvidence?, doubts: [RegisterDoubt]
    ) {
        var doubts = jumped
        var left: [RegisterEvidence] = []
        for evidence in possible {
            if let least = least(evidence, lowerBound: lowerBound, balance: balance) {
                doubts.append(RegisterDoubt(evidence: evidence, reason: .setBack(leastKWh: least)))
            } else {
                left.append(evidence)
            }
        }
        let whole = left.filter(\.isWhole)
        for evidence in whole {
            guard let other = whole.first(where: { isApart($0, evidence) }) else { continue }
            doubts.append(
                RegisterDoubt(evidence: evidence, reason: .disagrees(otherKWh: other.production.value))
            )
        }
        left.removeAll { evidence in evidence.isWhole && whole.contains { isApart($0, evidence) } }
        let register = left.first(where: \.isWhole) ?? left.max { $0.reads.seconds < $1.reads.seconds }
        return (register, doubts)
    }

    /// Tells whether another whole register says the same.
    func isConfirmed(_ register: RegisterEvidence) -> Bool {
        possible.contains { $0.isWhole && $0.device != register.device && !isApart($0, register) }
    }

    /// What was made at least, where a register has less: it lost what it had, or began anew.
    private func least(_ evidence: RegisterEvidence, lowerBound: Double?, balance: Estimate?) -> Double? {
        let most = evidence.production.value + evidence.production.halfWidth90
        let recorded = evidence.recordedKWh * (1 - RegisterTrial.apartShare) - RegisterTrial.apartKWh
        if evidence.countedKWh < recorded { return evidence.recordedKWh }
        guard evidence.isWhole else { return nil }
        if let lowerBound, lowerBound > most { return lowerBound }
        if let balance {
            let proved = balance.value - 2 * balance.halfWidth90
            if proved > most { return proved }
        }
        return nil
    }

    private func isApart(_ one: RegisterEvidence, _ other: RegisterEvidence) -> Bool {
        let (left, right) = (one.production.value, other.production.value)
        return abs(left - right) > RegisterTrial.apartShare * max(left, right) + RegisterTrial.apartKWh
    }
}
