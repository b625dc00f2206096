// What captures and intervals show of one device is one finding. Which findings bring others about is said in the profiles
// of detectors; here stand those that are the same fault, seen twice.

import Readings

/// Folds findings of captures into those of intervals.
enum CaptureDoubles {
    /// Kinds that are one device's failing, from the one that says most.
    private static let devices: [FindingKind] = [
        .microDead, .batteryPinned, .batteryNoCharge, .inverterLost, .deviceSilent, .batteryUnbalanced,
    ]
    /// Kinds that bring batteries apart.
    private static let ofBatteries: Set<FindingKind> = [
        .batteryPinned, .batteryNoCharge, .batteryUnbalanced, .deviceSilent,
    ]

    /// Returns the findings with the doubles attached to those that stand.
    static func folded(_ findings: [Finding]) -> [Finding] {
        var result = findings
        var isDouble = [Bool](repeating: false, count: findings.count)
        for index in findings.indices where isOfCaptures(findings[index]) {
            guard let other = findings.indices.first(where: { standsFor(findings[$0], findings[index]) })
            else { continue }
            isDouble[index] = true
            let double = findings[index]
            result[other].sideEffects.append(
                SideEffect(kind: double.kind, device: double.device, interval: double.interval)
            )
            if result[other].end == nil {
                result[other].knownEnd = max(result[other].knownEnd, double.knownEnd)
            }
        }
        return result.indices.filter { !isDouble[$0] }.map { result[$0] }
    }

    private static func isOfCaptures(_ finding: Finding) -> Bool {
        finding.rule.name?.isOfCaptures ?? false
    }

    private static func standsFor(_ cause: Finding, _ double: Finding) -> Bool {
        guard touches(cause, double), !isToldWith(cause, double) else { return false }
        if double.kind == .batteriesDiverge {
            return ofBatteries.contains(cause.kind)
                && (cause.kind != .deviceSilent || cause.evidence.deviceKind == "battery")
        }
        guard let own = devices.firstIndex(of: double.kind), let other = devices.firstIndex(of: cause.kind),
            cause.device == double.device || cause.evidence.serials?.contains(double.device) ?? false
        else { return false }
        // Intervals say more than captures, and of two captures the one that says more.
        return !isOfCaptures(cause) || other < own
    }

    /// Of a cause and what tells since when it has been both are kept: FindingGroups tells them as one, with that time.
    private static func isToldWith(_ cause: Finding, _ effect: Finding) -> Bool {
        Detectors.sideEffects.contains {
            $0.isKept && $0.widens && $0.cause == cause.kind && $0.effect == effect.kind
        }
    }

    private static func touches(_ left: Finding, _ right: Finding) -> Bool {
        (left.end ?? Instant(utcSeconds: .max)) >= right.start
            && (right.end ?? Instant(utcSeconds: .max)) >= left.start
    }
}
