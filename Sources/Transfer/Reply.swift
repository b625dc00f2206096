// The answer to one request, as it came over the network.

/// An answer, of whatever status.
package struct Reply: Sendable {
    /// The status, as 200.
    package var status: Int
    /// Header lines in their order; values are bytes as they came.
    package var headers: [(name: String, value: [UInt8])]
    /// The whole body.
    package var body: [UInt8]
    /// How long it took, seconds.
    package var seconds: Double
    /// The public key of the server, `sha256//…`; nil in clear text.
    package var key: String?

    /// Makes an answer.
    package init(
        status: Int,
        headers: [(name: String, value: [UInt8])] = [],
        body: [UInt8] = [],
        seconds: Double = 0,
        key: String? = nil
    ) {
        (self.status, self.headers, self.body, self.seconds, self.key) = (status, headers, body, seconds, key)
    }
}
