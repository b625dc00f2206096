// One connection of the mock: reads requests, answers them, and misbehaves as it is told.

import Foundation

/// Serves a connection.
struct MockConnection {
    let server: MockServer
    let channel: MockChannel

    /// A request must be whole after so many seconds.
    private static let mostRequestSeconds = 30.0
    /// Of a body that a client sends so much is read and thrown away.
    private static let mostBodyBytes = 1 << 20
    /// For which it is silent towards a client that waits on.
    private static let mostSilentSeconds = 3600.0
    /// A header without end ends here.
    private static let mostEndlessBytes = 1 << 30

    /// Answers until the connection ends.
    func run() {
        if let key = server.key, !channel.begin(key) { return channel.reset() }
        var buffer: [UInt8] = []
        while let head = head(&buffer) {
            guard skipBody(head, &buffer) else { break }
            guard send(server.answer(head.request), isLast: head.isLast) else { return }
        }
        channel.end()
    }

    /// Reads the next head; nil at the end, and where none comes, which is told to the client.
    private func head(_ buffer: inout [UInt8]) -> MockHead? {
        var end: ContinuousClock.Instant?
        do throws(MockHead.Fault) {
            while true {
                if let head = try MockHead(buffer, isSecure: channel.isSecure) {
                    buffer = head.rest
                    return head
                }
                guard let bytes = channel.read(most: 8192), ContinuousClock.now < end ?? .now + .seconds(1)
                else {
                    return nil
                }
                end = end ?? .now + .seconds(MockConnection.mostRequestSeconds)
                buffer += bytes
            }
        } catch {
            let reply = MockReply(
                error.rawValue,
                "text/html",
                text: "<html><body>\(error.rawValue)</body></html>\n"
            )
            _ = channel.write(MockWire.bytes(reply, isLast: true))
            return nil
        }
    }

    private func skipBody(_ head: MockHead, _ buffer: inout [UInt8]) -> Bool {
        var left = min(head.bodyCount, MockConnection.mostBodyBytes)
        let end = ContinuousClock.now + .seconds(MockConnection.mostRequestSeconds)
        while left > buffer.count {
            left -= buffer.count
            buffer = []
            guard ContinuousClock.now < end, let bytes = channel.read(most: 8192) else { return false }
            buffer = bytes
        }
        buffer.removeFirst(left)
        return true
    }

    /// Sends what is meant; true where the next request may come. Where not, the connection has ended.
    private func send(_ answer: MockAnswer, isLast: Bool) -> Bool {
        switch answer {
        case .reply(let reply): return finish(whole(reply, isLast), isLast: isLast || reply.isLast)
        case .stalled(let seconds, let reply):
            guard server.pause(seconds) else { break }
            return finish(whole(reply, isLast), isLast: isLast || reply.isLast)
        case .dripped(let seconds, let reply):
            let bytes = MockWire.bytes(reply, isLast: isLast || reply.isLast)
            let steps = max(1, min(bytes.count, Int(seconds * 4)))
            return finish(drip(bytes, steps: steps, seconds: seconds), isLast: isLast || reply.isLast)
        case .slow(let reply):
            let bytes = MockWire.bytes(reply, isLast: isLast || reply.isLast)
            let isWhole = drip(bytes, steps: bytes.count, seconds: Double(bytes.count))
            return finish(isWhole, isLast: isLast || reply.isLast)
        case .cut(let reply): return finish(channel.write(MockWire.half(reply, inChunk: false)), isLast: true)
        case .cutChunk(let reply):
            return finish(channel.write(MockWire.half(reply, inChunk: true)), isLast: true)
        case .reset(let reply):
            // The half arrives before the reset, which would overtake it.
            if channel.write(MockWire.half(reply, inChunk: false)) { _ = server.pause(0.1) }
        case .endlessHeader: endless()
        case .huge(let bytes): return finish(huge(bytes), isLast: isLast)
        case .unanswered: waitForEnd()
        case .refused: break
        }
        channel.reset()
        return false
    }

    private func whole(_ reply: MockReply, _ isLast: Bool) -> Bool {
        channel.write(MockWire.bytes(reply, isLast: isLast || reply.isLast))
    }

    private func finish(_ isWhole: Bool, isLast: Bool) -> Bool {
        if isWhole, !isLast { return true }
        channel.end()
        return false
    }

    private func drip(_ bytes: [UInt8], steps: Int, seconds: Double) -> Bool {
        for step in 0..<steps {
            guard server.pause(seconds / Double(steps)) else { return false }
            let (start, end) = (bytes.count * step / steps, bytes.count * (step + 1) / steps)
            guard channel.write(Array(bytes[start..<end])) else { return false }
        }
        return true
    }

    private func endless() {
        let line = "X-Endless: " + String(repeating: "a", count: 1000) + "\r\n"
        let lines = Array(String(repeating: line, count: 16).utf8)
        guard channel.write(Array("HTTP/1.1 200 OK\r\n".utf8)) else { return }
        var sent = 0
        while sent < MockConnection.mostEndlessBytes, channel.write(lines), server.pause(0) {
            sent += lines.count
        }
    }

    private func huge(_ count: Int) -> Bool {
        guard channel.write(MockWire.head(MockReply(200), length: count, isLast: false)) else { return false }
        let blanks = [UInt8](repeating: 32, count: 1 << 16)
        var left = count - 2
        guard channel.write([UInt8(ascii: "[")]) else { return false }
        while left > 0 {
            guard channel.write(Array(blanks.prefix(left))), server.pause(0) else { return false }
            left -= blanks.count
        }
        return channel.write([UInt8(ascii: "]")])
    }

    private func waitForEnd() {
        let end = ContinuousClock.now + .seconds(MockConnection.mostSilentSeconds)
        while ContinuousClock.now < end, !channel.hasLeft, server.pause(0.1) {}
    }
}
