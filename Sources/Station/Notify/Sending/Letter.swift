// A message that is on its way through one channel, with all that its form needs: made before anything is sent, so that whoever
// sends asks nothing.

import Notify
import Readings

/// A message for one channel.
package struct Letter: Sendable {
    /// The channel's name in config.json.
    package let channel: String
    /// What is known of it, the try that is being made among it.
    package var item: OutboxItem
    /// What is told.
    package let message: Message
    /// The name of the finding's first message; nil where this is it.
    package var repliesTo: String?
    /// When the last of several recipients may be begun; nil for any time.
    package var beginsUntil: ContinuousClock.Instant?
    /// What a broker keeps, for a channel of that kind.
    package var brokerMessages: [BrokerMessage] = []
    /// What is kept of a broker's messages, so that the next ones know what is gone.
    package var brokerReceipt: String?

    /// Addresses a message.
    package init(channel: String, item: OutboxItem, message: Message) {
        (self.channel, self.item, self.message) = (channel, item, message)
    }
}
