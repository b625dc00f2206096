// One request over the network, as far as anybody needs it: where to, with what, whom to believe and how long to wait. It
// knows neither gateway nor cloud.

/// A request.
package struct Exchange: Sendable {
    /// The whole address, `https://…` or `http://…`.
    package var url: String
    /// What is asked.
    package var method = Method.get
    /// Header lines. Values may be secret: they are never printed.
    package var headers: [(name: String, value: String)] = []
    /// What is sent; nil for nothing.
    package var body: [UInt8]?
    /// A login by Digest; nil for none.
    package var digest: Login?
    /// Whose key is believed.
    package var trust = Trust.system
    /// How long and how much.
    package var limits = Limits()
    /// Leaves the connection open for the next request to the same place.
    package var keepsConnection = true

    /// A method; nothing else is ever sent.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// User and password.
    package struct Login: Sendable {
        package let user: String
        package let password: String

        /// Makes a login.
        package init(user: String, password: String) { (self.user, self.password) = (user, password) }
    }

    /// Whose key is believed.
    package enum Trust: Equatable, Sendable {
        /// What the certificates of this machine vouch for, by the name of the host.
        case system
        /// This public key and no other, `sha256//` and the base64 of its SHA-256, whatever the certificate says.
        case pinned(String)
        /// Any: for the first look at a gateway, which nothing secret is sent to.
        case anyKey
    }

    /// Bounds of an exchange.
    package struct Limits: Equatable, Sendable {
        /// For the connection, seconds.
        package var connectSeconds = 10.0
        /// For all of it, seconds.
        package var totalSeconds = 45.0
        /// Of the reply, bytes.
        package var bodyBytes = 8 << 20
        /// Of its header, bytes.
        package var headerBytes = 64 << 10

        /// The usual bounds.
        package init() {}
    }

    /// Makes a request.
    package init(_ url: String) { self.url = url }
}

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

/// Why there was no answer.
package enum TransferFailure: Error, Equatable, Sendable {
    /// This machine has no libcurl; the name of the package that holds it.
    case libraryMissing(package: String)
    /// The host's name is not known.
    case unknownHost
    /// Nothing listens there, or no way leads there; `hasRoute` is false where this machine has no way out.
    case cannotConnect(hasRoute: Bool)
    /// No connection, or no whole answer, in time.
    case timedOut
    /// The connection was reset.
    case reset
    /// The connection ended without an answer.
    case noReply
    /// The answer ended before its end.
    case cut
    /// More bytes than were allowed.
    case tooLarge(limit: Int)
    /// A header that is none.
    case badHeader
    /// Another key than the one that is believed; the key that was found, where it can be told.
    case wrongKey(found: String?)
    /// TLS did not come about, by libcurl's number.
    case noTLS(code: Int)
    /// Anything else, by libcurl's number.
    case other(code: Int)
}
