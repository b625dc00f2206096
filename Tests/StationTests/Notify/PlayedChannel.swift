// A world that tests play to channels: servers and programs that answer as they are told, and remember what they got.

import Foundation
import Notify
import Readings
import Station
@testable import Transfer

/// A played world. A class, because senders write into it.
final class PlayedChannel {
    /// The secrets of all channels of these tests.
    static let secrets = [
        "PASSWORD": "correct horse battery", "TOPIC": "topic_4711_abcdef", "TOKEN": "tk_0123456789abcdef",
        "KEY": "signing/key+of=7",
        "HOOK": "https://hooks.example.org/services/T000/B0/Xy7+q==?k=v%20w9876543",
        "PING": "https://hc.example.org/0b3c1f2e-7777-4444-9999-aaaabbbbcccc",
    ]
    /// 2026-05-03 22:00:00 UTC.
    static let now: Int64 = 1_777_845_600

    private(set) var exchanges: [Exchange] = []
    private(set) var mails: [MailExchange] = []
    private(set) var publications: [BrokerExchange] = []
    private(set) var programs: [ProgramRun] = []
    private(set) var pauses: [Double] = []
    private(set) var dialogue: [String] = []

    /// What servers answer; the last is repeated.
    var answers: [Result<Reply, TransferFailure>] = [.success(Reply(status: 200))]
    /// What mail servers answer to a recipient; others take the mail.
    var mailAnswers: [String: Result<Reply, TransferFailure>] = [:]
    /// What the broker answers.
    var brokerAnswer: TransferFailure?
    /// What programs answer.
    var outcome: ProgramRun.Outcome? = PlayedChannel.outcome(
        status: 0,
        output: [],
        errors: [],
        isTimedOut: false
    )
    /// The variables of the process.
    var variables = PlayedChannel.secrets.merging(["PATH": "/bin", "SUNVIGIL_TOKEN": "gateway-token-1234"]) {
        $1
    }

    var world: ChannelWorld {
        ChannelWorld(
            nowMicroseconds: { PlayedChannel.now * 1_000_000 },
            wait: { self.pauses.append($0) },
            perform: { exchange in
                self.exchanges.append(exchange)
                return self.answers.count > 1 ? self.answers.removeFirst() : self.answers[0]
            },
            mail: { mail in
                self.mails.append(mail)
                return self.mailAnswers[mail.to] ?? .success(Reply(status: 250))
            },
            publish: { exchange in
                self.publications.append(exchange)
                return self.brokerAnswer
            },
            run: { program in
                self.programs.append(program)
                return self.outcome
            },
            variables: variables,
            hiddenVariables: Set(PlayedChannel.secrets.keys),
            makeUUID: { "0f0e0d0c-0000-4000-8000-000000000000" },
            dialogue: { self.dialogue.append($0) }
        )
    }

    /// Reads the only channel of a configuration's text.
    static func channel(_ json: String) throws -> NotifyChannel {
        let text = "{\"channels\": {\"one\": \(json)}}"
        let settings = NotifySettings(
            notify: JSONValue(parsing: text),
            alive: nil,
            prometheus: nil,
            home: "/home/me"
        )
        guard let channel = settings.channels.first, settings.faults.isEmpty else {
            throw SettingsFaults(texts: settings.faults.map(\.description))
        }
        return channel
    }

    /// What a program gave.
    static func outcome(status: Int32, output: [UInt8], errors: [UInt8], isTimedOut: Bool)
        -> ProgramRun.Outcome
    {
        ProgramRun.Outcome(status: status, output: output, errors: errors, isTimedOut: isTimedOut)
    }

    /// A configuration that is wrong.
    struct SettingsFaults: Error { let texts: [String] }

    /// An item that is due now.
    static func item(due: Int64 = now) -> OutboxItem {
        OutboxItem(
            channel: "one",
            systemID: 1,
            dedupe: "name",
            events: [],
            createdMicroseconds: now * 1_000_000,
            dueMicroseconds: due * 1_000_000
        )
    }

    /// A message.
    static var message: Message {
        Message(
            id: "name",
            site: "home",
            event: .new,
            level: .critical,
            title: "[home] critical",
            madeUTCSeconds: now
        )
    }

    /// Sends a message by a channel.
    func send(
        _ json: String,
        item: OutboxItem = PlayedChannel.item(),
        context: ChannelSender.Context = .init()
    ) throws -> Result<String, DeliveryFailure> {
        ChannelSender(try PlayedChannel.channel(json), world: world)
            .send(PlayedChannel.message, item: item, context: context)
    }

    /// The failure of a message that does not go.
    func failure(_ json: String, item: OutboxItem = PlayedChannel.item()) throws -> DeliveryFailure? {
        guard case .failure(var failure) = try send(json, item: item) else { return nil }
        // Whether somebody may have it is asked elsewhere.
        failure.isUndelivered = false
        return failure
    }
}

/// Channels as config.json has them.
enum ChannelText {
    static let mail = #"""
        {"kind": "mail", "smtp": "smtp.example.org:587", "from": "sunvigil@example.org",
         "to": ["one@example.org", "two@example.org", "three@example.org"],
         "user": "me@example.org", "password": {"env": "PASSWORD"}, "ca": "/etc/ca.pem"}
        """#
    static let sendmail = #"""
        {"kind": "mail", "sendmail": "/usr/sbin/sendmail", "from": "sunvigil@example.org", "to": ["one@example.org"]}
        """#
    static let ntfy = #"""
        {"kind": "ntfy", "url": "https://ntfy.example.org", "topic": {"env": "TOPIC"}, "token": {"env": "TOKEN"}}
        """#
    static let ntfyUser = #"""
        {"kind": "ntfy", "url": "http://192.168.1.9:8080/", "topic": {"env": "TOPIC"}, "user": "me",
         "password": {"env": "PASSWORD"}}
        """#
    static let webhook = #"{"kind": "webhook", "url": {"env": "HOOK"}, "secret": {"env": "KEY"}}"#
    static let mqtt = #"""
        {"kind": "mqtt", "url": "mqtts://broker.lan", "user": "me", "password": {"env": "PASSWORD"}, "ca": "~/ca.pem"}
        """#
    static let command = #"{"kind": "command", "command": ["~/bin/tell", "--loud"]}"#
}
