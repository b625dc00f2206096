// Where the mock listens: host and port in numbers, and the socket there.

import Foundation

/// A place to listen at.
package struct MockAddress: Equatable, Sendable {
    /// In numbers, or `localhost`.
    package let host: String
    /// 0 for any that is free.
    package let port: UInt16

    /// Reads `127.0.0.1:8443` or `[::1]:0`.
    package init(parsing text: String) throws(MockServerError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw .badAddress(text)
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, host.allSatisfy({ $0.isHexDigit || ".:".contains($0) }) || host == "localhost"
        else {
            throw .badAddress(text)
        }
        (self.host, self.port) = (host == "localhost" ? "127.0.0.1" : String(host), port)
    }

    private init(host: String, port: UInt16) { (self.host, self.port) = (host, port) }

    /// As it stands in an address of the web.
    package var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Begins to listen; returns the socket, and where it is with the port that it got.
    func listen() throws(MockServerError) -> (socket: Int32, address: MockAddress) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = MockAddress.stream
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0, let found = list else {
            throw .badAddress(text)
        }
        defer { freeaddrinfo(list) }
        let socket = socket(found.pointee.ai_family, found.pointee.ai_socktype, found.pointee.ai_protocol)
        guard socket >= 0 else { throw .cannotListen(text, code: errno) }
        var one: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        guard bind(socket, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0,
            Foundation.listen(socket, 64) == 0
        else {
            let code = errno
            close(socket)
            throw .cannotListen(text, code: code)
        }
        return (socket, MockAddress(host: host, port: MockAddress.port(of: socket)))
    }

    private static var stream: Int32 {
        #if canImport(Darwin)
            SOCK_STREAM
        #else
            Int32(SOCK_STREAM.rawValue)
        #endif
    }

    private static func port(of socket: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        guard code == 0 else { return 0 }
        // The port lies at the same place for both families.
        return withUnsafeBytes(of: &storage) { UInt16($0[2]) << 8 | UInt16($0[3]) }
    }
}
