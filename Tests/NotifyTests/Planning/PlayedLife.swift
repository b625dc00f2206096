// Lives of findings over a year, played by chance with a seed: what is true, what the store knows of it, and what its owner does.
// What is told of it is not known here.

import Notify
import Readings

/// Chance with a seed. SplitMix64: Steele and others, 2014, https://doi.org/10.1145/2660193.2660195
struct PlayedChance {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Tells whether something comes about that comes about once in so many times.
    mutating func once(in times: Int) -> Bool { below(times) == 0 }
}

/// A site by chance: findings that come, end, come back, grow worse, are filled, and what their owner says.
struct PlayedLife {
    var chance: PlayedChance
    /// What the data show, by identity; the store learns of it by a check.
    private(set) var truth: [String: NotifiedFinding] = [:]
    /// What the store knows.
    private(set) var stored: [String: NotifiedFinding] = [:]
    /// Identities that a check gave another start, with the new one.
    private(set) var renamed: [(old: String, new: String)] = []
    private var mutedUntil: [String: Int64] = [:]
    private var serial = 0

    init(seed: UInt64) { chance = PlayedChance(seed: seed) }

    /// Goes on to a time: what happens in the world.
    mutating func live(to now: Int64) {
        if chance.once(in: 12) {
            serial += 1
            let start = now - Int64(chance.below(chance.once(in: 4) ? 30 : 3) + 1) * 43_200
            let identity = "1|d\(serial)|device_silent|\(start)"
            let severity = [Severity.notice, .warning, .warning, .critical][chance.below(4)]
            var finding = NotifiedFinding.open(
                identity,
                since: start,
                severity: severity,
                device: "d\(serial)"
            )
            if chance.once(in: 2) { finding.finding.evidence = Evidence { $0.lostKWh = Double(serial % 9) } }
            if chance.once(in: 8) { finding.finding.sureness = .suspected }
            if chance.once(in: 5) { finding.finding.end = Instant(utcSeconds: max(start, now - 3600)) }
            truth[identity] = finding
        }
        for identity in truth.keys.sorted() {
            guard var finding = truth[identity] else { continue }
            change(&finding, now)
            truth[identity] = finding
            if chance.once(in: 400) { truth[identity] = nil }
            if chance.once(in: 300) { move(identity) }
        }
    }

    private mutating func change(_ finding: inout NotifiedFinding, _ now: Int64) {
        if finding.isLasting {
            if chance.once(in: 60) { finding.finding.end = Instant(utcSeconds: now - 1) }
            if chance.once(in: 90) { finding.state = .closed }
            if chance.once(in: 80) { finding.finding.severity = .critical }
            if chance.once(in: 80) { finding.finding.severity = .warning }
            if let lost = finding.finding.evidence.lostKWh, chance.once(in: 4) {
                finding.finding.evidence = Evidence { $0.lostKWh = lost * 1.3 + 0.5 }
            }
            if chance.once(in: 100) { finding.finding.sureness = chance.once(in: 2) ? .suspected : .likely }
            if chance.once(in: 150) { finding.leader = "another" }
        } else if chance.once(in: 50) {
            (finding.state, finding.finding.end, finding.timesBack) = (.open, nil, finding.timesBack + 1)
        }
        if chance.once(in: 30) { finding.leader = nil }
    }

    /// New data show that it began earlier.
    private mutating func move(_ identity: String) {
        guard var finding = truth[identity], finding.state == .open else { return }
        let start = finding.finding.start.utcSeconds - 900
        let new = "1|\(finding.finding.device)|device_silent|\(start)"
        guard truth[new] == nil, stored[new] == nil else { return }
        truth[identity] = nil
        finding.identity = new
        finding.finding.start = Instant(utcSeconds: start)
        truth[new] = finding
        if stored[identity] != nil { renamed.append((identity, new)) }
    }

    /// Checks: the store knows what is true. Returns the identities that went by another name, in order.
    mutating func check(_ now: Int64) -> [(old: String, new: String)] {
        let moves = renamed
        renamed = []
        for move in moves {
            guard let kept = stored.removeValue(forKey: move.old) else { continue }
            stored[move.new] = kept
            mutedUntil[move.new] = mutedUntil.removeValue(forKey: move.old)
        }
        for identity in stored.keys { stored[identity]?.isFresh = false }
        for (identity, finding) in truth {
            var known = finding
            known.isFresh = stored[identity] == nil
            known.isQuiet = stored[identity]?.isQuiet ?? false
            known.acknowledgedMicroseconds = stored[identity]?.acknowledgedMicroseconds
            stored[identity] = known
        }
        for identity in stored.keys where truth[identity] == nil {
            // What the data no longer show is closed, or, by other programs, gone.
            if chance.once(in: 2) { stored[identity] = nil } else { stored[identity]?.state = .closed }
        }
        stand(now)
        return moves
    }

    /// The owner acknowledges, takes that back, and mutes.
    mutating func own(_ now: Int64) {
        for identity in stored.keys.sorted() {
            if chance.once(in: 120) { stored[identity]?.acknowledgedMicroseconds = now * 1_000_000 }
            if chance.once(in: 200) { stored[identity]?.acknowledgedMicroseconds = nil }
            if chance.once(in: 150) { mutedUntil[identity] = now + Int64(chance.below(20)) * 86_400 }
        }
        stand(now)
    }

    /// Says how each stands: muting ends with time.
    mutating func stand(_ now: Int64) {
        for (identity, finding) in stored {
            var standing = finding
            standing.isMuted = (mutedUntil[identity] ?? .min) > now
            standing.isQuiet = standing.isMuted || finding.acknowledgedMicroseconds != nil
            if finding.state == .closed {
                standing.standing = .over
            } else if standing.isQuiet {
                standing.standing = .known
            } else {
                standing.standing = finding.finding.end == nil ? .now : .followUp
            }
            stored[identity] = standing
        }
    }

    /// The catalogue is made anew: it knows nothing before the next check.
    mutating func rebuild() {
        stored = [:]
        mutedUntil = [:]
        renamed = []
    }
}
