// Which findings may bring about which, as detectors state it. How effects are attached is the business of Causes.

import Readings

/// A kind and what it may bring about.
package struct SideEffectRule: Sendable, Equatable {
    /// The cause.
    package let cause: FindingKind
    /// What it brings about.
    package let effect: FindingKind
    /// Whether both must be of one device.
    let isSameDevice: Bool
    /// Whether the cause must have stood for a day before the effect began.
    let isFirst: Bool
    /// Devices of which the effect may be; nil for any.
    let devices: Set<String>?
    /// How far the effect may reach beyond the cause, seconds.
    let reachSeconds: Int64

    /// Describes a rule.
    init(
        _ cause: FindingKind,
        bringsAbout effect: FindingKind,
        isSameDevice: Bool = false,
        isFirst: Bool = false,
        devices: Set<String>? = nil,
        reachSeconds: Int64 = 3600
    ) {
        self.cause = cause
        self.effect = effect
        self.isSameDevice = isSameDevice
        self.isFirst = isFirst
        self.devices = devices
        self.reachSeconds = reachSeconds
    }

    /// What a device brings about in itself: days around it that its own rules look at.
    static func ofDevice(
        _ cause: FindingKind,
        bringsAbout effect: FindingKind,
        isFirst: Bool = false,
        reachDays: Int64
    ) -> SideEffectRule {
        SideEffectRule(
            cause,
            bringsAbout: effect,
            isSameDevice: true,
            isFirst: isFirst,
            reachSeconds: reachDays * secondsOfDay
        )
    }

    private static let secondsOfDay: Int64 = 86_400

    /// Tells whether one finding brought about another, both being of the rule's kinds.
    func explains(_ effect: Finding, by cause: Finding) -> Bool {
        // One that suspicion alone tells has no effects.
        cause.sureness != .suspected
            && (!isFirst
                || effect.start.utcSeconds - cause.start.utcSeconds >= SideEffectRule.secondsOfDay)
            && (devices?.contains(effect.device) ?? true)
            && (!isSameDevice || cause.device == effect.device)
            && isMostly(effect.interval, inside: cause.interval)
    }

    /// An effect lies mostly inside its cause.
    private func isMostly(_ effect: Interval, inside cause: Interval) -> Bool {
        let padded = Interval(
            startUTCSeconds: cause.startUTCSeconds - reachSeconds,
            endUTCSeconds: cause.endUTCSeconds + reachSeconds
        )
        guard let shared = padded.intersection(effect) else { return false }
        return 2 * shared.seconds >= effect.seconds
    }
}
