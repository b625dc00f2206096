// Sends messages beside a watch that goes on: this program once more, as `sunvigil notify`, so that no round waits for a server.

import Foundation
import Transfer

/// Sending beside a watch. A class with a lock: the watch asks, a thread waits for what it started.
final class NotifyChild: @unchecked Sendable {
    private let store: String
    private let lock = NSLock()
    private var isRunning = false
    /// It was asked for once more meanwhile.
    private var isWantedAgain = false
    private var isWell = false

    /// Messages take a minute at most, starting and keeping a little.
    private static let seconds = 120.0

    /// Sends the messages of a store.
    init(store: String) { self.store = store }

    /// Waits until it is done, where it was asked for: whoever ends at once would end it.
    func finish() {
        while lock.withLock({ isRunning }) { usleep(50_000) }
    }

    /// Sees to it that what is due is sent, and does not wait for it.
    ///
    /// - Parameter isWell: the watch is well: its sign of life is given too.
    func start(isWell: Bool) {
        lock.lock()
        defer { lock.unlock() }
        self.isWell = self.isWell || isWell
        if isRunning {
            isWantedAgain = true
            return
        }
        isRunning = true
        let thread = Thread { [self] in while run() {} }
        thread.stackSize = 1 << 19
        thread.start()
    }

    /// Runs it once.
    ///
    /// - Returns: whether it is to run once more.
    private func run() -> Bool {
        let gives = lock.withLock {
            defer { isWell = false }
            return isWell
        }
        var program = ProgramRun(
            [NotifyChild.path, "notify", "--store", store] + (gives ? ["--watching"] : [])
        )
        program.variables = ProcessInfo.processInfo.environment
        // It is no service of its own.
        program.variables["NOTIFY_SOCKET"] = nil
        program.variables["WATCHDOG_USEC"] = nil
        program.seconds = NotifyChild.seconds
        let outcome = program.run()
        for line in String(decoding: outcome?.errors ?? [], as: UTF8.self).split(separator: "\n") {
            Console.error(String(line))
        }
        if outcome == nil {
            Console.error("sunvigil: messages cannot be sent: this program cannot be started again")
        }
        lock.lock()
        defer { lock.unlock() }
        isRunning = isWantedAgain
        isWantedAgain = false
        return isRunning
    }

    /// This program.
    private static var path: String {
        #if os(Linux)
            // Also where a newer one lies in its place by now.
            "/proc/self/exe"
        #else
            Bundle.main.executablePath ?? CommandLine.arguments[0]
        #endif
    }
}
