// The head of a request as it comes over a connection: bounded, and refused where it is none.

import Foundation

/// A request's head.
struct MockHead {
    let request: MockRequest
    /// What follows the head.
    let rest: [UInt8]
    /// The bytes of its body, as it says.
    let bodyCount: Int
    /// It wants the connection to be closed behind the answer.
    let isLast: Bool

    /// Bytes of a head, and its lines.
    static let mostBytes = 16 << 10
    private static let mostLines = 100

    /// Why a head is none.
    enum Fault: Int, Error {
        case bad = 400
        case tooLarge = 431
    }

    /// Reads a head; nil where it is not whole yet.
    init?(_ bytes: [UInt8], isSecure: Bool) throws(Fault) {
        guard let end = MockHead.end(of: bytes) else {
            if bytes.count >= MockHead.mostBytes { throw .tooLarge }
            return nil
        }
        guard end.head <= MockHead.mostBytes else { throw .tooLarge }
        let lines = bytes[..<end.head].split(separator: 10, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
        }
        guard lines.count <= MockHead.mostLines else { throw .tooLarge }
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[2].hasPrefix("HTTP/1."),
            !bytes[..<end.head].contains(0)
        else { throw .bad }
        var headers: [MockHeader] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex, line.first != " " else {
                throw .bad
            }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers.append(MockHeader(String(line[..<colon]), value))
        }
        request = MockRequest(
            try MockHead.path(String(words[1])),
            method: String(words[0]),
            headers: headers,
            isSecure: isSecure
        )
        rest = Array(bytes[end.body...])
        if let length = request.header("Content-Length") {
            guard let count = Int(length), count >= 0 else { throw .bad }
            bodyCount = count
        } else {
            bodyCount = 0
        }
        let connection = request.header("Connection")?.lowercased() ?? ""
        isLast =
            connection.contains("close") || request.header("Transfer-Encoding") != nil
            || (words[2] == "HTTP/1.0" && !connection.contains("keep-alive"))
    }

    /// The path of what was asked for, which may be a whole address.
    private static func path(_ target: String) throws(Fault) -> String {
        if target.hasPrefix("/") { return target }
        guard let scheme = target.range(of: "://") else { throw .bad }
        return target[scheme.upperBound...].firstIndex(of: "/").map { String(target[$0...]) } ?? "/"
    }

    /// Where the head ends, and where the body begins.
    private static func end(of bytes: [UInt8]) -> (head: Int, body: Int)? {
        var index = 0
        while let line = bytes[index...].firstIndex(of: 10) {
            let next = line + 1
            if next < bytes.count, bytes[next] == 10 { return (line, next + 1) }
            if next + 1 < bytes.count, bytes[next] == 13, bytes[next + 1] == 10 { return (line, next + 2) }
            index = next
        }
        return nil
    }
}
