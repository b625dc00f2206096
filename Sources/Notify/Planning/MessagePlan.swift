// Which messages are due, from how findings stand and what was told already. Pure: it holds what is against what each channel was
// told, so that a step that was missed is made up for, and none is told twice.

import Readings

/// What is known when messages of one site are planned for one channel.
package struct PlanInput: Sendable {
    /// What the channel wants to hear.
    package var channel: ChannelRules
    /// The site's number.
    package var systemID: Int64
    /// The site's zone: quiet hours and the digest's day are local.
    package var zone: TimeZoneRules
    /// The time, microseconds UTC.
    package var nowMicroseconds: Int64
    /// All findings of the site that the store keeps.
    package var findings: [NotifiedFinding]
    /// What this channel was told of this site.
    package var told: [ToldMark]
    /// Whether the site was ever checked in this catalogue: before, what is missing is not over.
    package var isChecked: Bool
    /// The run; 0 where time asks.
    package var runID: Int64
    /// Returns the name of a message from a text that names what it tells: a digest of it.
    package var name: @Sendable (String) -> String

    /// Gathers what is known.
    package init(
        channel: ChannelRules,
        systemID: Int64,
        zone: TimeZoneRules,
        nowMicroseconds: Int64,
        findings: [NotifiedFinding],
        told: [ToldMark],
        isChecked: Bool,
        runID: Int64,
        name: @escaping @Sendable (String) -> String
    ) {
        (self.channel, self.systemID, self.zone, self.nowMicroseconds) = (
            channel, systemID, zone, nowMicroseconds
        )
        (self.findings, self.told, self.isChecked) = (findings, told, isChecked)
        (self.runID, self.name) = (runID, name)
    }
}

/// Plans messages.
package enum MessagePlan {
    /// Returns what is to be told now: at most one message.
    package static func plan(_ input: PlanInput) -> OutboxPlan { OutboxPlan() }
}
