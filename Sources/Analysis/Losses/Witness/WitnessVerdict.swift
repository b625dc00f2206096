// What a witness says of a loss, and how a finding tells it. How a witness comes to it stands with each.

import Readings

/// What a witness says of a loss.
struct WitnessVerdict: Equatable {
    /// `panels` or `meter`.
    var cause: LossEpisode.Cause
    /// Who says so, in the order in which they were asked.
    var by: [By]
    /// Inverters that gave nothing; empty where all did, or none is named.
    var serials: [String] = []
    /// How many inverters gave nothing of how many that are known; nil where none of them was asked.
    var lost: Int?
    var known: Int?
    /// Energy that went out without being recorded, Wh.
    var provenWh: Double?
    /// Tells whether no other reading is left.
    var isSure = false

    /// Words of `cause_by`.
    enum By: String { case inverters, utility, bills }

    /// Returns it with what another witness says: who says the same is named too, who contradicts takes the certainty.
    func joined(_ other: WitnessVerdict) -> WitnessVerdict {
        var joined = self
        guard other.cause == cause else {
            joined.isSure = false
            return joined
        }
        joined.by += other.by
        joined.isSure = isSure || other.isSure
        joined.provenWh = provenWh ?? other.provenWh
        return joined
    }

    /// Returns a finding with what is said; of panels that went on it becomes one of the clamp, with the same time.
    func told(_ finding: Finding) -> Finding {
        var told = finding
        if isSure, finding.evidence.reading == nil || cause == .meter { told.sureness = .sure }
        told.evidence.cause = cause.rawValue
        told.evidence.causeBy = by.map(\.rawValue)
        if let lost, let known {
            told.evidence.invertersLost = lost
            told.evidence.inverters = known
        }
        if !serials.isEmpty { told.evidence.serials = serials.sorted() }
        if let provenWh { told.evidence.provenKWh = provenWh / 1000 }
        guard cause == .meter else { return told }
        told.kind = .productionMeterWrong
        told.device = "meter_prod"
        told.rule = FindingRule(.clampContradiction, [])
        // Figures are wrong, but nothing was lost.
        told.severity = min(finding.severity, .warning)
        told.evidence.fault = (finding.evidence.fault == "all" ? LossEpisode.Fault.dead : .halved).rawValue
        told.evidence.remove(\.lostKWh)
        told.evidence.remove(\.reading)
        told.evidence.remove(\.limitW)
        return told
    }
}
