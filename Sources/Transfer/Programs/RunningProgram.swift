// A program while it runs: its pipes, its time, its end.

import CTransfer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that was started. Whoever has it calls `finish` once.
struct RunningProgram {
    /// For what a program left behind: others may hold its pipes, and it may heed SIGTERM.
    private static let leftBehind = Duration.milliseconds(500)
    private static let mercy = Duration.seconds(2)
    private static let lookMilliseconds: Int32 = 20
    private static let pieceBytes = 65_536

    private let process: pid_t
    private let run: ProgramRun
    private let deadline: ContinuousClock.Instant
    private var sentCount = 0
    /// Our ends; -1 once closed.
    private var input, output, errors: Int32
    private var outcome = ProgramRun.Outcome(status: 0, output: [], errors: [], isTimedOut: false)

    /// Takes over a program and our ends of its pipes.
    init(process: pid_t, run: ProgramRun, ends: ProgramEnds) {
        (self.process, self.run) = (process, run)
        (input, output, errors) = (ends.input, ends.output, ends.errors)
        deadline = .now + .seconds(min(max(run.seconds, 0), 86_400))
    }

    /// Feeds it, hears it and waits for its end.
    mutating func finish() -> ProgramRun.Outcome {
        var signal = transfer_pipe_signal()
        transfer_hold_pipe_signal(&signal)
        defer { transfer_release_pipe_signal(&signal) }
        if !follow(until: deadline, leftBehind: RunningProgram.leftBehind) {
            outcome.isTimedOut = true
            // It is not waited for yet, so that the group's number is still its own.
            kill(-process, SIGTERM)
            _ = follow(until: .now + RunningProgram.mercy, leftBehind: RunningProgram.mercy)
            kill(-process, SIGKILL)
        }
        for end in [input, output, errors] where end >= 0 { close(end) }
        outcome.status = status()
        return outcome
    }

    /// Moves bytes until it has ended and its pipes are closed, or are held by others for long. Returns whether that came in time.
    private mutating func follow(until deadline: ContinuousClock.Instant, leftBehind: Duration) -> Bool {
        var endedAt: ContinuousClock.Instant?
        while true {
            let now = ContinuousClock.now
            if endedAt == nil, hasEnded { endedAt = now }
            if let endedAt, output < 0 && errors < 0 || endedAt + leftBehind < now {
                return true
            }
            if now >= deadline { return endedAt != nil }
            move()
        }
    }

    /// Waits a moment for what can be moved and moves it.
    private mutating func move() {
        var wishes = [
            pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&wishes, nfds_t(wishes.count), RunningProgram.lookMilliseconds) > 0 else { return }
        if wishes[0].revents != 0 { feed() }
        if wishes[1].revents != 0 { RunningProgram.hear(&output, &outcome.output, most: run.mostBytes) }
        if wishes[2].revents != 0 { RunningProgram.hear(&errors, &outcome.errors, most: run.mostBytes) }
    }

    private mutating func feed() {
        let count = run.input.withUnsafeBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[sentCount...])
            return rest.isEmpty ? 0 : write(input, rest.baseAddress, rest.count)
        }
        if count < 0 && [EAGAIN, EINTR].contains(errno) { return }
        if count > 0 { sentCount += count }
        // It has all, or wants no more.
        if count <= 0 || sentCount == run.input.count {
            close(input)
            input = -1
        }
    }

    /// Takes a piece from an end and keeps what there is room for.
    private static func hear(_ end: inout Int32, _ kept: inout [UInt8], most: Int) {
        var piece = [UInt8](repeating: 0, count: pieceBytes)
        let count = read(end, &piece, piece.count)
        if count < 0 && [EAGAIN, EINTR].contains(errno) { return }
        if count > 0 { return kept += piece[..<min(count, max(most - kept.count, 0))] }
        close(end)
        end = -1
    }

    /// Tells whether it has ended, and leaves it to be waited for.
    private var hasEnded: Bool {
        var info = siginfo_t()
        let code = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
        return code != 0 && errno != EINTR || code == 0 && info.si_signo != 0
    }

    private func status() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            // Whoever ignores SIGCHLD learns no status.
            if errno != EINTR { return -1 }
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }
}
