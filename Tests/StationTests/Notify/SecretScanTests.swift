// Servers and programs that repeat all they got: no byte of a secret is kept, told or printed, in whatever form it comes back.

import Foundation
import Notify
import Readings
import Station
import Testing
import Transfer

@Suite("no secret comes out")
struct SecretScanTests {
    /// The forms in which a secret would be found.
    private static func forms(_ secret: String) -> [String] {
        let base64 = Data(secret.utf8).base64EncodedString()
        let json = "\(JSONValue.text(secret).compact.dropFirst().dropLast())"
        let percent = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret
        let small = ["2F", "3A", "2B", "3D", "5F", "2E", "2D", "3F"].reduce(percent) {
            $0.replacing("%\($1)", with: "%\($1.lowercased())")
        }
        return [
            secret, base64, base64.replacing("=", with: ""), base64.replacing("=", with: "%3D"), json,
            json.replacing("/", with: "\\/"), percent, small, percent.replacing("%20", with: "+"),
            secret.addingPercentEncoding(withAllowedCharacters: .urlHostAllowed) ?? secret,
        ]
    }

    /// All that a server could repeat.
    private static let echoes: [String] = {
        PlayedChannel.secrets.sorted { $0.key < $1.key }.flatMap { forms($0.value) }
            + ["me", "me@example.org"].flatMap { user in
                PlayedChannel.secrets.values.flatMap { secret in
                    ["\(user):\(secret)", "\0\(user)\0\(secret)"].map { Data($0.utf8).base64EncodedString() }
                }
            } + ["/services/T000/B0/Xy7+q==?k=v%20w9876543", "0b3c1f2e-7777-4444-9999-aaaabbbbcccc"]
    }()

    private static func expectNone(_ text: String, _ comment: Comment) {
        for secret in echoes where secret.count > 3 && text.contains(secret) {
            Issue.record("\(comment): \(secret) in \(text)")
        }
    }

    private static func expectNone(dumped value: Any, _ comment: Comment) {
        var text = "\(value) \(String(reflecting: value)) "
        dump(value, to: &text)
        expectNone(text, comment)
    }

    private static let channels = [
        ChannelText.mail, ChannelText.sendmail, ChannelText.ntfy, ChannelText.ntfyUser, ChannelText.webhook,
        ChannelText.mqtt, ChannelText.command,
    ]

    @Test("of what servers and programs repeat nothing is kept", arguments: channels)
    func repeated(channel: String) throws {
        let far = String(repeating: "x", count: 150)
        for (index, echo) in Self.echoes.enumerated() {
            // At the end of what is kept of a text, and amid it.
            let words = index % 2 == 0 ? "rejected \(echo) by policy" : "\(far)\(echo)y"
            for status in [200, 403] {
                let result = try repeated(channel, words, echo: echo, status: status)
                Self.expectNone(dumped: result, "\(status)")
                if case .failure(let failure) = result { #expect(failure.text.count <= 200) }
            }
        }
    }

    /// Sends a message whose receiver repeats a text in all it answers.
    private func repeated(_ channel: String, _ words: String, echo: String, status: Int) throws -> Result<
        String, DeliveryFailure
    > {
        let played = PlayedChannel()
        let body = JSONValue.object([("error", .text(words)), ("id", .text(echo))]).compact
        played.answers = [.success(Reply(status: status, body: Array(body.utf8)))]
        played.outcome = PlayedChannel.outcome(
            status: Int32(status - 200),
            output: Array(echo.utf8),
            errors: Array(words.utf8),
            isTimedOut: false
        )
        played.brokerAnswer = status == 200 ? nil : .refused(code: 5)
        var context = ChannelSender.Context()
        context.home = [BrokerMessage(topic: "t", payload: [1])]
        let result = try played.send(channel, context: context)
        Self.expectNone(played.dialogue.joined(separator: "\n"), "dialogue")
        return result
    }

    @Test("nothing that is sent prints its secrets", arguments: channels)
    func sent(channel: String) throws {
        let played = PlayedChannel()
        var context = ChannelSender.Context()
        context.home = [BrokerMessage(topic: "t", payload: [1])]
        _ = try played.send(channel, context: context)
        let count =
            played.exchanges.count + played.mails.count + played.publications.count + played.programs.count
        #expect(count > 0)
        Self.expectNone(dumped: played.exchanges, "exchanges")
        Self.expectNone(dumped: played.mails.map(\.login), "mails")
        Self.expectNone(dumped: played.publications, "publications")
        Self.expectNone(dumped: played.programs, "programs")
        Self.expectNone(dumped: try PlayedChannel.channel(channel), "channel")
    }

    @Test("a sign of life that fails says nothing of its address")
    func alive() {
        for status in [301, 404, 503] {
            let played = PlayedChannel()
            played.answers = [.success(Reply(status: status, body: Array(Self.echoes.joined().utf8)))]
            let signal = AliveSignal(.env("PING"), place: "alive.url", world: played.world)
            Self.expectNone(signal.give(.success, "well") ?? "", "\(status)")
            Self.expectNone(dumped: signal.give(.start) as Any, "\(status)")
        }
    }

    @Test("a secret of fewer than four characters takes with it what others say")
    func short() throws {
        let played = PlayedChannel()
        played.variables["TOKEN"] = "zq7"
        played.answers = [.success(Reply(status: 403, body: Array(#"{"error":"no zq7 here"}"#.utf8)))]
        #expect(try played.failure(ChannelText.ntfy)?.text == "ntfy does not take who asks (403)")
    }
}
