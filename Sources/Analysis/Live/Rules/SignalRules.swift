// What was noticed while the gateway was asked: its token, its key, its serial number, its firmware, its clock.

import Readings

/// `token_expiring`, `key_changed`, `serial_changed`, `firmware_changed` and `clock_skewed`.
struct SignalRules {
    private var goodRounds = 0
    private var firstGood: Int64 = 0
    private var skews = 0
    private var firstSkew: Int64 = 0
    private var firmware: (before: String, after: String, at: Double)?

    /// Days before the end of a token at which it is told, and how grave that is.
    private static let tokenGrades: [(days: Int, severity: Severity)] = [
        (30, .notice), (7, .warning), (1, .critical),
    ]
    /// A clock is off from here on, and right again below, seconds.
    private static let (skewed, right): (UInt64, UInt64) = (300, 120)
    /// So many skews in turn are one.
    private static let skewCount = 3
    /// So many good rounds end a key or a gateway that was another.
    private static let rounds = 3
    /// The same change of firmware is told once in so long, seconds.
    private static let sameFirmware = 21_600.0

    mutating func claims(_ signals: [CollectorSignal], _ picture: LivePicture)
        -> [LiveClaim]
    {
        let time = picture.time
        var claims: [LiveClaim] = []
        var isStrange = false
        for signal in signals {
            switch signal {
            case .tokenDaysLeft(let days): claims += token(days: days, picture)
            case .tokenDead: claims.append(token(grade: 4, .critical, days: nil, picture))
            case .tokenRenewed: claims.append(.over(.tokenExpiring, picture.site.gatewayName, at: time.at))
            case .keyChanged(let from, let to):
                isStrange = true
                claims.append(changed(.keyChanged, from: from, to: to, picture))
            case .serialChanged(let from, let to):
                isStrange = true
                claims.append(changed(.serialChanged, from: from, to: to, picture))
            case .keyTrusted:
                claims.append(.over(.keyChanged, picture.site.gatewayName, at: time.at))
                claims.append(.over(.serialChanged, picture.site.gatewayName, at: time.at))
            case .firmwareChanged(let from, let to): claims += firmware(from: from, to: to, picture)
            case .clockSkew(let seconds, let doubt): claims += clock(seconds: seconds, doubt: doubt, picture)
            default: continue
            }
        }
        claims += calm(isStrange, picture)
        return claims
    }

    /// Rows of the gateway that is expected end what was strange about it.
    private mutating func calm(_ isStrange: Bool, _ picture: LivePicture) -> [LiveClaim] {
        let time = picture.time
        guard !isStrange else {
            goodRounds = 0
            return []
        }
        guard time.isKnown, picture.hasRows else { return [] }
        if goodRounds == 0 { firstGood = time.at }
        goodRounds = min(goodRounds + 1, SignalRules.rounds)
        guard goodRounds >= SignalRules.rounds else { return [] }
        return [.keyChanged, .serialChanged, .firmwareChanged].map {
            .over($0, picture.site.gatewayName, at: firstGood)
        }
    }

    private func token(days: Int, _ picture: LivePicture) -> [LiveClaim] {
        guard let grade = SignalRules.tokenGrades.lastIndex(where: { days <= $0.days }) else {
            return [.over(.tokenExpiring, picture.site.gatewayName, at: picture.time.at)]
        }
        return [token(grade: grade + 1, SignalRules.tokenGrades[grade].severity, days: days, picture)]
    }

    private func token(grade: Int, _ severity: Severity, days: Int?, _ picture: LivePicture)
        -> LiveClaim
    {
        .holds(.tokenExpiring, picture.site.gatewayName, since: picture.time.at, rule: .liveTokenExpiring) {
            $0.grade = grade
            $0.severity = severity
            $0.sureness = .sure
            $0.isSaid = true
            $0.evidence.deviceKind = DeviceKind.gateway.rawValue
            $0.evidence.daysLeft = days
        }
    }

    private func changed(
        _ kind: FindingKind,
        from before: String,
        to after: String,
        _ picture: LivePicture
    ) -> LiveClaim {
        let rule: RuleName =
            switch kind {
            case .keyChanged: .liveKeyChanged
            case .serialChanged: .liveSerialChanged
            default: .liveFirmwareChanged
            }
        return .holds(kind, picture.site.gatewayName, since: picture.time.at, rule: rule) {
            $0.severity = kind == .firmwareChanged ? .notice : .warning
            $0.sureness = .sure
            $0.isSaid = true
            $0.news = String(after.prefix(SignalRules.longestText))
            $0.evidence.deviceKind = DeviceKind.gateway.rawValue
            $0.evidence.before = String(before.prefix(SignalRules.longestText))
            $0.evidence.after = $0.news
        }
    }

    /// So many characters of what another machine says of itself are kept.
    private static let longestText = 100

    private mutating func firmware(from: String, to: String, _ picture: LivePicture) -> [LiveClaim] {
        let time = picture.time
        if let firmware, firmware.before == from, firmware.after == to,
            time.monotonic - firmware.at < SignalRules.sameFirmware
        {
            return []
        }
        firmware = (from, to, time.monotonic)
        var claim = changed(.firmwareChanged, from: from, to: to, picture)
        claim.isMoment = true
        return [claim]
    }

    private mutating func clock(
        seconds: Int64,
        doubt: CollectorSignal.ClockInDoubt,
        _ picture: LivePicture
    ) -> [LiveClaim] {
        let time = picture.time
        guard seconds.magnitude > SignalRules.skewed else {
            skews = 0
            let isRight = seconds.magnitude < SignalRules.right
            return isRight ? [.over(.clockSkewed, picture.site.gatewayName, at: time.at)] : []
        }
        if skews == 0 { firstSkew = time.at }
        skews = min(skews + 1, SignalRules.skewCount)
        guard skews >= SignalRules.skewCount else { return [] }
        return [
            .holds(.clockSkewed, picture.site.gatewayName, since: firstSkew, rule: .liveClockSkewed) {
                $0.severity = .notice
                $0.isSaid = true
                $0.news = doubt.rawValue
                $0.evidence.deviceKind = DeviceKind.gateway.rawValue
                $0.evidence.skewSeconds = Int(clamping: seconds)
                $0.evidence.clockInDoubt = doubt.rawValue
            }
        ]
    }
}
