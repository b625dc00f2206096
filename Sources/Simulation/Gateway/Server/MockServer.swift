// A mock gateway on a socket: one thread accepts, one thread a connection answers. What is answered is MockGateway's, how it
// becomes bytes MockWire's.

import Foundation

/// Serves a mock gateway. A class, because its threads share it; all that changes lies behind its lock.
package final class MockServer: @unchecked Sendable {
    /// Where it listens.
    package let address: MockAddress
    /// The pin of its key; nil in clear text.
    package let pin: String?
    /// The token to ask with.
    package let token: String
    private let keys: [MockKey]
    private let clock: @Sendable () -> Double
    private let note: @Sendable (MockLogLine) -> Void

    private let condition = NSCondition()
    private var gateway: MockGateway
    private var listener: Int32
    private var channels: [Int: MockChannel] = [:]
    private var threads: [Int: MockThread] = [:]
    private var acceptor: MockThread?
    private var nextNumber = 0
    private var isStopping = false

    private static let mostConnections = 64

    /// Begins to listen, without answering yet.
    ///
    /// - Parameters:
    ///   - clock: the time that is played, seconds UTC; called from any thread, never going back.
    ///   - note: is told of each answer, one at a time.
    /// - Throws: where nothing can listen there, or TLS is wanted and this machine has none.
    package init(
        _ gateway: MockGateway,
        at address: MockAddress,
        clock: @escaping @Sendable () -> Double,
        note: @escaping @Sendable (MockLogLine) -> Void = { _ in }
    ) throws(MockServerError) {
        (self.gateway, self.clock, self.note) = (gateway, clock, note)
        keys =
            gateway.mayBeSecure
            ? [try MockKey(name: gateway.serial), try MockKey(name: gateway.serial)] : []
        pin = gateway.isSecure(at: clock()) ? keys.first?.pin : nil
        token = gateway.token
        (listener, self.address) = try address.listen()
    }

    /// The address as a client writes it.
    package var url: String { "\(pin == nil ? "http" : "https")://\(address.text)" }

    /// Begins to answer.
    package func start() {
        let thread = MockThread { [self] in acceptAll() }
        condition.withLock { acceptor = thread }
        thread.start()
    }

    /// Ends all connections and returns when all threads have ended.
    package func stop() {
        let acceptor = condition.withLock {
            isStopping = true
            condition.broadcast()
            return self.acceptor
        }
        acceptor?.join()
        let (channels, threads) = condition.withLock { (self.channels.values, self.threads.values) }
        for channel in channels { channel.wake() }
        for thread in threads { thread.join() }
        condition.withLock {
            if listener >= 0 { close(listener) }
            listener = -1
        }
    }

    // MARK: Accepting

    private func acceptAll() {
        while !condition.withLock({ isStopping }) {
            let isOff = condition.withLock { gateway.isOff(at: clock()) }
            if isOff {
                if listener >= 0 { close(listener) }
                listener = -1
                for channel in condition.withLock({ channels.values }) { channel.wake() }
            } else if listener < 0 {
                listener = (try? address.listen().socket) ?? -1
            }
            guard listener >= 0 else {
                _ = pause(0.05)
                continue
            }
            var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 50) > 0 else { continue }
            let descriptor = accept(listener, nil, nil)
            if descriptor >= 0 { serve(descriptor) }
        }
    }

    private func serve(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let channel = MockChannel(descriptor, idleSeconds: 65, sendSeconds: 60)
        let number: Int? = condition.withLock {
            guard channels.count < MockServer.mostConnections else { return nil }
            nextNumber += 1
            channels[nextNumber] = channel
            return nextNumber
        }
        guard let number else { return channel.reset() }
        let thread = MockThread { [self] in
            MockConnection(server: self, channel: channel).run()
            condition.withLock {
                channels[number] = nil
                threads[number] = nil
            }
        }
        condition.withLock { threads[number] = thread }
        thread.start()
    }

    // MARK: For connections

    /// The key to show now; nil in clear text.
    var key: MockKey? {
        let now = clock()
        return condition.withLock {
            guard gateway.isSecure(at: now), keys.count > 1 else { return nil }
            return keys[gateway.hasOtherKey(at: now) ? 1 : 0]
        }
    }

    /// Answers a request.
    func answer(_ request: MockRequest) -> MockAnswer {
        condition.withLock {
            let answer = gateway.answer(request, utcSeconds: clock())
            if let line = gateway.log.last { note(line) }
            return answer
        }
    }

    /// Waits; false where the server ends meanwhile.
    func pause(_ seconds: Double) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        return condition.withLock {
            while !isStopping {
                let left = (end - ContinuousClock.now) / .seconds(1)
                guard left > 0 else { return true }
                // A change of the machine's clock must not lengthen the wait: it is looked at again.
                _ = condition.wait(until: Date(timeIntervalSinceNow: min(left, 0.5)))
            }
            return false
        }
    }
}

/// A thread that can be waited for. A class, because threads are.
final class MockThread: @unchecked Sendable {
    private let thread: Thread
    private let hasEnded = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> Void) {
        let hasEnded = hasEnded
        thread = Thread {
            MockThread.ignoreBrokenPipes()
            body()
            hasEnded.signal()
        }
        thread.stackSize = 1 << 20
    }

    func start() { thread.start() }

    /// Waits for its end; any number may.
    func join() {
        hasEnded.wait()
        hasEnded.signal()
    }

    /// A client that goes away is no reason to end the program.
    private static func ignoreBrokenPipes() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
