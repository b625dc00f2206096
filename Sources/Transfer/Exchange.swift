// One request over the network, as far as anybody needs it: where to, with what, whom to believe and how long to wait. It
// knows neither gateway nor cloud.

/// A request.
package struct Exchange: Sendable {
    /// The whole address, `https://…` or `http://…`.
    package var url: String
    /// What is asked.
    package var method = Method.get
    /// Header lines, a session's `Cookie` among them. Values may be secret: they are never printed.
    package var headers: [(name: String, value: String)] = []
    /// What is sent with a POST; nil for nothing.
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
        /// What the authorities in this PEM file vouch for, by the name of the host.
        case authority(file: String)
        /// This public key and no other, `sha256//` and the base64 of its SHA-256, whatever the certificate says.
        case pinned(String)
        /// Any: for the first look at a gateway, which nothing secret is sent to. Over TLS such a request takes no login, no
        /// body, no `Authorization` and no `Cookie`.
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
        /// Of its header, bytes; at most 90,000, since libcurl ends lines of 100 kB itself.
        package var headerBytes = 64 << 10
        /// Of its header, lines.
        package var headerLines = 256

        /// The usual bounds.
        package init() {}
    }

    /// Makes a request.
    package init(_ url: String) { self.url = url }
}
