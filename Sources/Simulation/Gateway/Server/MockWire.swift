// How answers become bytes, and what a network makes of them. What is meant is told by MockAnswer.

/// Bytes of answers.
enum MockWire {
    /// Returns the head of an answer.
    ///
    /// - Parameter length: the bytes of the body that it promises; nil for chunks.
    static func head(_ reply: MockReply, length: Int?, isLast: Bool) -> [UInt8] {
        var head = Array("HTTP/1.1 \(reply.status) \(reason(reply.status))\r\n".utf8)
        var lines = reply.headers
        lines.append(MockHeader("Connection", isLast ? "close" : "keep-alive"))
        if let length {
            lines.append(MockHeader("Content-Length", String(length)))
        } else {
            lines.append(MockHeader("Transfer-Encoding", "chunked"))
        }
        for line in lines { head += Array("\(line.name): \(line.value)\r\n".utf8) }
        for line in reply.rawHeaders { head += line + [13, 10] }
        return head + [13, 10]
    }

    /// Returns a whole answer.
    static func bytes(_ reply: MockReply, isLast: Bool) -> [UInt8] {
        guard reply.isChunked else {
            return head(reply, length: reply.body.count, isLast: isLast) + reply.body
        }
        var bytes = head(reply, length: nil, isLast: isLast)
        for start in stride(from: 0, to: reply.body.count, by: 4096) {
            bytes += chunk(reply.body[start..<min(start + 4096, reply.body.count)])
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    /// Returns an answer that ends in the middle of its body.
    static func half(_ reply: MockReply, inChunk: Bool) -> [UInt8] {
        let middle = reply.body.count / 2
        guard inChunk else {
            // Of an empty body too something is missing.
            let length = max(1, reply.body.count)
            return head(reply, length: length, isLast: false) + reply.body[..<middle]
        }
        let rest = chunk(reply.body[middle...] + [32, 32])
        return head(reply, length: nil, isLast: false) + (middle > 0 ? chunk(reply.body[..<middle]) : [])
            + rest[..<(rest.count / 2)]
    }

    private static func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 301: "Moved Permanently"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 404: "Not Found"
        case 405: "Not Allowed"
        case 431: "Request Header Fields Too Large"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Status"
        }
    }
}
