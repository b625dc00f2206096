// What was asked of a mock gateway and what came back, without token, cookie or password.

import Readings

/// A line of the log.
package struct MockLogLine: Equatable, Sendable {
    /// By the clock that is played, seconds UTC.
    package let atUTCSeconds: Double
    package let method: String
    package let path: String
    /// `none`, `bearer`, `cookie`, `digest`, or `refused` for what was not believed.
    package let access: String
    /// The status; nil where there was no answer.
    package let status: Int?
    /// `reply`, or what the network did.
    package let answer: String

    private static let mostCharacters = 200

    init(_ request: MockRequest, _ answer: MockAnswer, access: String, atUTCSeconds: Double) {
        method = String(request.method.prefix(16))
        path = String(request.path.prefix(MockLogLine.mostCharacters))
        (self.access, self.atUTCSeconds) = (access, atUTCSeconds)
        (status, self.answer) = (answer.reply?.status, answer.word)
    }

    /// The line as JSON.
    package var json: JSONValue {
        .object([
            ("at", .text(Instant(utcSeconds: Int64(atUTCSeconds)).iso8601)), ("method", .text(method)),
            ("path", .text(path)), ("access", .text(access)),
            ("status", .optional(status.map { Int64($0) })), ("answer", .text(answer)),
        ])
    }
}
