// What is made of an answer, or of none: by its status and its content, never by its header.

import Ingest
import Readings

extension GatewaySession {
    /// Takes a reply. One that nobody waits for is none.
    mutating func take(_ reply: GatewayReply, _ at: Moment) {
        guard let sent = inFlight else { return }
        inFlight = nil
        if let pin = sent.request.pin, let key = reply.key, key != pin {
            refuseKey(found: key)
            return
        }
        counts.replies += 1
        lastAnswer = at.monotonicSeconds
        round?.hasAnswer = true
        keep(reply, of: sent)
        switch sent.purpose {
        case .info: takeInfo(reply, to: sent, at)
        case .login: takeLogin(reply, at)
        case .path(let index): takePath(index, reply, to: sent, at: at)
        }
    }

    /// Takes it that there is no reply.
    mutating func take(_ failure: GatewayFailure, _ at: Moment) {
        guard let sent = inFlight else { return }
        inFlight = nil
        if case .wrongKey(let found) = failure, sent.request.pin != nil {
            refuseKey(found: found)
            return
        }
        counts.failures += 1
        round?.failureCount += 1
        if case .path(let index) = sent.purpose { round?.failures.append((index, failure == .reset)) }
        hasRoute = true
        if case .unreachable(let isOpen) = failure {
            hasRoute = isOpen
            // Nobody there: the others need not be tried. Another way in may be.
            if sent.purpose != .info { round?.isOver = true }
        }
    }

    /// Has a reply journalled, without anything secret.
    private mutating func keep(_ reply: GatewayReply, of sent: InFlight) {
        var kept = reply
        kept.cookie = nil
        if sent.purpose == .login, !isAccepted(reply) { kept.body = [] }
        if !kept.seconds.isFinite { kept.seconds = 0 }
        actions.append(.keep(path: sent.request.path, kept))
    }

    private mutating func refuseKey(found: String?) {
        say(.keyChanged(from: memory.pin ?? "", to: found ?? ""))
        state = .refused(.otherKey)
        login = nil
        round?.isOver = true
    }

    // MARK: info

    private mutating func takeInfo(_ reply: GatewayReply, to sent: InFlight, _ at: Moment) {
        guard reply.status == 200, let about = GatewayBodyCheck.about(reply.body) else {
            takeStrangeInfo(reply, sent)
            return
        }
        actions.append(.sample(path: GatewayPath.info.path))
        noteInfoAnswered(at)
        measure(about, sent: sent.sent, at)
        let pin = sent.request.isPlain ? nil : memory.pin ?? reply.key
        if let serial = memory.serial, serial != about.serial {
            say(.serialChanged(from: serial, to: about.serial))
            state = .refused(.otherSerial)
            login = nil
            round?.isOver = true
            return
        }
        memory.serial = about.serial
        if let old = memory.firmware, old != about.firmware {
            takeFirmware(from: old, to: about.firmware, at)
        }
        let isOther = memory.firmware != about.firmware || memory.usesTokens != about.usesTokens
        memory.firmware = about.firmware
        memory.usesTokens = about.usesTokens
        memory.isMetered = memory.isMetered ?? about.isMetered
        switch state {
        case .polling where !isOther, .authenticating where !isOther: return
        case .tokenDead where !isOther: return
        case .polling, .authenticating, .tokenDead:
            state = .probing
            round?.probeCount = 0
        case .probing, .backingOff: enter(about, isPlain: sent.request.isPlain, pin: pin)
        case .refused: return
        }
    }

    /// Something answered, but not what `info` says.
    private mutating func takeStrangeInfo(_ reply: GatewayReply, _ sent: InFlight) {
        if reply.status == 200 { noteBadBody(GatewayPath.info.path) }
        if state == .backingOff { state = memory.pin != nil && access != nil ? .authenticating : .probing }
        // A gateway that takes clear text no more.
        if (300...399).contains(reply.status), sent.request.isPlain, sent.purpose == .info, state != .probing
        {
            state = .probing
        }
    }

    /// Goes in by the way that was found.
    private mutating func enter(_ about: GatewayAbout, isPlain: Bool, pin: String?) {
        switch GatewayAccess.judge(about, isPlain: isPlain, pin: pin) {
        case .open(let access):
            self.access = access
            refusedAt = nil
            memory.pin = access.pin ?? memory.pin
            state = .authenticating
        case .tooOld:
            state = .refused(.tooOld)
            round?.isOver = true
        case .notSafe:
            state = .probing
        }
    }

    /// Another firmware may answer in another way: what was learnt of the old one is gone.
    private mutating func takeFirmware(from old: String, to new: String, _ at: Moment) {
        say(.firmwareChanged(from: old, to: new))
        (memory.missing, memory.isMetered, memory.hasBatteries) = ([:], nil, nil)
        health = health.map {
            var fresh = PathHealth()
            fresh.goodUTCSeconds = $0.goodUTCSeconds
            return fresh
        }
        groups = groups.map { _ in Breaker() }
        login = nil
        loginPace.ease()
        plan.forceAll(at: at)
        noteInfoAnswered(at)
    }

    private mutating func noteInfoAnswered(_ at: Moment) {
        let index = GatewayPath.infoIndex
        plan.answered(index, facts, monotonicSeconds: at.monotonicSeconds)
        health[index].goodUTCSeconds = Int64(bounded: at.utcSeconds)
        (health[index].failures, health[index].resets) = (0, 0)
        health[index].breaker.succeed()
        round?.asked.insert(index)
    }

