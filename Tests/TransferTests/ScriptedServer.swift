// A server on the loopback that misbehaves as it is told: bytes at the wrong time, too many, none. It understands no HTTP but
// where a request ends.

import Foundation

#if canImport(Glibc)
    import Glibc
    private let streamKind = Int32(SOCK_STREAM.rawValue)
    private let quietly = Int32(MSG_NOSIGNAL)
#elseif canImport(Darwin)
    import Darwin
    private let streamKind = SOCK_STREAM
    private let quietly: Int32 = 0
#endif

/// A server with a script for each connection. A class, because its socket is closed once.
final class ScriptedServer: Sendable {
    /// What it does next on a connection; behind the last it closes.
    enum Step: Sendable {
        /// Waits for a whole request.
        case read
        /// Sends bytes.
        case send([UInt8])
        /// Sends bytes one by one, a tenth of a second apart.
        case drip([UInt8])
        /// Sends the same bytes again and again, until the other side goes.
        case flood([UInt8])
        /// Does nothing until the other side goes.
        case hold
        /// Ends the connection by a reset.
        case reset

        /// Sends text.
        static func text(_ text: String) -> Step { .send(Array(text.utf8)) }
    }

    /// The port.
    let port: Int
    private let listener: Int32
    private let log = Log()
    private let life = Life()
    private let patienceMilliseconds: Int32 = 5000

    /// What was asked.
    private final class Log: @unchecked Sendable {
        // Unchecked: everything is behind the lock.
        private let lock = NSLock()
        private var texts: [String] = []

        func append(_ text: String) { lock.withLock { texts.append(text) } }
        var all: [String] { lock.withLock { texts } }
    }

    /// Whether the socket is still its own: a number of a closed one belongs to another server soon.
    private final class Life: @unchecked Sendable {
        // Unchecked: everything is behind the lock.
        private let lock = NSLock()
        private var isOver = false

        func end(_ listener: Int32) {
            lock.withLock {
                isOver = true
                close(listener)
            }
        }

        func refuse(_ listener: Int32) {
            lock.withLock { if !isOver { shutdown(listener, Int32(SHUT_RDWR)) } }
        }
    }

    /// Starts listening; the connections that come follow their scripts, each in its turn.
    convenience init(_ scripts: [Step]...) { self.init(queueLength: 8, scripts: scripts) }

    /// Starts listening, with so many connections that may wait; nil scripts take none of them.
    init(queueLength: Int32, scripts: [[Step]]? = nil) {
        let listener = socket(AF_INET, streamKind, 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener, $0, size) == 0 && listen(listener, queueLength) == 0, "no socket")
                getsockname(listener, $0, &size)
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard let scripts else { return }
        Thread.detachNewThread { [self] in
            defer { life.end(listener) }
            for script in scripts {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                follow(script, on: connection)
                close(connection)
            }
        }
    }

    /// Ends listening; what is not answered by then is refused.
    func stop() { life.refuse(listener) }

    /// Fills the queue with connections that wait. Who calls closes them.
    func fill() -> [Int32] {
        (0..<4).map { _ in
            let filler = socket(AF_INET, streamKind, 0)
            _ = fcntl(filler, F_SETFL, O_NONBLOCK)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(port)).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(filler, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return filler
        }
    }

    /// The address of a path.
    func url(_ path: String = "") -> String { "http://127.0.0.1:\(port)/\(path)" }

    /// The requests so far, head and body.
    var requests: [String] { log.all }
    /// The first request; empty for none.
    var first: String { log.all.first ?? "" }
    /// The newest request; empty for none.
    var last: String { log.all.last ?? "" }

    private func follow(_ script: [Step], on connection: Int32) {
        #if canImport(Darwin)
            var on: Int32 = 1
            setsockopt(connection, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #endif
        for step in script {
            switch step {
            case .read: guard let text = request(on: connection) else { return }; log.append(text)
            case .send(let bytes): guard put(bytes, on: connection) else { return }
            case .drip(let bytes):
                for byte in bytes {
                    guard put([byte], on: connection), !isLeft(connection) else {
                        return
                    }
                }
            case .flood(let bytes): while put(bytes, on: connection) {}
            case .hold: while takePiece(on: connection) != nil {}
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    connection,
                    SOL_SOCKET,
                    SO_LINGER,
                    &linger,
                    socklen_t(MemoryLayout.size(ofValue: linger))
                )
                return
            }
        }
    }

    /// Lets a tenth of a second pass, and tells whether the other side went.
    private func isLeft(_ connection: Int32) -> Bool { waitForBytes(on: connection, milliseconds: 100) }

    /// Tells whether bytes, or the end, came in time.
    private func waitForBytes(on connection: Int32, milliseconds: Int32) -> Bool {
        var wish = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        return poll(&wish, 1, milliseconds) > 0
    }

    private func put(_ bytes: [UInt8], on connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glue.send($0, on: connection) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Reads what is there; nil behind the end, or where nothing came in time.
    private func takePiece(on connection: Int32) -> ArraySlice<UInt8>? {
        guard waitForBytes(on: connection, milliseconds: patienceMilliseconds) else { return nil }
        var piece = [UInt8](repeating: 0, count: 65536)
        let count = recv(connection, &piece, piece.count, 0)
        return count > 0 ? piece[..<count] : nil
    }

    /// Reads a head and as many bytes as it announces.
    private func request(on connection: Int32) -> String? {
        var bytes: [UInt8] = []
        var wholeCount: Int?
        while wholeCount.map({ bytes.count < $0 }) ?? true {
            guard let piece = takePiece(on: connection) else { return nil }
            bytes += piece
            guard wholeCount == nil else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let announced = text.firstMatch(of: /Content-Length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
                wholeCount = text[..<end.upperBound].utf8.count + announced
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The system's call, whose name is that of a step.
private enum Glue {
    static func send(_ bytes: UnsafeRawBufferPointer, on connection: Int32) -> Int {
        #if canImport(Glibc)
            Glibc.send(connection, bytes.baseAddress, bytes.count, quietly)
        #else
            Darwin.send(connection, bytes.baseAddress, bytes.count, quietly)
        #endif
    }
}

extension ScriptedServer {
    /// A whole answer.
    static func answer(_ body: String, status: String = "200 OK", headers: String = "") -> Step {
        .text("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
}
