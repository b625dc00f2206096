// Rounds: when one begins, what it asks next, and what is made of it at its end.

import Readings

extension GatewaySession {
    /// What a state does next.
    enum Step {
        case ask(GatewayRequest, InFlight.Purpose)
        /// Nothing before so many seconds, within the round.
        case wait(Double)
        /// The state changed.
        case again
        case endRound
    }

    /// Returns the one request or wake with which an answer ends.
    mutating func decide(_ at: Moment) -> GatewayAction {
        if let inFlight { return wake(inFlight.deadline + 1 - at.monotonicSeconds) }
        if round == nil {
            // A wake may come a little early.
            guard at.monotonicSeconds >= nextRound - 0.05 else {
                return wake(nextRound - at.monotonicSeconds)
            }
            beginRound(at)
        }
        // A state that changes gives the word to the next one; few changes follow upon each other.
        for _ in 0..<6 {
            guard round?.isOver == false else { break }
            switch step(at) {
            case .again: continue
            case .endRound: round?.isOver = true
            case .wait(let seconds): return wake(seconds)
            case .ask(let request, let purpose): return send(request, for: purpose, at)
            }
        }
        endRound(at)
        return wake(nextRound - at.monotonicSeconds)
    }

    private func wake(_ seconds: Double) -> GatewayAction {
        .wake(afterSeconds: min(max(seconds, 0.05), GatewaySession.longestWake))
    }

    private mutating func send(_ request: GatewayRequest, for purpose: InFlight.Purpose, _ at: Moment)
        -> GatewayAction
    {
        gate.note(at: at.monotonicSeconds)
        inFlight = InFlight(purpose: purpose, sent: at, request: request)
        round?.requestCount += 1
        counts.requests += 1
        switch purpose {
        case .info: lastInfo = at.monotonicSeconds
        case .login:
            round?.hasTriedLogin = true
            counts.logins += 1
            loginPace.note(at: at.monotonicSeconds)
        case .path(let index):
            round?.asked.insert(index)
            round?.queue.removeAll { $0 == index }
            if index == GatewayPath.infoIndex { lastInfo = at.monotonicSeconds }
        }
        return .send(request)
    }

    /// Returns what the state asks next; the gate is before all of it.
    private mutating func step(_ at: Moment) -> Step {
        let next: Step
        switch state {
        case .probing: next = probeStep()
        case .authenticating: next = loginStep(at)
        case .polling: next = pollStep(at)
        case .backingOff: next = at.monotonicSeconds >= retryAt ? probeStep() : .endRound
        case .tokenDead: next = deadStep(at)
        case .refused: next = .endRound
        }
        let closed = gate.wait(at: at.monotonicSeconds)
        guard case .ask(_, let purpose) = next, closed > 0 else { return next }
        if case .path(let index) = purpose, round?.isFirst == false, GatewayPath.plan[index].everyMinutes > 1
        {
            return .endRound
        }
        return .wait(closed)
    }

    private var hasAskedInfo: Bool { (round?.probeCount ?? 0) > 0 }

    private mutating func probeStep() -> Step {
        let ways = GatewayAccess.ways(memory)
        let count = round?.probeCount ?? 0
        guard count < ways.count else { return .endRound }
        let closed = gate.wait(at: clock.now)
        guard closed <= 0 else { return .wait(closed) }
        round?.probeCount = count + 1
        return .ask(infoRequest(isPlain: ways[count]), .info)
    }

    mutating func askInfo() -> Step {
        let closed = gate.wait(at: clock.now)
        guard closed <= 0 else { return .wait(closed) }
        round?.probeCount += 1
        return .ask(infoRequest(isPlain: access?.isPlain ?? GatewayAccess.ways(memory)[0]), .info)
    }

    private func infoRequest(isPlain: Bool) -> GatewayRequest {
        GatewayRequest(
            GatewayPath.info.path,
            isPlain: isPlain,
            pin: isPlain ? nil : memory.pin,
            timeoutSeconds: GatewaySession.lookSeconds,
            isLast: isPlain
        )
    }

    /// Looks at `info` where nothing else can be asked: every five minutes.
    mutating func lookStep(_ at: Moment) -> Step {
        let isDue = lastInfo.map { at.monotonicSeconds - $0 >= GatewaySession.infoSeconds } ?? true
        return isDue && !hasAskedInfo ? askInfo() : .endRound
    }

    /// For `info` and the login, which is answered at once, seconds.
    static let lookSeconds = 20.0
    /// For a fast path: a hundred times what it takes, and short enough that one that hangs leaves time for others.
    static let fastSeconds = 25.0
    /// For a slow path, seconds.
    static let slowSeconds = 50.0
    /// So long before the next round the last request has ended, and no request has less, seconds.
    private static let sparedSeconds = 5.0
    private static let leastSeconds = 10.0
    /// Five minutes, less what a round may begin early.
    static let infoSeconds = 290.0

    // MARK: The plan

    var facts: PollPlan.Facts {
        let now = clock.now
        let hasReadings = !health[GatewayPath.readingsIndex].isStopped(now)
        return PollPlan.Facts(
            isMetered: memory.isMetered != false && hasReadings,
            hasBatteries: memory.hasBatteries != false,
            hasRelay: !health[GatewayPath.relayIndex].isStopped(now)
        )
    }

