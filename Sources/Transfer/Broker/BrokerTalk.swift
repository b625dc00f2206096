// One talk with a broker, step by step: whoever waits, waits here, and no longer than is allowed.

import CMosquitto
import CTransfer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A talk.
struct BrokerTalk {
    /// While something waits to be written, as it does until TLS is settled, a look at it so often.
    private static let briskMilliseconds: Int32 = 10
    private static let calmMilliseconds: Int32 = 100
    /// For a farewell, once the broker has everything.
    private static let farewell = Duration.seconds(1)

    let client: BrokerClient
    let exchange: BrokerExchange
    /// When there must be a connection.
    let connectBy: ContinuousClock.Instant
    /// When all must be done.
    let endBy: ContinuousClock.Instant
    let isStopped: () -> Bool

    private var events: BrokerEvents { client.events }

    /// Connects, without a word yet.
    ///
    /// - Returns: false where an address of IPv6 did not answer: IPv4 may.
    func connect(from: String?) throws(TransferFailure) -> Bool {
        let begun = held { client.connect(host: exchange.host, port: exchange.port, from: from) }
        switch Int(begun.code) {
        case MOSQ_ERR_SUCCESS, MOSQ_ERR_CONN_PENDING: break
        case MOSQ_ERR_EAI:
            throw RouteJudgement.isMachineAlone() ? .cannotConnect(hasRoute: false) : .unknownHost
        case MOSQ_ERR_ERRNO: throw unconnected(begun.systemError)
        default: throw failure(begun.code)
        }
        let descriptor = client.descriptor
        let isRetried =
            from == nil && BrokerTalk.isSix(descriptor) && !RouteJudgement.isNumeric(exchange.host[...])
        while !BrokerTalk.isReady(descriptor, events: POLLOUT, milliseconds: BrokerTalk.calmMilliseconds) {
            if isStopped() { throw .stopped }
            guard ContinuousClock.now < connectBy else {
                if isRetried { return false }
                throw .timedOut
            }
        }
        var systemError: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &systemError, &size)
        if systemError == 0 { return true }
        if isRetried { return false }
        switch systemError {
        case ETIMEDOUT: throw .timedOut
        // There was a connection, and it is gone.
        case ECONNRESET, EPIPE, ECONNABORTED: throw .reset
        default: throw unconnected(systemError)
        }
    }

    /// Publishes everything and leaves.
    func publish() throws(TransferFailure) {
        var isHandedOver = false
        while !isHandedOver || !events.pending.isEmpty {
            switch events.answer {
            case nil: break
            case 0 where !isHandedOver:
                for message in exchange.messages {
                    let code = held { client.publish(message.topic, message.payload) }
                    if code != MOSQ_ERR_SUCCESS { throw failure(code) }
                }
                isHandedOver = true
                // Nothing to say, or all of it said already.
                if events.pending.isEmpty { continue }
            case 0: break
            case .some(let code): throw .refused(code: code)
            }
            try step()
        }
        leave()
    }

    /// Waits for what comes, and sends what waits.
    private func step() throws(TransferFailure) {
        if isStopped() { throw .stopped }
        guard ContinuousClock.now < endBy else { throw .timedOut }
        let patience = client.wantsWrite ? BrokerTalk.briskMilliseconds : BrokerTalk.calmMilliseconds
        if BrokerTalk.isReady(client.descriptor, events: POLLIN, milliseconds: patience) {
            // The library takes some ends for a reason to wait on.
            if let end = end() { throw end }
            try check(held { client.read() })
        }
        if client.wantsWrite { try check(held { client.write() }) }
        try check(held { client.keep() })
    }

    /// Tells that the broker is gone; nil where bytes of its wait.
    private func end() -> TransferFailure? {
        var byte: UInt8 = 0
        let count = recv(client.descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        if count == 0 { return gone }
        return count < 0 && [ECONNRESET, EPIPE, EBADF].contains(errno)
            ? (errno == EBADF ? gone : .reset) : nil
    }

    private func leave() {
        let patience = ContinuousClock.now + BrokerTalk.farewell
        _ = held { client.leave() }
        while client.descriptor >= 0, client.wantsWrite, ContinuousClock.now < patience {
            _ = BrokerTalk.isReady(
                client.descriptor,
                events: POLLOUT,
                milliseconds: BrokerTalk.briskMilliseconds
            )
            if held({ client.write() }) != MOSQ_ERR_SUCCESS { return }
        }
    }

    // MARK: What went wrong

    private func check(_ code: Int32) throws(TransferFailure) {
        if code != MOSQ_ERR_SUCCESS { throw failure(code) }
    }

    private func failure(_ code: Int32) -> TransferFailure {
        if let answer = events.answer, answer > 0 { return .refused(code: answer) }
        if let tlsError = events.tlsError { return .noTLS(code: tlsError) }
        switch Int(code) {
        case MOSQ_ERR_TLS: return .noTLS(code: Int(CURLE_SSL_CONNECT_ERROR))
        case MOSQ_ERR_NO_CONN, MOSQ_ERR_CONN_LOST, MOSQ_ERR_ERRNO: return gone
        case MOSQ_ERR_PROTOCOL, MOSQ_ERR_CONN_REFUSED, MOSQ_ERR_MALFORMED_PACKET: return .badHeader
        case MOSQ_ERR_NOMEM: return .other(code: Int(CURLE_OUT_OF_MEMORY))
        case MOSQ_ERR_INVAL: return .other(code: Int(CURLE_BAD_FUNCTION_ARGUMENT))
        default: return .other(code: Int(CURLE_RECV_ERROR))
        }
    }

    private var gone: TransferFailure {
        if let tlsError = events.tlsError { return .noTLS(code: tlsError) }
        return events.answer == nil ? .noReply : .cut
    }

    private func unconnected(_ systemError: Int32) -> TransferFailure {
        let route = RouteJudgement(
            systemError: systemError,
            isNumeric: RouteJudgement.isNumeric(exchange.host[...]),
            isAlone: RouteJudgement.isMachineAlone()
        )
        return .cannotConnect(hasRoute: route.hasRoute)
    }

    // MARK: The system

    /// Holds SIGPIPE off while the library writes.
    private func held<Result>(_ act: () -> Result) -> Result {
        var signal = transfer_pipe_signal()
        transfer_hold_pipe_signal(&signal)
        defer { transfer_release_pipe_signal(&signal) }
        return act()
    }

    private static func isReady(_ descriptor: Int32, events: Int32, milliseconds: Int32) -> Bool {
        var wish = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&wish, 1, milliseconds) > 0
    }

    private static func isSix(_ descriptor: Int32) -> Bool {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isTold = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size) == 0
            }
        }
        return isTold && Int32(address.ss_family) == AF_INET6
    }
}
