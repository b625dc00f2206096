// Findings of one cause, each of which is kept by itself, told as one: which one is told, and which are told with it. Which
// kinds go together is said in the detectors' profiles; what is never kept by itself is the business of Causes.

import Readings

/// Findings that are told as one, by their places among those that were given.
package struct FindingGroup: Equatable, Sendable {
    /// The one that is told.
    package fileprivate(set) var lead: Int
    /// Those that are told with it, in the order of the list; empty for one that stands alone.
    package fileprivate(set) var others: [Int] = []
    /// What of it lends its time to the one that is told.
    private var widening: [Int] = []
    /// What of it does not make the one that is told graver.
    private var mild: [Int] = []

    fileprivate init(lead: Int) { self.lead = lead }

    fileprivate mutating func take(_ other: FindingGroup, by rule: SideEffectRule) {
        others = (others + [other.lead] + other.others).sorted()
        widening += other.widening + (rule.widens ? [other.lead] : [])
        mild += other.mild + (rule.raises ? [] : [other.lead])
    }

    /// What lasts is told, and what is over with it.
    fileprivate mutating func putLastingFirst(_ findings: [Finding]) {
        guard widening.isEmpty, findings[lead].end != nil,
            let lasting = others.first(where: { findings[$0].end == nil && !mild.contains($0) })
        else { return }
        others = (others.filter { $0 != lasting } + [lead]).sorted()
        lead = lasting
    }

    /// Returns the finding that is told: from the first that its companions know of it to the last, as grave as the gravest
    /// of them, with them as its side effects.
    ///
    /// - Parameter findings: those among which the group was made.
    package func told(_ findings: [Finding]) -> Finding {
        var told = findings[lead]
        for index in others {
            let other = findings[index]
            if !mild.contains(index) { told.severity = max(told.severity, other.severity) }
            told.sideEffects.append(
                SideEffect(kind: other.kind, device: other.device, interval: other.interval)
            )
            told.sideEffects += other.sideEffects
            guard widening.contains(index) else { continue }
            told.start = min(told.start, other.start)
            told.alert = min(told.alert, other.alert)
            told.end = told.end.flatMap { own in other.end.map { max(own, $0) } }
            told.knownEnd = max(told.knownEnd, other.knownEnd)
        }
        return told
    }
}

/// Groups findings by their causes.
package enum FindingGroups {
    /// Returns the groups in the order of the findings that are told.
    ///
    /// - Parameter findings: those of one site, open ones or closed ones.
    package static func of(_ findings: [Finding]) -> [FindingGroup] {
        var groups = findings.indices.map { FindingGroup(lead: $0) }
        var isTaken = [Bool](repeating: false, count: findings.count)
        for rule in Detectors.sideEffects where rule.isKept {
            for effect in findings.indices where findings[effect].kind == rule.effect && !isTaken[effect] {
                let causes = findings.indices.filter {
                    $0 != effect && !isTaken[$0] && findings[$0].kind == rule.cause
                        && rule.explains(findings[effect], by: findings[$0])
                }
                let nearest = causes.max { left, right in
                    shared(findings[left], findings[effect]) < shared(findings[right], findings[effect])
                }
                guard let cause = nearest else { continue }
                groups[cause].take(groups[effect], by: rule)
                isTaken[effect] = true
            }
        }
        return groups.indices.filter { !isTaken[$0] }.map { index in
            var group = groups[index]
            group.putLastingFirst(findings)
            return group
        }
    }

    private static func shared(_ left: Finding, _ right: Finding) -> Int64 {
        left.interval.intersection(right.interval)?.seconds ?? 0
    }
}
