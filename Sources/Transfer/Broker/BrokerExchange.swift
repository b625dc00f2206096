// Retained messages on their way to an MQTT broker. How they get there is written in Broker.

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
    /// Lets user and password go over a network in clear text. Without it such a login is given to this machine alone.
    package var allowsClearPassword = false
    /// A file with the authority whose certificate is believed; nil for those of the system.
    package var authorityFile: String?
    /// The client's name. A broker throws out whoever had the name before, so each exchange has one of its own.
    package var clientID: String
    /// Topic and payload of each message, in order; each is retained.
    package var messages: [(topic: String, payload: [UInt8])]
    /// For all of it, seconds; the look-up of a name may take longer.
    package var totalSeconds = 20.0

    /// Makes messages.
    package init(host: String, port: Int, isTLS: Bool, messages: [(topic: String, payload: [UInt8])]) {
        (self.host, self.port, self.isTLS, self.messages) = (host, port, isTLS, messages)
        clientID = "sunvigil-" + String(UInt32.random(in: 0x1000_0000...UInt32.max), radix: 16)
    }
}

extension BrokerExchange: CustomStringConvertible, CustomReflectable {
    /// The exchange without topics, payloads and login.
    package var description: String {
        "\(messages.count) messages to \(host):\(port)" + (isTLS ? ", TLS" : "")
            + (login == nil ? "" : ", a login")
    }
    /// Nothing but the description.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
