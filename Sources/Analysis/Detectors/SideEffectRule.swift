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
    /// How sure the effect is; nil for any.
    let sureness: Sureness?
    /// Whether the effect must be one of zeros: rows that are there.
    private(set) var isOfZeros = false
    /// Whether the effect must be of devices that the cause names, and of rows: what captures show is kept by itself.
    private(set) var isOfNamed = false
    /// What the cause must be, by its evidence `fault`; nil for any.
    private(set) var fault: String?
    /// Whether both are kept, each by itself, and only told as one: they come from records of different kinds, which are not
    /// read anew together.
    let isKept: Bool
    /// Of such a pair: whether the effect tells since when the cause has been.
    let widens: Bool
    /// Of such a pair: whether a grave effect makes it graver.
    let raises: Bool

    /// Describes a rule.
    init(
        _ cause: FindingKind,
        bringsAbout effect: FindingKind,
        isSameDevice: Bool = false,
        isFirst: Bool = false,
        devices: Set<String>? = nil,
        reachSeconds: Int64 = 3600,
        sureness: Sureness? = nil
    ) {
        self.cause = cause
        self.effect = effect
        self.isSameDevice = isSameDevice
        self.isFirst = isFirst
        self.devices = devices
        self.reachSeconds = reachSeconds
        self.sureness = sureness
        isKept = false
        widens = false
        raises = true
    }

    private init(
        told cause: FindingKind,
        with effect: FindingKind,
        isSameDevice: Bool,
        widens: Bool,
        raises: Bool
    ) {
        self.cause = cause
        self.effect = effect
        self.isSameDevice = isSameDevice
        isFirst = false
        devices = nil
        sureness = nil
        reachSeconds = SideEffectRule.secondsOfDay
        isKept = true
        self.widens = widens
        self.raises = raises
    }

    /// Two findings of one cause, each kept by itself, of which one is told and the other with it.
    ///
    /// - Parameters:
    ///   - widens: whether the other tells since when it has been.
    ///   - raises: whether the other may make it graver.
    static func telling(
        _ cause: FindingKind,
        with effect: FindingKind,
        isSameDevice: Bool = false,
        widens: Bool = false,
        raises: Bool = true
    ) -> SideEffectRule {
        SideEffectRule(told: cause, with: effect, isSameDevice: isSameDevice, widens: widens, raises: raises)
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

    /// What zeros look like of which a cause is known: rows that are not there are not meant.
    static func ofZeros(_ cause: FindingKind, bringsAbout effect: FindingKind) -> SideEffectRule {
        var rule = SideEffectRule(cause, bringsAbout: effect)
        rule.isOfZeros = true
        return rule
    }

    /// What inverters show by themselves that a loss of the site names.
    static func ofNamed(_ cause: FindingKind, bringsAbout effect: FindingKind) -> SideEffectRule {
        var rule = SideEffectRule(cause, bringsAbout: effect, reachSeconds: secondsOfDay)
        rule.isOfNamed = true
        return rule
    }

    /// What a limit of power holds at one value, up to two days beyond those that show the limit: dull ones do not.
    static func ofLimit(_ cause: FindingKind, bringsAbout effect: FindingKind) -> SideEffectRule {
        var rule = SideEffectRule(cause, bringsAbout: effect, reachSeconds: 2 * secondsOfDay)
        rule.fault = LossEpisode.Fault.limit.rawValue
        return rule
    }

    private static let secondsOfDay: Int64 = 86_400

    /// Tells whether one finding brought about another, both being of the rule's kinds.
    func explains(_ effect: Finding, by cause: Finding) -> Bool {
        // One that suspicion alone tells has no effects.
        cause.sureness != .suspected
            && (!isFirst
                || effect.start.utcSeconds - cause.start.utcSeconds >= SideEffectRule.secondsOfDay)
            && (devices?.contains(effect.device) ?? true)
            && (fault.map { $0 == cause.evidence.fault } ?? true)
            && (sureness.map { $0 == effect.sureness } ?? true)
            && (!isOfZeros || effect.evidence.missingRows == 0)
            && (!isSameDevice || isSame(cause, effect) || isKept && isNamed(effect, by: cause))
            && (!isOfNamed || !effect.isOfRecords && isNamed(effect, by: cause))
            && (isKept
                ? isMostlyShared(cause.interval, effect.interval)
                : isMostly(effect.interval, inside: cause.interval))
    }

    /// What is found of all batteries is found of each.
    private func isSame(_ cause: Finding, _ effect: Finding) -> Bool {
        cause.device == effect.device
            || cause.evidence.serials?.contains(effect.device) ?? false
            || isKept && cause.device == "pack" && effect.evidence.deviceKind == DeviceKind.battery.rawValue
    }

    /// A loss names its inverters, or it is all of them.
    private func isNamed(_ effect: Finding, by cause: Finding) -> Bool {
        guard cause.kind == .productionLost else { return false }
        if let all = cause.evidence.inverters, cause.evidence.invertersLost == all {
            return effect.device == "micros" || effect.evidence.deviceKind == DeviceKind.inverter.rawValue
        }
        let named = Set(cause.evidence.serials ?? [])
        return !named.isEmpty && named.isSuperset(of: effect.evidence.serials ?? [effect.device])
    }

    /// What two sources tell of one time begins and ends a little differently: the shorter lies mostly inside the longer.
    private func isMostlyShared(_ cause: Interval, _ effect: Interval) -> Bool {
        let padded = Interval(
            startUTCSeconds: cause.startUTCSeconds - reachSeconds,
            endUTCSeconds: cause.endUTCSeconds + reachSeconds
        )
        // What was seen at one moment has no length.
        guard effect.seconds > 0 else {
            return padded.startUTCSeconds <= effect.startUTCSeconds
                && effect.startUTCSeconds <= padded.endUTCSeconds
        }
        guard let shared = padded.intersection(effect) else { return false }
        return 2 * shared.seconds >= min(cause.seconds, effect.seconds)
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
