// Which rules are those of the live watch: it looks at each round of a gateway, and ends its findings itself. What they look
// for is said where they are.

extension RuleName {
    /// What the names of live rules begin with.
    fileprivate static let livePrefix = "live_"

    /// Tells whether the live watch finds something by this rule.
    package var isLive: Bool { rawValue.hasPrefix(RuleName.livePrefix) }
}

extension FindingRule {
    /// Tells whether the live watch found something by this rule, one that only another program knows among them.
    package var isLive: Bool { nameText?.hasPrefix(RuleName.livePrefix) ?? false }
}

extension FindingRule {
    /// Tells whether whoever found something by this rule ends it as well: a night's check that does not see it leaves it.
    package var endsItself: Bool { isLive || name == .notDelivered }
}
