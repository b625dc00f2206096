// The login: one check of the token, then its cookie. The ladder of a 401: cookie, one check, the end. And what the owner
// changes: the token, the key that is believed.

import Ingest
import Readings

extension GatewaySession {
    /// Logs in, where that is needed and may be done.
    mutating func loginStep(_ at: Moment) -> Step {
        guard let access, memory.usesTokens != nil else {
            state = .probing
            return .again
        }
        if access.login == .digest {
            startPolling(cookie: nil, at)
            return .again
        }
        guard isTokenFit(at) else {
            die(at)
            return .again
        }
        if let refusedAt {
            guard lastInfo.map({ $0 >= refusedAt }) ?? false else { return askInfo() }
            die(at)
            return .again
        }
        let wait = loginPace.wait(at: at.monotonicSeconds)
        if round?.hasTriedLogin == true { return lookStep(at) }
        if wait > 0 { return wait <= GatewaySession.shortWait ? .wait(wait) : lookStep(at) }
        var request = access.request(.login, token: token, session: nil)
        request.timeoutSeconds = GatewaySession.loginSeconds
        return .ask(request, .login)
    }

    /// A login that may be tried so soon is worth waiting for within the round, seconds.
    private static let shortWait = 10.0
    /// For the check of the token, which costs the gateway much, seconds.
    private static let loginSeconds = 30.0
    /// A token that was refused though it has not ended is tried again, seconds: one stray answer is not its end.
    static let secondTry = 3600.0
    /// What the gateway says of a token that it takes.
    private static let acceptance = Array("Valid token.".utf8)
    private static let longestAcceptance = 1024

    /// Tells whether there is a token that may be sent to this gateway, and has not ended by the gateway's clock.
    private func isTokenFit(_ at: Moment) -> Bool {
        guard let claims = token?.claims, let serial = memory.serial else { return false }
        return claims.fits(serial: serial) && !claims.hasEnded(atUTCSeconds: gatewayUTCSeconds(at))
    }

    /// Waits for another token. Looks at `info`, and once an hour whether a token that should be good is taken after all.
    mutating func deadStep(_ at: Moment) -> Step {
        if at.monotonicSeconds >= retryAt, isTokenFit(at), access?.login == .token,
            loginPace.wait(at: at.monotonicSeconds) <= 0, round?.hasTriedLogin == false
        {
            state = .authenticating
            return .again
        }
        return lookStep(at)
    }

    private mutating func die(_ at: Moment) {
        state = .tokenDead
        (login, refusedAt) = (nil, nil)
        retryAt = at.monotonicSeconds + GatewaySession.secondTry
        round?.queue = []
        isRenewalDue = true
        guard !isDeathTold else { return }
        isDeathTold = true
        say(.tokenDead)
    }

    private mutating func startPolling(cookie: String?, _ at: Moment) {
        loginNumber += 1
        login = GatewayLogin(number: loginNumber, cookie: cookie)
        state = .polling
        // The first look may have set the clock right.
        let seconds = clock.gatewaySeconds(at)
        plan.begin(gatewaySeconds: seconds, at: at)
        round?.isQuiet = plan.isQuiet(gatewaySeconds: seconds)
        fillQueue(at)
    }

    /// Tells whether a reply is the gateway's word that it takes the token.
    func isAccepted(_ reply: GatewayReply) -> Bool {
        guard reply.status == 200, reply.body.count <= GatewaySession.longestAcceptance else { return false }
        let (body, text) = (reply.body, GatewaySession.acceptance)
        guard body.count >= text.count else { return false }
        return (0...(body.count - text.count)).contains { body[$0...].starts(with: text) }
    }

    /// Takes the reply to the check of the token.
    mutating func takeLogin(_ reply: GatewayReply, _ at: Moment) {
        round?.answeredGroups.insert(.login)
        switch reply.status {
        case 200 where isAccepted(reply) || cookie(of: reply) != nil:
            startPolling(cookie: cookie(of: reply), at)
        case 404:
            // No such check: the token itself is shown.
            startPolling(cookie: nil, at)
        case 401, 403:
            // At night the gateway may not know yet whom to believe.
            if round?.isQuiet == true, !isDeathTold {
                round?.isOver = true
            } else {
                // Another gateway takes it no more than one that has another firmware: a look at `info` tells.
                refusedAt = at.monotonicSeconds
            }
        default:
            // Busy, or a page instead of a word: the next round tries again, at the pace of logins.
            round?.isOver = true
        }
    }