    private mutating func pollStep(_ at: Moment) -> Step {
        guard let running = round, let access else {
            state = .probing
            return .again
        }
        if running.failureCount > 0, !running.hasAnswer {
            guard !running.isQuiet, !running.hasLookedForLife, !running.asked.contains(GatewayPath.infoIndex)
            else { return .endRound }
            round?.hasLookedForLife = true
            return askPath(GatewayPath.infoIndex, access, seconds: GatewaySession.lookSeconds)
        }
        if running.failureCount >= PollRound.mostFailures { return .endRound }
        if !running.isFirst, running.requestCount >= PollRound.mostRequests { return .endRound }
        // The night may begin within a long round.
        let isQuiet = plan.isQuiet(gatewaySeconds: clock.gatewaySeconds(at))
        while let index = round?.queue.first {
            let path = GatewayPath.plan[index]
            let left = min(
                path.isSlow ? GatewaySession.slowSeconds : GatewaySession.fastSeconds,
                running.next - at.monotonicSeconds - GatewaySession.sparedSeconds
            )
            let isLate = left < GatewaySession.leastSeconds
            if isResting(index, at) || isLate || (isQuiet && !running.isQuiet && path.role != .readings) {
                round?.queue.removeFirst()
                continue
            }
            return askPath(index, access, seconds: left)
        }
        return .endRound
    }

    private func askPath(_ index: Int, _ access: GatewayAccess, seconds: Double) -> Step {
        var request = access.request(GatewayPath.plan[index], token: token, session: login?.cookie)
        request.timeoutSeconds = seconds
        let isOnly = round.map { $0.queue.allSatisfy { $0 == index } } ?? true
        request.isLast = request.isLast || isOnly
        return .ask(request, .path(index))
    }

    /// Tells whether a path is left alone, by itself or with its group.
    func isResting(_ index: Int, _ at: Moment) -> Bool {
        let group = GatewayPath.plan[index].group.rawValue
        return health[index].isResting(at.monotonicSeconds) || at.monotonicSeconds < groups[group].restsUntil
            || at.monotonicSeconds < busyUntil[group]
    }

    // MARK: Begin and end

    private mutating func beginRound(_ at: Moment) {
        let seconds = clock.gatewaySeconds(at)
        plan.begin(gatewaySeconds: seconds, at: at)
        lastRoundStart = at.monotonicSeconds
        endedFullSetUTCSeconds = nil
        round = PollRound(
            start: at,
            next: isFirstRound ? .infinity : nextMark(at),
            isFirst: isFirstRound,
            isQuiet: plan.isQuiet(gatewaySeconds: seconds)
        )
        isFirstRound = false
        tellTokenDays(at)
        if state == .polling { fillQueue(at) }
    }

    /// Puts the paths that are due into the queue of the running round.
    mutating func fillQueue(_ at: Moment) {
        guard let running = round else { return }
        let due = plan.due(facts, isQuiet: running.isQuiet, monotonicSeconds: at.monotonicSeconds)
        let queue = due.filter { !running.asked.contains($0) && !isResting($0, at) }
        round?.queue = queue
    }

    /// Returns when the next round begins, by the monotonic clock.
    func nextMark(_ at: Moment) -> Double {
        at.monotonicSeconds
            + plan.secondsToMark(
                gatewaySeconds: clock.gatewaySeconds(at),
                sinceStart: lastRoundStart.map { at.monotonicSeconds - $0 }
            )
    }

    private mutating func endRound(_ at: Moment) {
        guard let ended = round else { return }
        round = nil
        counts.rounds += 1
        if case .refused = state {
            // What answers is not the gateway.
        } else {
            settle(ended, at)
        }
        if state == .polling, !ended.isQuiet {
            let resting = Set(GatewayPath.plan.indices.filter { isResting($0, at) })
            endedFullSetUTCSeconds = plan.endFullSet(resting: resting).map { Int64(bounded: $0.utcSeconds) }
        }
        actions.append(.roundEnded)
        nextRound = nextMark(at)
    }

    private mutating func settle(_ ended: PollRound, _ at: Moment) {
        if ended.hasAnswer {
            (isSilent, silentRounds) = (false, 0)
            say(.answered)
            if !ended.isQuiet { settleFailures(ended, at) }
            return
        }
        if ended.failureCount > 0 {
            isSilent = true
            if !ended.isQuiet { silentRounds += 1 }
        }
        if isSilent {
            let since = at.utcSeconds - (at.monotonicSeconds - lastAnswer)
            say(.unreachable(sinceUTCSeconds: Int64(bounded: since), hasRoute: hasRoute))
        }
        switch state {
        case .probing, .authenticating, .polling:
            guard silentRounds >= GatewaySession.mostSilentRounds else { return }
            state = .backingOff
            login = nil
            backOff = BackOff()
            retryAt = at.monotonicSeconds + backOff.next(&jitter)
        case .backingOff:
            guard ended.failureCount > 0 else { return }
            retryAt = at.monotonicSeconds + backOff.next(&jitter)
        case .tokenDead, .refused: return
        }
    }

    /// Rounds without any reply behind which the gateway counts as gone.
    private static let mostSilentRounds = 3

    /// Failures count where the gateway answered something: else it is not the path that is sick.
    private mutating func settleFailures(_ ended: PollRound, _ at: Moment) {
        var failedGroups: Set<GatewayPath.Group> = []
        for (index, isReset) in ended.failures {
            let group = GatewayPath.plan[index].group
            health[index].failures += 1
            health[index].breaker.fail(at: at.monotonicSeconds)
            if !ended.answeredGroups.contains(group), group != .info { failedGroups.insert(group) }
            health[index].resets = isReset ? health[index].resets + 1 : 0
            if health[index].resets >= PathHealth.mostResets {
                health[index].resets = 0
                stop(index, reason: "it resets the connection", at)
            }
        }
        for group in failedGroups { groups[group.rawValue].fail(at: at.monotonicSeconds) }
    }

    /// Stops a path for a day and says so.
    mutating func stop(_ index: Int, reason: String, _ at: Moment) {
        health[index].stoppedUntil = at.monotonicSeconds + PathHealth.day
        say(.pathStopped(path: GatewayPath.plan[index].path, reason: reason))
    }
}
