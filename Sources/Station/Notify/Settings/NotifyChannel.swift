// The channels that an owner names in config.json: how each is reached and what it wants to hear. Secrets are places here, never
// texts.

import Notify
import Readings

/// A channel.
package struct NotifyChannel: Equatable, Sendable {
    /// Its name in config.json: letters, digits, `-` and `_`.
    package var name: String { rules.name }
    /// How it is reached.
    package var kind: ChannelKind
    /// What it wants to hear, and when.
    package var rules: ChannelRules
    /// The sites of which it hears; nil for all.
    package var sites: Set<String>?
    /// Serial numbers are told whole: the server is the owner's own.
    package var hasFullSerials = false

    /// Describes a channel that hears all.
    package init(kind: ChannelKind, rules: ChannelRules) {
        (self.kind, self.rules) = (kind, rules)
        // Its server holds messages until they are due, also while this machine sleeps.
        if case .ntfy = kind { self.rules.isHeldThere = true }
    }

    /// Tells whether it hears of a site.
    package func hears(site: String) -> Bool { sites?.contains(site) ?? true }

    /// Tells whether a message is one for it: of a site that it hears of, and of its kind. Another was planned for a channel of
    /// that name before.
    ///
    /// - Parameter site: the name of the message's site; nil for one that is gone.
    func takes(_ item: OutboxItem, site: String?) -> Bool {
        guard let site, hears(site: site) else { return false }
        return item.events.contains { $0.event == .state } == rules.isOfState
    }

    /// The path of its key, as `notify.channels.phone`.
    package var place: String { "\(NotifySettings.channelsPlace).\(name)" }
}

/// How a channel is reached.
package enum ChannelKind: Equatable, Sendable {
    case mail(MailChannel)
    case ntfy(NtfyChannel)
    case webhook(WebhookChannel)
    case mqtt(BrokerChannel)
    /// A program and its arguments, without a shell.
    case command([String])

    /// The word of config.json.
    package var word: String {
        switch self {
        case .mail: "mail"
        case .ntfy: "ntfy"
        case .webhook: "webhook"
        case .mqtt: "mqtt"
        case .command: "command"
        }
    }

    /// All words, sorted.
    package static let words = ["command", "mail", "mqtt", "ntfy", "webhook"]

    /// Its secrets, by their keys.
    package var secrets: [(key: String, source: SecretSource)] {
        let found: [(String, SecretSource?)] =
            switch self {
            case .mail(let mail):
                if case .server(_, _, _, let login, _) = mail.way {
                    [("password", login?.password)]
                } else {
                    []
                }
            case .ntfy(let ntfy):
                switch ntfy.login {
                case .none: [("topic", ntfy.topic)]
                case .token(let token): [("topic", ntfy.topic), ("token", token)]
                case .password(let login): [("topic", ntfy.topic), ("password", login.password)]
                }
            case .webhook(let hook): [("url", hook.url), ("secret", hook.secret)]
            case .mqtt(let broker): [("password", broker.login?.password)]
            case .command: []
            }
        return found.compactMap { key, source in source.map { (key, $0) } }
    }
}

/// A user and where the password lies.
package struct ChannelLogin: Equatable, Sendable {
    /// The user.
    package let user: String
    /// Where the password lies.
    package let password: SecretSource
}

/// Mails.
package struct MailChannel: Equatable, Sendable {
    /// The sender's address.
    package let from: String
    /// The recipients' addresses, at least one.
    package let to: [String]
    /// How they get there.
    package let way: Way

    /// How mails get there.
    package enum Way: Equatable, Sendable {
        /// A server; TLS from the first byte on or by STARTTLS, never none. `authorityFile` is a PEM file whose authorities are
        /// believed; nil for those of the system.
        case server(host: String, port: Int, isImplicitTLS: Bool, ChannelLogin?, authorityFile: String?)
        /// A program that takes mails as sendmail does; its path.
        case sendmail(String)
    }
}

/// Messages by ntfy.
package struct NtfyChannel: Equatable, Sendable {
    /// The server, without a path.
    package let server: WebAddress
    /// Where the topic lies: who knows it reads along.
    package let topic: SecretSource
    /// How the server is shown who asks.
    package let login: Login
    /// A PEM file whose authorities are believed; nil for those of the system.
    package let authorityFile: String?

    /// How the server is shown who asks.
    package enum Login: Equatable, Sendable {
        case none
        case token(SecretSource)
        case password(ChannelLogin)
    }
}

/// Messages for programs, by HTTP.
package struct WebhookChannel: Equatable, Sendable {
    /// Where the address lies: who knows it may write there.
    package let url: SecretSource
    /// Where the key of the signature lies; nil for no signature.
    package let secret: SecretSource?
    /// What is sent.
    package let body: Body
    /// A PEM file whose authorities are believed; nil for those of the system.
    package let authorityFile: String?

    /// What is sent.
    package enum Body: Equatable, Sendable {
        /// Our own form.
        case own
        /// That of Alertmanager.
        case alertmanager
    }
}

/// States for home automation, by MQTT.
package struct BrokerChannel: Equatable, Sendable {
    /// The broker.
    package let server: WebAddress
    /// User and password; nil for none.
    package let login: ChannelLogin?
    /// A PEM file whose authorities are believed; nil for those of the system.
    package let authorityFile: String?
    /// The first part of the topics by which devices are found.
    package let prefix: String

    /// The port: 8883, in clear text 1883, where none is named.
    package var port: Int { server.authority.port ?? (server.isEncrypted ? 8883 : 1883) }
}
