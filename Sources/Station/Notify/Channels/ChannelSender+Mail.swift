// Mails: one for each recipient, so that a no to one of them holds up no other, through a server or a program of this machine.

import Notify
import Readings
import Transfer

extension ChannelSender {
    /// What became of one mail.
    private enum Outcome {
        /// It was taken; the answer in short.
        case taken(String)
        /// It was refused; another may be taken.
        case refused(DeliveryFailure)
        /// Nobody was there who could take it.
        case unreached(DeliveryFailure)
    }

    /// Sends a mail to each recipient who has it not, and returns a JSON object of all who have it.
    func send(
        _ message: Message,
        by mail: MailChannel,
        item: OutboxItem,
        context: Context,
        mask: inout SecretMask
    ) throws(DeliveryFailure) -> String {
        var done = ChannelSender.done(item.receipt)
        let missing = mail.to.enumerated().filter { done[$0.element] == nil }
        guard !missing.isEmpty else { return ChannelSender.receipt(done) }
        let deliver = try way(mail, &mask)
        var failures: [(number: Int, failure: DeliveryFailure)] = []
        sending: for (place, (index, to)) in missing.enumerated() {
            if place > 0, let until = context.beginsUntil, ContinuousClock.now > until {
                failures.append((index + 1, DeliveryFailure("there was no time left", isLasting: false)))
                break
            }
            let text = MailText(message, from: mail.from, to: to, inReplyTo: context.firstMail)
            switch deliver(to, text.bytes) {
            case .taken(let answer): done[to] = answer
            case .refused(let failure): failures.append((index + 1, failure))
            case .unreached(let failure):
                failures.append((index + 1, failure))
                break sending
            }
        }
        guard let first = failures.first else { return ChannelSender.receipt(done) }
        var failure = first.failure
        if mail.to.count > 1 {
            failure.text = "recipient \(first.number) of \(mail.to.count): \(failure.text)"
        }
        failure.isLasting = failures.allSatisfy(\.failure.isLasting)
        failure.receipt = done.isEmpty ? nil : ChannelSender.receipt(done)
        failure.isUndelivered = failures.allSatisfy(\.failure.isUndelivered)
        throw failure
    }

    /// Recipients who have a mail, of its receipt, each with the answer to it.
    private static func done(_ receipt: String?) -> [String: String] {
        let members = receipt.flatMap { JSONValue(parsing: $0) }?.members ?? []
        return Dictionary(members.map { ($0.0, $0.1.string ?? "") }) { first, _ in first }
    }

    private static func receipt(_ done: [String: String]) -> String {
        JSONValue.object(done.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) }).compact
    }

    /// Returns how one mail is handed over.
    private func way(_ mail: MailChannel, _ mask: inout SecretMask) throws(DeliveryFailure) -> (
        _ to: String, _ bytes: [UInt8]
    ) -> Outcome {
        switch mail.way {
        case .server(let host, let port, let isImplicitTLS, let known, let authorityFile):
            let login = try login(known, mask: &mask)
            return { to, bytes in
                var exchange = MailExchange(host: host, port: port, from: mail.from, to: to, bytes: bytes)
                exchange.isImplicitTLS = isImplicitTLS
                exchange.login = login
                exchange.trust = ChannelSender.trust(authorityFile)
                exchange.limits.totalSeconds = ChannelSender.totalSeconds
                exchange.limits.bodyBytes = ChannelSender.mostAnswer
                return ChannelSender.outcome(world.mail(exchange))
            }
        case .sendmail(let path):
            return { to, bytes in self.sendmail([path, "-i", "-f", mail.from, "--", to], bytes) }
        }
    }

    private static func outcome(_ result: Result<Reply, TransferFailure>) -> Outcome {
        switch result {
        case .success(let reply) where reply.status < 400: .taken(String(reply.status))
        case .success(let reply): .refused(.mail(code: reply.status))
        case .failure(.refused(let code)):
            // Who asks is refused whoever the mail is for; a server that closes (421) takes none.
            [421, 530, 534, 535, 538].contains(code)
                ? .unreached(.mail(code: code)) : .refused(.mail(code: code))
        case .failure(let failure): .unreached(DeliveryFailure(failure, of: "the mail server"))
        }
    }

    /// Numbers by which a program says that another time may do: a fault of the system, of reading or writing, of the moment.
    ///
    /// Source: sysexits.h.
    private static let passing: Set<Int32> = [71, 74, 75]

    private func sendmail(_ words: [String], _ bytes: [UInt8]) -> Outcome {
        // Programs of this machine end lines as files do.
        let lines = bytes.filter { $0 != 13 }
        switch run(words, input: lines, variables: [:]) {
        case nil:
            return .unreached(DeliveryFailure("sendmail cannot be started", isLasting: true).undelivered)
        case let outcome? where outcome.isTimedOut:
            return .unreached(DeliveryFailure("sendmail took too long and was ended", isLasting: false))
        case let outcome? where outcome.status == 0: return .taken("0")
        case let outcome?:
            let isLasting =
                (64...78).contains(outcome.status) && !ChannelSender.passing.contains(outcome.status)
            return .refused(
                DeliveryFailure(
                    "sendmail ended with status \(outcome.status)\(ChannelSender.firstLine(outcome.errors))",
                    isLasting: isLasting
                )
            )
        }
    }
}
