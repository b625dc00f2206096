// When messages that wait are sent, put together or given up. Pure: who sends is not known here.

import Readings

/// What is to be done with the messages of one channel that wait.
package struct Delivery: Equatable, Sendable {
    /// Messages to send now, in order, each with all that it tells.
    package var send: [OutboxItem] = []
    /// Numbers of messages that another one tells, each with that one's number.
    package var merged: [Int64: Int64] = [:]
    /// Messages that are given up.
    package var failed: [OutboxItem] = []

    /// Does nothing.
    package init() {}
}

/// Why a message did not go.
package struct DeliveryFailure: Error, Equatable, Sendable {
    /// In one line, without secrets.
    package var text: String
    /// A repeat cannot heal it: the owner has to do something.
    package var isLasting: Bool
    /// When the other side says to come again, seconds; nil where it says nothing.
    package var retryAfterSeconds: Int64?
    /// What was delivered before, as a receipt; nil for nothing.
    package var receipt: String?

    /// Describes a failure.
    package init(_ text: String, isLasting: Bool, retryAfterSeconds: Int64? = nil, receipt: String? = nil) {
        (self.text, self.isLasting) = (text, isLasting)
        (self.retryAfterSeconds, self.receipt) = (retryAfterSeconds, receipt)
    }
}

extension Delivery {
    /// How long a try may take before another may begin, microseconds.
    package static let claimMicroseconds: Int64 = 180_000_000

    /// Decides what becomes of a channel's messages.
    ///
    /// - Parameters:
    ///   - items: those that wait or were given up and are told by no other yet.
    ///   - sent: when the channel's messages went, microseconds UTC.
    ///   - now: the time, microseconds UTC.
    package static func decide(
        _ items: [OutboxItem],
        sent: [Int64],
        channel: ChannelRules,
        now: Int64
    ) -> Delivery { Delivery() }

    /// Returns a message behind a try that failed: when it is tried next, or that it is given up.
    ///
    /// - Parameter seed: spreads the tries of several machines.
    package static func failed(
        _ item: OutboxItem,
        _ failure: DeliveryFailure,
        now: Int64,
        seed: UInt64
    ) -> OutboxItem { item }

    /// Tells whether a channel counts as failing, by a message that did not go.
    package static func isFailing(_ item: OutboxItem, _ failure: DeliveryFailure, now: Int64) -> Bool {
        failure.isLasting
    }
}
