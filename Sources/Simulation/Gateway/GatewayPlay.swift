// What a played gateway answers when nothing is wrong with it: a capture whose registers go on, or a house. What goes wrong
// is planted by the mock around it.

/// A gateway that answers.
package protocol GatewayPlay: Sendable {
    /// The serial number.
    var serial: String { get }
    /// The firmware, as `D8.3.5289`.
    var firmware: String { get }

    /// Returns what a path answers at a time to whoever may ask; nil where the gateway does not know the path.
    ///
    /// - Parameters:
    ///   - path: with its query, without the first slash, as `production.json?details=1`.
    ///   - utcSeconds: the gateway's own clock. Calls come in ascending order of it, but for repeats.
    mutating func answer(_ path: String, utcSeconds: Double) -> PlayedAnswer?
}

/// An answer of a played gateway.
package struct PlayedAnswer: Equatable, Sendable {
    package var status: Int
    /// Content-Type; nil for none, as new firmware has it.
    package var contentType: String?
    package var body: [UInt8]

    /// Makes an answer.
    package init(status: Int = 200, contentType: String? = nil, body: [UInt8]) {
        (self.status, self.contentType, self.body) = (status, contentType, body)
    }
}