    private mutating func measure(_ about: GatewayAbout, sent: Moment, _ at: Moment) {
        guard let time = about.utcSeconds else { return }
        let elapsed = max(0, at.monotonicSeconds - sent.monotonicSeconds)
        clock.measure(gatewaySeconds: time, ownSeconds: at.utcSeconds - elapsed / 2)
        let skew = Int64(bounded: (clock.skewSeconds ?? 0).rounded())
        if abs(skew - (memory.skewSeconds ?? 0)) > GatewaySession.rememberedSkew || memory.skewSeconds == nil
        {
            memory.skewSeconds = skew
        }
        let isTold = abs(skew) > GatewayClock.toldSeconds
        if isTold || isSkewTold {
            let doubt: CollectorSignal.ClockInDoubt =
                switch isOwnClockSynchronised {
                case true: .gateway
                case false: .own
                case nil: .unknown
                }
            say(.clockSkew(seconds: skew, doubt))
        }
        isSkewTold = isTold
    }

    /// A skew is written down anew where it differs by more, seconds.
    private static let rememberedSkew: Int64 = 2

    // MARK: Paths of the plan

    private mutating func takePath(_ index: Int, _ reply: GatewayReply, to sent: InFlight, at: Moment) {
        let path = GatewayPath.plan[index]
        // Whatever it says, its process is alive.
        if reply.status < 500 {
            round?.answeredGroups.insert(path.group)
            groups[path.group.rawValue].succeed()
        }
        switch reply.status {
        case 200 where path.role == .info: takeInfo(reply, to: sent, at)
        case 200 where GatewayBodyCheck.isWhole(reply.body): takeGood(index, reply, at: at)
        case 200...299: takeBad(index, at)
        case 401 where path.role != .info, 403 where path.role != .info: takeForbidden(index, at)
        case 404 where path.role != .info, 405 where path.role != .info, 410 where path.role != .info:
            takeMissing(index, at)
        case 429, 503:
            let bounds = PathHealth.busySeconds
            let asked = reply.retryAfterSeconds ?? bounds.lowerBound
            let wait = asked.isNaN ? bounds.lowerBound : min(max(asked, bounds.lowerBound), bounds.upperBound)
            busyUntil[path.group.rawValue] = at.monotonicSeconds + wait
        case 300...399 where sent.request.isPlain && round?.reprobeCount == 0:
            // Clear text is not taken any more: the firmware may be another.
            state = .probing
            login = nil
            round?.probeCount = 0
            round?.reprobeCount += 1
            round?.asked.remove(index)
        default:
            round?.failures.append((index, false))
        }
    }

    private mutating func takeGood(_ index: Int, _ reply: GatewayReply, at: Moment) {
        let path = GatewayPath.plan[index]
        actions.append(.sample(path: path.path))
        plan.answered(index, facts, monotonicSeconds: at.monotonicSeconds)
        health[index].breaker.succeed()
        (health[index].failures, health[index].resets) = (0, 0)
        health[index].goodUTCSeconds = Int64(bounded: at.utcSeconds)
        memory.missing[path.path] = nil
        if let login {
            health[index].goodLogin = login.number
            goodLogin = login.number
        }
        if isRenewalDue {
            (isRenewalDue, isDeathTold) = (false, false)
            say(.tokenRenewed)
        }
        switch path.role {
        case .meters: memory.isMetered = GatewayBodyCheck.hasMeters(reply.body) ?? memory.isMetered
        case .batteryList:
            memory.hasBatteries = GatewayBodyCheck.hasBatteries(reply.body) ?? memory.hasBatteries
        default: break
        }
    }

    /// A body that is none: counted, and for a path that never gave one the end for a day.
    private mutating func takeBad(_ index: Int, _ at: Moment) {
        let path = GatewayPath.plan[index]
        plan.answered(index, facts, monotonicSeconds: at.monotonicSeconds)
        noteBadBody(path.path)
        health[index].failures += 1
        if health[index].goodUTCSeconds == nil, path.everyMinutes >= GatewaySession.rareMinutes {
            health[index].stoppedUntil = at.monotonicSeconds + PathHealth.day
        }
    }

    /// Paths that are asked less often than this do without a day sooner than give the same page of HTML again.
    private static let rareMinutes = 15

    private mutating func noteBadBody(_ path: String) {
        counts.badBodies += 1
        say(.badBody(path: path))
    }

    /// Rounds in which a path that was good is missing before it counts as missing.
    private static let missesOfKnown = 3

    private mutating func takeMissing(_ index: Int, _ at: Moment) {
        let path = GatewayPath.plan[index]
        // One that was there comes back, as behind a start of the gateway, or is gone for good: three rounds tell.
        health[index].failures += 1
        let isKnown = health[index].goodUTCSeconds != nil
        if isKnown, round?.isQuiet == true || health[index].failures < GatewaySession.missesOfKnown { return }
        plan.answered(index, facts, monotonicSeconds: at.monotonicSeconds)
        let until = at.utcSeconds + PathHealth.day
        memory.missing[path.path] = Int64(bounded: until)
        if path.role == .batteryList { memory.hasBatteries = false }
        if path.role == .meters { memory.isMetered = false }
        if isKnown {
            stop(index, reason: "the gateway does not have it any more", at)
        } else {
            health[index].stoppedUntil = at.monotonicSeconds + PathHealth.day
        }
    }
}
