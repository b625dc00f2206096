// The way to an MQTT broker, by libmosquitto: connect, publish with an acknowledgement each, leave.

import CMosquitto

/// The way to a broker.
package enum Broker {
    /// What libmosquitto is called, and where Homebrew keeps it.
    package static let libraryNames = [
        "libmosquitto.so.1", "libmosquitto.1.dylib", "/opt/homebrew/lib/libmosquitto.1.dylib",
        "/usr/local/lib/libmosquitto.1.dylib",
    ]
    /// Debian's package that holds it.
    package static let packageName = "libmosquitto1"
    /// An address of this machine that stands for any of IPv4.
    private static let anyFour = "0.0.0.0"

    /// Publishes messages and waits until the broker has all of them (MQTT 3.1.1, QoS 1, retained). No message is sent twice
    /// over, but a failure leaves open which of them the broker has: all may be sent again.
    ///
    /// A broker may take a message and drop it for want of a right to the topic: version 3.1.1 has no word for that.
    ///
    /// - Parameter isStopped: is asked ten times a second; true ends it as `stopped`.
    /// - Parameter libraryNames: what libmosquitto is called, the first that is there is taken.
    /// - Parameter dialogue: is told what goes on, a line each without payloads and secrets.
    /// - Throws: `TransferFailure`: `.libraryMissing` where there is no libmosquitto, `.refused` with the broker's code (4 for a
    ///   wrong password, 5 for no right), `.noTLS` where a certificate is not believed, where the broker has no TLS, and where a
    ///   password would go over a network in clear text.
    package static func publish(
        _ exchange: BrokerExchange,
        isStopped: @escaping () -> Bool = { false },
        libraryNames: [String] = Broker.libraryNames,
        dialogue: ((String) -> Void)? = nil
    ) throws(TransferFailure) {
        if let refusal = exchange.refusal { throw refusal }
        let names = libraryNames.map { Array($0.utf8CString) }
        guard let library = Transfer.withPointers(names, { broker_load($0, names.count) }) else {
            throw .libraryMissing(package: packageName)
        }
        let start = ContinuousClock.now
        func talk(from: String?, seconds: Double) throws(TransferFailure) -> Bool {
            let client = try BrokerClient(library, exchange, dialogue: dialogue)
            let talk = BrokerTalk(
                client: client,
                exchange: exchange,
                connectBy: start + .seconds(min(seconds, exchange.totalSeconds)),
                endBy: start + .seconds(exchange.totalSeconds),
                isStopped: isStopped
            )
            guard try talk.connect(from: from) else { return false }
            try talk.publish()
            return true
        }
        // The library tries one address. Where that is of IPv6 and does not answer, IPv4 has its turn.
        if try talk(from: nil, seconds: exchange.totalSeconds / 2) { return }
        _ = try talk(from: anyFour, seconds: exchange.totalSeconds)
    }
}
