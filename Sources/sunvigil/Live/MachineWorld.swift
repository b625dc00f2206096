// The world of a watch as this machine has it: its clocks, libcurl, and the time it sleeps.

import Collect
import Foundation
import Readings
import Station
import Transfer

#if canImport(Glibc)
    import Glibc
#endif

/// This machine, for a watch.
enum MachineWorld {
    /// Returns the world of a watch.
    ///
    /// - Parameters:
    ///   - pretended: a clock that runs otherwise, for a played gateway; nil for this machine's. By it nothing is sent.
    ///   - messages: sends messages beside the watch.
    ///   - tell: is told what goes on.
    /// - Throws: `GatewayError` where there is no libcurl.
    static func world(
        _ pretended: PretendedClock?,
        messages: NotifyChild,
        tell: @escaping (WatchNews) -> Void
    ) throws -> WatchWorld {
        let transfer: Transfer
        do { transfer = try Transfer() } catch { throw GatewayError.unreachable(host: "no gateway", error) }
        transfer.isStopped = { Interrupt.isRaised }
        return WatchWorld(
            now: { pretended?.now ?? now },
            wait: { wait($0 / (pretended?.speed ?? 1)) },
            send: { exchange in
                var exchange = exchange
                let total = exchange.limits.totalSeconds
                // However fast the played time runs, an answer takes this machine some of its own.
                exchange.limits.totalSeconds = max(total / (pretended?.speed ?? 1), min(total, 1))
                return Result { () throws(TransferFailure) in try transfer.perform(exchange) }
            },
            close: { transfer.close() },
            isClockSynchronised: { pretended == nil ? isSynchronised : nil },
            isStopped: { Interrupt.isRaised },
            isAlive: { ServiceNotice.tell("WATCHDOG=1") },
            isPretended: pretended != nil,
            notify: { if pretended == nil { messages.start(isWell: $0) } },
            tell: tell,
            variables: ProcessInfo.processInfo.environment,
            seed: UInt64(getpid())
        )
    }

    /// A line to a gateway, for a verb that asks once.
    static func line(_ address: GatewayAddress) throws(GatewayError) -> GatewayLine {
        do {
            let transfer = try Transfer()
            return GatewayLine(
                address,
                send: { exchange in Result { () throws(TransferFailure) in try transfer.perform(exchange) } },
                close: { transfer.close() }
            )
        } catch {
            throw .unreachable(host: address.host, error)
        }
    }

    /// The time by both clocks.
    static var now: Moment {
        var time = timespec()
        #if os(Linux)
            // It goes on while the machine sleeps.
            clock_gettime(CLOCK_BOOTTIME, &time)
        #else
            clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        return Moment(
            monotonicSeconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9,
            utcSeconds: Double(StoreOptions.environment.nowMicroseconds()) / 1e6
        )
    }

    /// Sleeps; a signal wakes it.
    private static func wait(_ seconds: Double) {
        guard seconds > 0 else { return }
        poll(nil, 0, Int32(min(seconds * 1000, 60_000).rounded(.up)))
    }

    /// What the kernel says of the clock, adjtimex(2); nil where it is not to be asked.
    private static var isSynchronised: Bool? {
        #if os(Linux)
            // A service that may not touch the clock may not ask the kernel either; systemd's own word it may read.
            if access("/run/systemd/timesync/synchronized", F_OK) == 0 { return true }
            // Swift's C library does not declare it. A state that is all zero asks and sets nothing.
            typealias Adjust = @convention(c) (UnsafeMutableRawPointer) -> Int32
            guard let symbol = dlsym(nil, "adjtimex") else { return nil }
            let adjust = unsafeBitCast(symbol, to: Adjust.self)
            var state = [UInt64](repeating: 0, count: 64)
            let answer = state.withUnsafeMutableBytes { bytes in bytes.baseAddress.map { adjust($0) } ?? -1 }
            return answer < 0 ? nil : answer != notSynchronised
        #else
            return nil
        #endif
    }

    /// `TIME_ERROR` of adjtimex(2).
    private static let notSynchronised: Int32 = 5
}

/// A clock for trying: it begins at a time of its own and runs faster.
struct PretendedClock {
    /// Seconds UTC at which it began.
    let startUTCSeconds: Double
    /// How many of its seconds pass in one.
    let speed: Double
    private let began = MachineWorld.now.monotonicSeconds

    init(startUTCSeconds: Double, speed: Double) {
        (self.startUTCSeconds, self.speed) = (startUTCSeconds, speed)
    }

    /// Its time.
    var now: Moment {
        let passed = (MachineWorld.now.monotonicSeconds - began) * speed
        return Moment(monotonicSeconds: began + passed, utcSeconds: startUTCSeconds + passed)
    }
}
