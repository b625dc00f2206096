// One accepted connection, in clear text or over TLS: bytes in, bytes out, an orderly end or a reset.

import CTLS
import Foundation

/// Why the mock cannot serve.
package enum MockServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// This machine has no libssl; the name of the package that holds it.
    case libraryMissing(package: String)
    /// A key could not be made.
    case noKey
    case badAddress(String)
    case cannotListen(String, code: Int32)

    package var description: String {
        switch self {
        case .libraryMissing(let package):
            "this machine has no libssl: install the package \(package), or serve clear text with --plain"
        case .noKey: "libssl made no key"
        case .badAddress(let text): "an address is HOST:PORT, as 127.0.0.1:8443 or [::1]:0, not \(text)"
        case .cannotListen(let text, let code): "cannot listen on \(text): \(String(cString: strerror(code)))"
        }
    }
}

/// A key with its certificate. A class, because libssl owns what it holds; libssl lets any thread accept with it.
final class MockKey: @unchecked Sendable {
    private let server: OpaquePointer
    /// The public key, `sha256//` and the base64 of its SHA-256.
    let pin: String

    init(name: String) throws(MockServerError) {
        guard tls_load() == 0 else { throw .libraryMissing(package: "libssl3") }
        guard let server = tls_server_create(name) else { throw .noKey }
        self.server = server
        var text = [CChar](repeating: 0, count: 64)
        guard tls_server_pin(server, &text, 64) == 0 else { throw .noKey }
        pin = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { tls_server_free(server) }

    fileprivate func accept(_ descriptor: Int32) -> OpaquePointer? { tls_accept(server, descriptor) }
}

/// A connection. A class, because it ends once; one thread uses it, any may wake it.
final class MockChannel: @unchecked Sendable {
    private let descriptor: Int32
    private var secure: OpaquePointer?
    private var key: MockKey?
    private var hasEnded = false
    private let lock = NSLock()

    init(_ descriptor: Int32, idleSeconds: Int, sendSeconds: Int) {
        self.descriptor = descriptor
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        #if canImport(Darwin)
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &one, 4)
        #endif
        var idle = timeval(tv_sec: idleSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &idle, socklen_t(MemoryLayout<timeval>.size))
        var send = timeval(tv_sec: sendSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &send, socklen_t(MemoryLayout<timeval>.size))
    }

    /// It speaks TLS.
    var isSecure: Bool { secure != nil }

    /// Begins TLS where the client's first byte does; a client that speaks plainly is taken as it is.
    ///
    /// - Returns: false where neither came about.
    func begin(_ key: MockKey) -> Bool {
        var first: UInt8 = 0
        guard recv(descriptor, &first, 1, Int32(MSG_PEEK)) == 1 else { return false }
        guard first == 0x16 else { return true }
        secure = key.accept(descriptor)
        self.key = key
        return secure != nil
    }

    /// Reads what is there, waiting for the first byte; nil at the end and for a failure.
    func read(most count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let read = bytes.withUnsafeMutableBytes { buffer in
            if let secure { return Int(tls_read(secure, buffer.baseAddress, Int32(count))) }
            return recv(descriptor, buffer.baseAddress, count, 0)
        }
        return read > 0 ? Array(bytes[..<read]) : nil
    }

    /// Writes all bytes; false where the client takes them no longer.
    func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var place = 0
            while place < buffer.count, let base = buffer.baseAddress {
                let count = min(buffer.count - place, 1 << 16)
                let written =
                    if let secure { Int(tls_write(secure, base + place, Int32(count))) } else {
                        send(descriptor, base + place, count, 0)
                    }
                guard written > 0 else { return false }
                place += written
            }
            return true
        }
    }

    /// Tells whether the client has gone, without waiting.
    var hasLeft: Bool {
        var one: UInt8 = 0
        let peeked = recv(descriptor, &one, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
    }

    /// Wakes whoever waits for it; from any thread.
    func wake() {
        lock.withLock { if !hasEnded { _ = shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }

    /// Ends it in order.
    func end() {
        guard !lock.withLock({ hasEnded }) else { return }
        if let secure { tls_end(secure) }
        secure = nil
        shutdown(descriptor, Int32(SHUT_WR))
        // What the client still says would turn the end into a reset.
        var idle = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &idle, socklen_t(MemoryLayout<timeval>.size))
        var rest = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<16 where recv(descriptor, &rest, rest.count, 0) <= 0 { break }
        shut()
    }

    /// Resets it.
    func reset() {
        guard !lock.withLock({ hasEnded }) else { return }
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        if let secure { tls_drop(secure) }
        secure = nil
        shut()
    }

    /// After this the number of the descriptor may be another's.
    private func shut() {
        lock.withLock {
            hasEnded = true
            _ = close(descriptor)
        }
    }
}
