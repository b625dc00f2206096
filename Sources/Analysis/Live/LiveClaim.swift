// What a rule says of one thing in one round: that it holds, how badly, or that it is over. What becomes of it, a finding or
// nothing, is decided by LiveBook.

import Readings

/// What a rule says.
struct LiveClaim {
    /// What it is about.
    struct Key: Hashable, Comparable {
        let kind: FindingKind
        let device: String

        static func < (left: Key, right: Key) -> Bool {
            (left.kind.rawValue, left.device) < (right.kind.rawValue, right.device)
        }
    }

    /// How it stands.
    enum Standing: Equatable {
        /// It holds: the way in was taken.
        case holds
        /// It is over: the wider way out was taken.
        case isOver
    }

    let key: Key
    let standing: Standing
    /// Since when it holds, or when it was over, seconds UTC.
    let at: Int64
    let rule: RuleName
    /// How bad it is: a higher number than before is a message.
    var grade = 1
    var severity = Severity.warning
    var sureness = Sureness.likely
    /// Whether a body of this round says it by itself: such a thing is told at the start of a watch too.
    var isSaid = false
    /// Whether it is over as soon as it is seen.
    var isMoment = false
    /// Whether its end must lie behind its start: both are times of the device.
    var endsBehindStart = false
    /// What is told again when it changes, as the list of devices; empty for nothing.
    var news = ""
    var evidence = Evidence()

    /// Says that something holds.
    static func holds(
        _ kind: FindingKind,
        _ device: String,
        since: Int64,
        rule: RuleName,
        with change: (inout LiveClaim) -> Void = { _ in }
    ) -> LiveClaim {
        var claim = LiveClaim(
            key: Key(kind: kind, device: device),
            standing: .holds,
            at: since,
            rule: rule
        )
        change(&claim)
        return claim
    }

    /// Says that something is over.
    static func over(_ kind: FindingKind, _ device: String, at: Int64, endsBehindStart: Bool = false)
        -> LiveClaim
    {
        LiveClaim(
            key: Key(kind: kind, device: device),
            standing: .isOver,
            at: at,
            rule: .heartbeatTooOld,
            endsBehindStart: endsBehindStart
        )
    }
}

/// Numbers of devices as whole ones, whatever a device said.
enum Whole {
    /// Returns the nearest whole number; 0 for what is no number, and the greatest for what is beyond it.
    static func of(_ value: Double) -> Int {
        guard value.isFinite else { return 0 }
        return Int(min(max(value.rounded(), -1e15), 1e15))
    }
}
