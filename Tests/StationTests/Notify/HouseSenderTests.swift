// Brokers and programs of the owner's.

import Foundation
import Notify
import Readings
import Station
import Testing
import Transfer

@Suite("messages to brokers and programs")
struct HouseSenderTests {
    private let played = PlayedChannel()

    private var context: ChannelSender.Context {
        var context = ChannelSender.Context()
        context.home = [
            BrokerMessage(topic: "a/config", payload: [1]), BrokerMessage(topic: "a/state", payload: [2, 3]),
        ]
        return context
    }

    @Test("a broker gets all messages in their order, by TLS with the login")
    func broker() throws {
        #expect(try played.send(ChannelText.mqtt, context: context).get() == "2 messages")
        let exchange = try #require(played.publications.first)
        #expect(exchange.host == "broker.lan" && exchange.port == 8883 && exchange.isTLS)
        #expect(exchange.login?.user == "me" && exchange.login?.password == "correct horse battery")
        #expect(exchange.authorityFile == "/home/me/ca.pem" && exchange.clientID == "sunvigil-0f0e0d0c")
        #expect(exchange.messages.map(\.topic) == ["a/config", "a/state"])
        #expect(exchange.messages.map(\.payload) == [[1], [2, 3]])
    }

    @Test("a password goes in clear text only where the owner says so")
    func clear() throws {
        let text =
            #"{"kind": "mqtt", "url": "mqtt://[fd00::5]:1884", "user": "me", "password": {"env": "PASSWORD"}, "clear": true, "ca": "/ca"}"#
        _ = try played.send(text, context: context).get()
        let exchange = try #require(played.publications.first)
        #expect(exchange.host == "fd00::5" && exchange.port == 1884 && !exchange.isTLS)
        #expect(exchange.login != nil && exchange.authorityFile == nil)
    }

    @Test("nothing to publish is not sent")
    func nothing() throws {
        #expect(try played.failure(ChannelText.mqtt)?.text == "there is no state to publish")
        #expect(played.publications.isEmpty)
    }

    @Test(
        "what a broker's no means",
        arguments: [
            (.refused(code: 5), true, "the broker does not take the user or the password (5)"),
            (.refused(code: 4), true, "the broker does not take the user or the password (4)"),
            (.refused(code: 135), true, "the broker does not take the user or the password (135)"),
            (.refused(code: 2), true, "the broker refuses the messages (2)"),
            (.refused(code: 3), false, "the broker wants the messages later (3)"),
            (
                .noTLS(code: 8), true,
                "the broker: its certificate is not believed (8); name its authority with ca"
            ),
            (.cannotConnect(hasRoute: true), false, "the broker: nothing listens there"),
            (
                .libraryMissing(package: "libmosquitto1"), true,
                "a library is missing on this machine (package libmosquitto1)"
            ),
        ] as [(TransferFailure, Bool, String)]
    )
    func refusals(cause: TransferFailure, isLasting: Bool, text: String) throws {
        played.brokerAnswer = cause
        guard case .failure(let failure) = try played.send(ChannelText.mqtt, context: context) else {
            Issue.record("sent")
            return
        }
        #expect(failure.text == text && failure.isLasting == isLasting && failure.receipt == nil)
    }

    @Test("a program gets the message and its variables, and none of the secrets")
    func program() throws {
        #expect(try played.send(ChannelText.command).get() == "status 0")
        let run = try #require(played.programs.first)
        let input = CommandInput(PlayedChannel.message)
        #expect(run.arguments == ["/home/me/bin/tell", "--loud"] && run.seconds == 30)
        #expect(run.input == input.bytes && run.variables == ["PATH": "/bin"].merging(input.variables) { $1 })
        #expect(played.dialogue.count == 2 && played.dialogue.allSatisfy { !$0.contains("--loud") })
    }

    @Test("a program that fails is tried again, one that is not there is told at once")
    func programEnds() throws {
        played.outcome = PlayedChannel.outcome(
            status: 2,
            output: [],
            errors: Array("no line".utf8),
            isTimedOut: false
        )
        #expect(
            try played.failure(ChannelText.command)
                == DeliveryFailure("the program ended with status 2: no line", isLasting: false)
        )
        played.outcome = PlayedChannel.outcome(status: 137, output: [], errors: [], isTimedOut: true)
        #expect(
            try played.failure(ChannelText.command)
                == DeliveryFailure("the program took too long and was ended", isLasting: false)
        )
        played.outcome = nil
        #expect(
            try played.failure(ChannelText.command)
                == DeliveryFailure("the program cannot be started", isLasting: true)
        )
    }

    @Test("what a program says without end is cut")
    func longError() throws {
        let errors = Array(String(repeating: "é", count: 40_000).utf8)
        played.outcome = PlayedChannel.outcome(status: 2, output: [], errors: errors, isTimedOut: false)
        #expect(try played.failure(ChannelText.command)?.text.count == 200)
    }
}
