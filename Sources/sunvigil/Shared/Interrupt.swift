// Ctrl-C and the end of a session: what is being done is left in order, then the program ends.

import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Set by a signal, read between two documents or sites.
nonisolated(unsafe) private var isAsked: sig_atomic_t = 0
/// When it was set, seconds.
nonisolated(unsafe) private var askedAt: time_t = 0

/// Asks to stop that come as signals.
enum Interrupt {
    /// Tells whether somebody asked to stop.
    static var isRaised: Bool { isAsked != 0 }

    /// Takes the next Ctrl-C, or the end of the session, as a wish to stop in order; the one after it ends at once.
    static func listen() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // What the caller wants to be ignored stays ignored.
            if let before = signal(number, stop), unsafeBitCast(before, to: Int.self) == 1 {
                signal(number, SIG_IGN)
            }
        }
        // Some callers hand their own blocks on, by mistake: whoever runs this could then end it by force only.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        sigprocmask(SIG_UNBLOCK, &signals, nil)
    }

    private static let stop: @convention(c) (Int32) -> Void = { number in
        if isAsked != 0 {
            // A terminal and what runs the program may both pass one wish on.
            guard time(nil) - askedAt > 1 else { return }
            signal(number, SIG_DFL)
            raise(number)
            return
        }
        askedAt = time(nil)
        isAsked = 1
        let text: StaticString = "\nstopping; once more ends at once\n"
        _ = write(2, text.utf8Start, text.utf8CodeUnitCount)
    }
}
