// Findings told with their cause instead of by themselves. Which may bring about which is said in the detectors' profiles.

import Readings

/// Attaches effects to causes.
enum Causes {
    /// Returns the findings that stand by themselves, with the others attached to them.
    static func attached(_ findings: [Finding]) -> [Finding] {
        var isEffect = [Bool](repeating: false, count: findings.count)
        var result = findings
        for rule in Detectors.sideEffects where !rule.isKept {
            let causes = findings.indices.filter { findings[$0].kind == rule.cause && !isEffect[$0] }
            guard !causes.isEmpty else { continue }
            for index in findings.indices where findings[index].kind == rule.effect && !isEffect[index] {
                let effect = findings[index]
                guard let cause = causes.first(where: { rule.explains(effect, by: findings[$0]) }) else {
                    continue
                }
                isEffect[index] = true
                result[cause].sideEffects.append(
                    SideEffect(kind: effect.kind, device: effect.device, interval: effect.interval)
                )
            }
        }
        return result.indices.filter { !isEffect[$0] }.map { result[$0] }
    }
}

extension Finding {
    /// Orders by start, kind and device.
    static func isBefore(_ left: Finding, _ right: Finding) -> Bool {
        (left.start.utcSeconds, left.kind.rawValue, left.device)
            < (right.start.utcSeconds, right.kind.rawValue, right.device)
    }
}
