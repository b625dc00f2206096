// Sends one message over one channel, once. When it is sent again, and what becomes of it, is decided elsewhere.

import Foundation
import Notify
import Readings
import Transfer

/// A way out of the house.
package struct ChannelSender {
    /// What is known of a message beside its content.
    package struct Context {
        /// The name of the first mail on the same finding: this one is shown below it; nil for none.
        package var firstMail: String?
        /// When the last of several recipients may be begun; nil for any time.
        package var beginsUntil: ContinuousClock.Instant?
        /// What a broker gets.
        package var home: [BrokerMessage] = []

        /// Knows nothing more.
        package init() {}
    }

    /// The channel.
    package let channel: NotifyChannel
    let world: ChannelWorld

    /// Makes a sender.
    package init(_ channel: NotifyChannel, world: ChannelWorld) {
        (self.channel, self.world) = (channel, world)
    }

    /// How long a server may take, seconds.
    static let totalSeconds = 20.0
    /// What is read of an answer, bytes.
    static let mostAnswer = 64 << 10

    /// The time, seconds UTC.
    var nowUTCSeconds: Int64 { world.nowMicroseconds().flooredDivision(by: 1_000_000) }

    /// Sends a message, and returns what the other side answered, in one line.
    ///
    /// - Parameter item: what is sent: of mails its receipt names recipients who have it already; before its `dueMicroseconds` ntfy
    ///   is told to hold it.
    /// - Returns: a receipt or a failure, both without secrets.
    package func send(_ message: Message, item: OutboxItem, context: Context = Context()) -> Result<
        String, DeliveryFailure
    > {
        var mask = SecretMask()
        // Programs do not get them; one that had them another way may still repeat them.
        for name in world.hiddenVariables {
            if let text = world.variables[name], !text.isEmpty { mask.add(SecretText(text)) }
        }
        let result: Result<String, DeliveryFailure>
        do throws(DeliveryFailure) {
            result = .success(try sent(message, item: item, context: context, mask: &mask))
        } catch {
            result = .failure(error)
        }
        return result.mapError { failure in
            var failure = failure
            failure.text = mask.masked(failure.text)
            return failure
        }
    }

    private func sent(_ message: Message, item: OutboxItem, context: Context, mask: inout SecretMask)
        throws(DeliveryFailure) -> String
    {
        switch channel.kind {
        case .mail(let mail): try send(message, by: mail, item: item, context: context, mask: &mask)
        case .ntfy(let ntfy): try send(message, by: ntfy, item: item, mask: &mask)
        case .webhook(let hook): try send(message, by: hook, mask: &mask)
        case .mqtt(let broker): try send(context.home, by: broker, mask: &mask)
        case .command(let words): try send(message, by: words)
        }
    }

    /// Reads a secret. What is wrong is told at home with its path, and elsewhere without.
    func secret(_ key: String, _ source: SecretSource, mask: inout SecretMask)
        throws(DeliveryFailure) -> SecretText
    {
        do throws(SecretError) {
            let secret = try source.read(world.secrets)
            mask.add(secret)
            return secret
        } catch {
            let remedy: String = if case .plain(let text)? = error.remedy { "; \(text)" } else { "" }
            world.dialogue?("\(channel.place).\(key): \(error)\(remedy)")
            throw DeliveryFailure("the \(key) cannot be read: \(error.outside)", isLasting: error.isLasting)
                .undelivered
        }
    }

    /// Reads a user's password.
    func login(_ login: ChannelLogin?, mask: inout SecretMask) throws(DeliveryFailure) -> Exchange.Login? {
        guard let login else { return nil }
        let password = try secret("password", login.password, mask: &mask)
        return Exchange.Login(user: login.user, password: password.revealed)
    }

    /// Whose certificate is believed.
    static func trust(_ authorityFile: String?) -> Exchange.Trust {
        authorityFile.map { .authority(file: $0) } ?? .system
    }
}

extension SecretError {
    /// A repeat cannot heal it. A program may do better another time, as one that was locked.
    fileprivate var isLasting: Bool {
        switch self {
        case .program(_, .tooLong), .program(_, .failed): false
        default: true
        }
    }
}