    /// Returns the cookie of a reply; nil for none, and for what cannot be one.
    private func cookie(of reply: GatewayReply) -> String? {
        guard let cookie = reply.cookie, (1...4096).contains(cookie.utf8.count),
            cookie.utf8.allSatisfy({
                $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",")
            })
        else { return nil }
        return cookie
    }

    // MARK: 401

    /// Takes it that a path is not given to us: because the session is gone, or this path is not for this login.
    mutating func takeForbidden(_ index: Int, _ at: Moment) {
        guard let login else { return }
        if memory.usesTokens != true, health[index].goodUTCSeconds != nil {
            // Given before with the same user and password: it may be given again, as behind a start of the gateway.
            round?.failures.append((index, false))
        } else if memory.usesTokens != true
            || goodLogin == login.number && health[index].goodLogin != login.number
        {
            // Another path was given: this one is not for this login.
            forbid(index, at)
        } else if health[index].goodLogin == login.number || round?.hasTriedLogin == false {
            // It was good under this login, or that is old: the nightly reset drops sessions.
            dropSession(index)
        } else {
            suspect(index, at)
        }
    }

    /// Nothing was good under a login that has just come about: others tell whether it is the path or the token.
    private mutating func suspect(_ index: Int, _ at: Moment) {
        guard round?.suspects.contains(index) == false else {
            forbid(index, at)
            return
        }
        round?.suspects.insert(index)
        let suspects = round?.suspects ?? []
        if suspects.count >= GatewaySession.deadlyPaths,
            suspects.contains(facts.isMetered ? GatewayPath.readingsIndex : GatewayPath.totalIndex),
            round?.isQuiet == false
        {
            die(at)
        } else {
            round?.asked.remove(index)
            round?.queue.append(index)
        }
    }

    private mutating func dropSession(_ index: Int) {
        login = nil
        state = .authenticating
        round?.asked.remove(index)
    }

    /// Stops a path for a day.
    private mutating func forbid(_ index: Int, _ at: Moment) {
        if round?.isQuiet == true { return }
        plan.answered(index, facts, monotonicSeconds: at.monotonicSeconds)
        health[index].isForbidden = true
        stop(index, reason: "the gateway does not give it to this login", at)
    }

    /// Readings and two more that are not given, and nothing that is: it is the token.
    private static let deadlyPaths = 3

    // MARK: What the owner changes

    mutating func change(_ token: GatewayToken?, _ at: Moment) {
        guard token != self.token else { return }
        self.token = token
        refusedAt = nil
        (toldDays, isRenewalDue) = (nil, true)
        loginPace.ease()
        for index in health.indices where health[index].isForbidden {
            (health[index].isForbidden, health[index].stoppedUntil) = (false, 0)
        }
        switch state {
        case .polling, .authenticating, .tokenDead:
            login = nil
            state = access == nil ? .probing : .authenticating
            hasten(at)
        case .probing, .backingOff, .refused: break
        }
    }

    mutating func trust(_ pin: String, _ at: Moment) {
        let isKey = pin.hasPrefix("sha256//") && pin.utf8.count <= GatewaySession.longestPin
        guard isKey || pin.isEmpty && memory.pin == nil else { return }
        let isOther = isKey && pin != memory.pin
        switch state {
        case .refused(.otherSerial), .refused(.tooOld):
            (memory.serial, memory.firmware) = (nil, nil)
            (memory.missing, memory.isMetered, memory.hasBatteries) = ([:], nil, nil)
        case .refused(.otherKey): break
        default: guard isOther else { return }
        }
        if isKey { memory.pin = pin }
        if isOther || state == .refused(.otherKey) { say(.keyTrusted) }
        (login, access, state, refusedAt) = (nil, nil, .probing, nil)
        round?.probeCount = 0
        round?.isOver = false
        loginPace.ease()
        hasten(at)
    }

    private static let longestPin = 128

    /// Begins the next round as soon as rounds may follow upon each other.
    private mutating func hasten(_ at: Moment) {
        guard round == nil, let lastRoundStart else { return }
        nextRound = min(nextRound, max(at.monotonicSeconds, lastRoundStart + PollPlan.leastApart))
    }

    // MARK: Days of the token

    /// Tells once each time that few days are left.
    mutating func tellTokenDays(_ at: Moment) {
        guard memory.usesTokens == true, case .bearer(_, let claims) = token,
            let left = claims.daysLeft(atUTCSeconds: gatewayUTCSeconds(at)),
            let step = TokenClaims.warningDays.last(where: { left <= $0 })
        else { return }
        guard toldDays.map({ step < $0 }) ?? true else { return }
        toldDays = step
        say(.tokenDaysLeft(left))
    }
}
