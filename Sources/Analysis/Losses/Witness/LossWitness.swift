// Panels or a meter: who saw what of a loss, and what is made of it. Each witness stands in a file of its own; what a loss is stands
// in ProductionWatch. See docs/analysis/production-lost.md.

import Readings

/// Asks the witnesses of losses.
struct LossWitness {
    /// The home with its inverters; nil where nothing has intervals of an hour or less.
    let home: HomeContext?
    let presences: [Presence]
    let records: SiteRecords
    let hasBattery: Bool
    let sun: SolarPosition
    let zone: TimeZoneRules

    /// Returns the findings, those about lost production with what the witnesses say: whose fault it is, by whom that is told, and
    /// which inverters it was. One of which a witness tells that the panels went on is a clamp's.
    ///
    /// - Parameter findings: those of all detectors, before effects are attached to causes.
    func heard(_ findings: [Finding]) -> [Finding] {
        let cases = findings.indices.filter {
            LossCase.kinds.contains(findings[$0].kind) && findings[$0].evidence.cause != "meter"
        }
        guard !cases.isEmpty, home != nil || !records.utility.isEmpty || !records.bills.isEmpty else {
            return findings
        }
        var result = findings
        var dropped: Set<Int> = []
        for index in cases {
            guard let loss = LossCase(findings[index], among: findings, presences),
                let verdict = verdict(loss, findings)
            else { continue }
            let told = verdict.told(findings[index])
            // What rows prove of the same clamp is the same finding, known since the loss began.
            if told.kind == .productionMeterWrong,
                let other = findings.indices.first(where: { isSame(told, findings[$0]) })
            {
                result[other].start = min(result[other].start, told.start)
                result[other].alert = min(result[other].alert, told.alert)
                dropped.insert(index)
            } else {
                result[index] = told
            }
        }
        return dropped.isEmpty ? result : result.indices.filter { !dropped.contains($0) }.map { result[$0] }
    }

    /// What the witnesses say together: the first that knows decides, those that say the same are named with it.
    private func verdict(_ loss: LossCase, _ findings: [Finding]) -> WitnessVerdict? {
        var verdict: WitnessVerdict?
        func hear(_ other: WitnessVerdict?) {
            guard let other else { return }
            verdict = verdict?.joined(other) ?? other
        }
        if let home { hear(InverterWitness(home).verdict(loss)) }
        if verdict == nil { hear(CaptureWitness(home, records).verdict(loss, among: findings)) }
        if !hasBattery { hear(UtilityWitness(records.utility, sun: sun).verdict(loss)) }
        hear(BillWitness(records.bills, zone: zone, hasBattery: hasBattery).verdict(loss))
        return verdict
    }

    private func isSame(_ told: Finding, _ other: Finding) -> Bool {
        guard other.kind == .productionMeterWrong, let shared = told.interval.intersection(other.interval)
        else {
            return false
        }
        // What is turned round may look dead on its first days; what is half may come long before what is proved.
        let isShort = ["dead", "halved"].contains(other.evidence.fault ?? "")
        let whole = told.interval.seconds
        return 2 * shared.seconds >= (isShort ? min(whole, other.interval.seconds) : whole)
    }
}
