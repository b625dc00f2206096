// Inverters whose names are known to be silent or dead while they have no intervals of their own: lists of captures tell so. Those
// with intervals are asked by InverterWitness.

import Readings

/// Asks what was found of single inverters.
struct CaptureWitness {
    private let known: Int

    /// Kinds by which an inverter gives nothing.
    private static let kinds: Set<FindingKind> = [.inverterLost, .deviceSilent, .partialSite, .microDead]
    /// How far their share of all inverters may lie from that of the loss.
    private static let nearLeast = 0.12
    private static let nearShare = 0.35
    /// The share of a loss over which they must be known to be so.
    private static let coveredShare = 0.5
    /// How long before the loss they may have fallen, and how late that may have been seen, seconds.
    private static let earlySeconds: Int64 = 2 * 86_400
    private static let lateSeconds: Int64 = 4 * 86_400

    init(_ home: HomeContext?, _ records: SiteRecords) {
        let retired = RetiredDevices(records.states)
        let listed = Set(
            records.states.filter { $0.device.kind == .inverter && !$0.device.serial.isEmpty }
                .map(\.device.serial)
        )
        known = max(home?.inverterCount ?? 0, listed.count { retired.retired($0) == nil })
    }

    /// Returns a verdict where the inverters that give nothing are as many as the loss says.
    func verdict(_ loss: LossCase, among findings: [Finding]) -> WitnessVerdict? {
        let evidence = loss.finding.evidence
        guard known > 1, ["all", "part"].contains(evidence.fault ?? ""), let fraction = loss.fraction else {
            return nil
        }
        let whole = loss.finding.interval
        var serials: Set<String> = []
        for finding in findings where Self.kinds.contains(finding.kind) {
            guard
                finding.kind != .deviceSilent || finding.evidence.deviceKind == DeviceKind.inverter.rawValue,
                finding.start.utcSeconds >= whole.startUTCSeconds - Self.earlySeconds,
                finding.start.utcSeconds <= whole.startUTCSeconds + Self.lateSeconds,
                let shared = finding.interval.intersection(whole),
                Double(shared.seconds) >= Self.coveredShare * Double(whole.seconds)
            else { continue }
            serials.formUnion(finding.evidence.serials ?? [finding.device])
        }
        guard !serials.isEmpty, serials.count <= known else { return nil }
        let share = Double(serials.count) / Double(known)
        guard abs(share - fraction) <= max(Self.nearLeast, Self.nearShare * fraction) else { return nil }
        return WitnessVerdict(
            cause: .panels,
            by: [.inverters],
            serials: serials.count == known ? [] : serials.sorted(),
            lost: serials.count,
            known: known
        )
    }
}
