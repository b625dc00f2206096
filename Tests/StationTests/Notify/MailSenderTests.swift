// Mails: one each; who has it gets no second one; a no to one holds up no other; what a repeat can heal is told from what it cannot.

import Foundation
import Notify
import Readings
import Station
import Testing
import Transfer

@Suite("mails")
struct MailSenderTests {
    private let played = PlayedChannel()

    @Test("each recipient gets a mail of his own, by TLS, with the login and below the first mail")
    func each() throws {
        var context = ChannelSender.Context()
        context.firstMail = "first"
        let receipt = try played.send(ChannelText.mail, context: context).get()
        #expect(receipt == #"{"one@example.org":"250","three@example.org":"250","two@example.org":"250"}"#)
        #expect(played.mails.map(\.to) == ["one@example.org", "two@example.org", "three@example.org"])
        for mail in played.mails {
            #expect(mail.host == "smtp.example.org" && mail.port == 587 && !mail.isImplicitTLS)
            #expect(mail.from == "sunvigil@example.org" && mail.trust == .authority(file: "/etc/ca.pem"))
            #expect(mail.login?.user == "me@example.org" && mail.login?.password == "correct horse battery")
            let text = MailText(PlayedChannel.message, from: mail.from, to: mail.to, inReplyTo: "first")
            #expect(mail.bytes == text.bytes && mail.limits.totalSeconds == 20)
        }
    }

    @Test("a no to one holds up no other, and is not repeated to who has it")
    func oneOfThree() throws {
        played.mailAnswers = ["one@example.org": .failure(.refused(code: 550))]
        let failure = try #require(try played.failure(ChannelText.mail))
        #expect(
            failure.text == "recipient 1 of 3: the mail server refuses the mail (550)" && failure.isLasting
        )
        #expect(failure.receipt == #"{"three@example.org":"250","two@example.org":"250"}"#)
        var item = PlayedChannel.item()
        item.receipt = failure.receipt
        played.mailAnswers = [:]
        let receipt = try played.send(ChannelText.mail, item: item).get()
        #expect(played.mails.map(\.to).suffix(1) == ["one@example.org"] && played.mails.count == 4)
        item.receipt = receipt
        #expect(try played.send(ChannelText.mail, item: item).get() == receipt && played.mails.count == 4)
    }

    @Test("of a lasting no and a passing one the passing one counts")
    func mixed() throws {
        played.mailAnswers = [
            "one@example.org": .failure(.refused(code: 550)),
            "three@example.org": .failure(.refused(code: 451)),
        ]
        let failure = try #require(try played.failure(ChannelText.mail))
        #expect(!failure.isLasting && failure.receipt == #"{"two@example.org":"250"}"#)
        #expect(failure.text == "recipient 1 of 3: the mail server refuses the mail (550)")
    }

    @Test("a receipt that is none sends all anew")
    func strangeReceipt() throws {
        var item = PlayedChannel.item()
        item.receipt = "status 200"
        _ = try played.send(ChannelText.mail, item: item).get()
        #expect(played.mails.count == 3)
    }

    @Test(
        "what a server's no means",
        arguments: [
            (
                TransferFailure.refused(code: 550), true, 3,
                "recipient 1 of 3: the mail server refuses the mail (550)"
            ),
            (.refused(code: 451), false, 3, "recipient 1 of 3: the mail server wants the mail later (451)"),
            (.refused(code: 421), false, 1, "recipient 1 of 3: the mail server wants the mail later (421)"),
            (
                .refused(code: 535), true, 1,
                "recipient 1 of 3: the mail server does not take the user or the password (535)"
            ),
            (
                .noTLS(code: 60), true, 1,
                "recipient 1 of 3: the mail server: its certificate is not believed (60); name its authority with ca"
            ),
            (
                .noTLS(code: 64), true, 1,
                "recipient 1 of 3: the mail server: it has no encryption, and nothing goes in clear text"
            ),
            (
                .noTLS(code: 77), true, 1,
                "recipient 1 of 3: the mail server: the file of authorities (ca) cannot be used"
            ),
            (
                .noTLS(code: 35), false, 1,
                "recipient 1 of 3: the mail server: no encrypted connection comes about"
            ),
            (.unknownHost, false, 1, "recipient 1 of 3: the mail server: its name is not known"),
            (
                .cannotConnect(hasRoute: true), false, 1,
                "recipient 1 of 3: the mail server: nothing listens there"
            ),
            (.timedOut, false, 1, "recipient 1 of 3: the mail server: it took too long"),
            (.reset, false, 1, "recipient 1 of 3: the mail server: it broke off the connection"),
            (
                .libraryMissing(package: "libcurl4"), true, 1,
                "recipient 1 of 3: a library is missing on this machine (package libcurl4)"
            ),
        ] as [(TransferFailure, Bool, Int, String)]
    )
    func refusals(cause: TransferFailure, isLasting: Bool, tries: Int, text: String) throws {
        for name in ["one", "two", "three"] { played.mailAnswers["\(name)@example.org"] = .failure(cause) }
        let failure = try #require(try played.failure(ChannelText.mail))
        #expect(failure == DeliveryFailure(text, isLasting: isLasting))
        #expect(played.mails.count == tries)
    }

    @Test("without its password nothing is sent")
    func noPassword() throws {
        played.variables["PASSWORD"] = nil
        let failure = try played.failure(ChannelText.mail)
        #expect(
            failure
                == DeliveryFailure(
                    "the password cannot be read: the variable is not set, or empty",
                    isLasting: true
                )
        )
        #expect(played.mails.isEmpty)
        #expect(
            played.dialogue == [
                "notify.channels.one.password: the variable PASSWORD is not set, or empty; set PASSWORD for whoever starts sunvigil, or keep the secret in a file"
            ]
        )
    }

    @Test("sendmail gets the mail on its standard input, no shell, and none of the secrets")
    func sendmail() throws {
        #expect(try played.send(ChannelText.sendmail).get() == #"{"one@example.org":"0"}"#)
        let run = try #require(played.programs.first)
        #expect(
            run.arguments == [
                "/usr/sbin/sendmail", "-i", "-f", "sunvigil@example.org", "--", "one@example.org",
            ]
        )
        let text = MailText(
            PlayedChannel.message,
            from: "sunvigil@example.org",
            to: "one@example.org",
            inReplyTo: nil
        )
        #expect(run.input == text.bytes.filter { $0 != 13 } && run.variables == ["PATH": "/bin"])
    }

    @Test(
        "what sendmail's end means",
        arguments: [
            (75, false), (71, false), (74, false), (1, false), (137, false), (64, true), (67, true),
            (77, true),
        ]
    )
    func sendmailEnds(status: Int32, isLasting: Bool) throws {
        played.outcome = PlayedChannel.outcome(
            status: status,
            output: [],
            errors: Array("\n postdrop: no\u{1B}[2J room\nmore".utf8),
            isTimedOut: false
        )
        let failure = try played.failure(ChannelText.sendmail)
        let text = "sendmail ended with status \(status):  postdrop: no\\u001b[2J room"
        #expect(failure == DeliveryFailure(text, isLasting: isLasting))
    }

    @Test("sendmail that hangs or is not there")
    func sendmailGone() throws {
        played.outcome = nil
        #expect(
            try played.failure(ChannelText.sendmail)
                == DeliveryFailure("sendmail cannot be started", isLasting: true)
        )
        played.outcome = PlayedChannel.outcome(status: 143, output: [], errors: [], isTimedOut: true)
        #expect(
            try played.failure(ChannelText.sendmail)
                == DeliveryFailure("sendmail took too long and was ended", isLasting: false)
        )
    }
}
