// What is to be known of a detector without running it.

import Readings

/// What a detector may find, what it needs, how far it looks, what that brings about, and where it is told.
package struct DetectorProfile: Sendable {
    /// The kinds of its findings.
    package let kinds: [FindingKind]
    /// What it needs of a home; a home that lacks it is told so.
    package let needs: [DetectorNeed]
    /// Days of rows before a finding by which it learns: a run over a part of the rows gives what a full run gives only if it
    /// looks so far back.
    package let memoryDays: Int64
    /// What its findings bring about.
    package let effects: [SideEffectRule]
    /// When its effects are asked for: before those of a higher number. An effect that has its cause is no cause any more.
    package let effectsPlace: Int
    /// The page that tells the rule, below the root.
    package let page: String
    private let reaches: [FindingKind: FindingReach]

    /// Describes a detector.
    ///
    /// - Parameters:
    ///   - kinds: each with how far its rule looks beyond what it found.
    ///   - memoryDays: 0 for a rule that learns nothing.
    ///   - page: the name of a page of docs/analysis.
    init(
        kinds: KeyValuePairs<FindingKind, FindingReach>,
        needs: [DetectorNeed] = [],
        memoryDays: Int64,
        effects: [SideEffectRule] = [],
        effectsPlace: Int = .max,
        page: String
    ) {
        self.kinds = kinds.map(\.key)
        self.needs = needs
        self.memoryDays = memoryDays
        self.effects = effects
        self.effectsPlace = effectsPlace
        self.page = "docs/analysis/" + page
        reaches = Dictionary(kinds.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Returns how far the rule of a kind looks beyond what it found.
    package func reach(of kind: FindingKind) -> FindingReach { reaches[kind] ?? .nineDays }
}
