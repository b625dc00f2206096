// States for home automation: retained messages to a broker, all of them at each time.

import Notify
import Readings
import Transfer

extension ChannelSender {
    /// Digits that tell our connections apart: two of one name would end each other.
    private static let nameDigits = 8

    /// Publishes messages.
    func send(_ messages: [BrokerMessage], by broker: BrokerChannel, mask: inout SecretMask)
        throws(DeliveryFailure) -> String
    {
        guard !messages.isEmpty else {
            throw DeliveryFailure("there is no state to publish", isLasting: false)
        }
        var exchange = BrokerExchange(
            host: ChannelSender.bare(broker.server.authority.host),
            port: broker.port,
            isTLS: broker.server.isEncrypted,
            messages: messages.map { ($0.topic, $0.payload) }
        )
        exchange.login = try login(broker.login, mask: &mask)
        exchange.authorityFile = broker.server.isEncrypted ? broker.authorityFile : nil
        exchange.clientID = "sunvigil-\(world.makeUUID().prefix(ChannelSender.nameDigits))"
        exchange.totalSeconds = ChannelSender.totalSeconds
        switch world.publish(exchange) {
        case nil: return "\(messages.count) messages"
        case .refused(let code): throw .broker(code: code)
        case let failure?: throw DeliveryFailure(failure, of: "the broker")
        }
    }

    /// A host without the brackets that it has in an address.
    private static func bare(_ host: String) -> String {
        host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    }
}
