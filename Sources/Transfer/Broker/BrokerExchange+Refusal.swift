// What is wrong with messages before a broker is asked: topics that are none, a password that everybody could read.

import CTransfer

extension BrokerExchange {
    private static let mostTopicBytes = 65535
    private static let mostPayloadBytes = 16 << 20
    /// What every broker must take (MQTT 3.1.1, section 3.1.3.1).
    private static let mostNameBytes = 23

    /// Why nothing must be sent; nil where it may.
    var refusal: TransferFailure? {
        guard HostName(text: host).isSound, 1...65535 ~= port else {
            return .other(code: Int(CURLE_URL_MALFORMAT))
        }
        let isNamed = 1...BrokerExchange.mostNameBytes ~= clientID.utf8.count
        guard isNamed, !BrokerExchange.hasControl(clientID) else { return .badHeader }
        guard messages.allSatisfy({ BrokerExchange.isTopic($0.topic) }) else { return .badHeader }
        if messages.contains(where: { $0.payload.count > BrokerExchange.mostPayloadBytes }) {
            return .tooLarge(limit: BrokerExchange.mostPayloadBytes)
        }
        if let authorityFile, authorityFile.isEmpty || authorityFile.utf8.contains(0) || !isTLS {
            return .noTLS(code: Int(CURLE_SSL_CACERT_BADFILE))
        }
        guard let login else { return nil }
        if (login.user + login.password).utf8.contains(0) {
            return .other(code: Int(CURLE_BAD_FUNCTION_ARGUMENT))
        }
        let isKept = isTLS || allowsClearPassword || HostName(text: host).isLoopback
        return isKept ? nil : .noTLS(code: Int(CURLE_USE_SSL_FAILED))
    }

    private static func isTopic(_ topic: String) -> Bool {
        1...mostTopicBytes ~= topic.utf8.count && !hasControl(topic) && !topic.contains { "+#".contains($0) }
    }

    private static func hasControl(_ text: String) -> Bool { text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }
}
