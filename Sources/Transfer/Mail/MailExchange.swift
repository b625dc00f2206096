// One mail to one recipient, by SMTP. Never in clear text: a server without TLS gets nothing.

import CTransfer

/// A mail on its way to a server.
package struct MailExchange: Sendable {
    /// The server, as `smtp.example.org`.
    package var host: String
    /// The port: 587 as a rule, 465 where TLS is implicit.
    package var port: Int
    /// TLS from the first byte on, as on port 465; else STARTTLS is asked for, and without it nothing is sent.
    package var isImplicitTLS = false
    /// The sender's address.
    package var from: String
    /// The recipient's address.
    package var to: String
    /// The whole mail, with CRLF behind every line, the last too.
    package var bytes: [UInt8]
    /// User and password; nil for none. They are given by PLAIN or LOGIN, behind TLS alone, and not at all where the server
    /// offers neither.
    package var login: Exchange.Login?
    /// Whose certificate is believed: that of the system, or of an authority in a file.
    package var trust = Exchange.Trust.system
    /// How long; and how much the server may reply.
    package var limits = Exchange.Limits()

    /// Makes a mail.
    package init(host: String, port: Int, from: String, to: String, bytes: [UInt8]) {
        (self.host, self.port, self.from, self.to, self.bytes) = (host, port, from, to, bytes)
        isImplicitTLS = port == 465
    }
}

extension MailExchange: CustomStringConvertible, CustomReflectable {
    /// The mail without addresses, text and login.
    package var description: String {
        "mail by \(host):\(port), \(bytes.count) bytes" + (login == nil ? "" : ", a login")
    }
    /// Nothing but the description.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Transfer {
    /// Hands a mail to a server and waits for its yes. A connection of its own each: nothing of it is kept.
    ///
    /// The server may have taken a mail whose yes did not come in time: whoever sends it again names it as before.
    ///
    /// - Returns: the server's reply to the mail: its code as status.
    /// - Throws: `TransferFailure`: `.refused` with the server's code where it said no, `.noTLS` where it has no STARTTLS or
    ///   its certificate is not believed, `.badHeader` where an address or a line of the mail is none, and then nothing was
    ///   sent.
    package func send(_ mail: MailExchange) throws(TransferFailure) -> Reply {
        if let refusal = mail.refusal { throw refusal }
        guard let handle = CurlHandle(library) else { throw .other(code: Int(CURLE_FAILED_INIT)) }
        defer { handle.free() }
        let sink = MailSink(mail, isStopped: isStopped)
        let teller = dialogue.map { DialogueTeller(MailSpeech(), mask: DialogueMask(mail.login), tell: $0) }
        let code = try handle.perform(mail, into: sink, teller: teller)
        if let accepted = sink.accepted {
            return Reply(status: accepted, seconds: handle.seconds(CURLINFO_TOTAL_TIME))
        }
        throw failure(code, of: mail, sink: sink, handle: handle)
    }

    /// Says why a mail was not taken.
    private func failure(_ code: Int32, of mail: MailExchange, sink: MailSink, handle: CurlHandle)
        -> TransferFailure
    {
        if let refusal = sink.refusal { return refusal }
        let isNo = (400...599).contains(sink.lastCode)
        switch Int(code) {
        // Each of them may be the server's no: at the greeting, EHLO, AUTH, MAIL, RCPT, DATA, and behind the mail.
        case CURLE_WEIRD_SERVER_REPLY where isNo, CURLE_REMOTE_ACCESS_DENIED where isNo,
            CURLE_LOGIN_DENIED where isNo,
            CURLE_SEND_ERROR where isNo, CURLE_RECV_ERROR where isNo:
            return .refused(code: sink.lastCode)
        // TLS that is not there now may be there later.
        case CURLE_USE_SSL_FAILED where (400...499).contains(sink.lastCode):
            return .refused(code: sink.lastCode)
        case CURLE_ABORTED_BY_CALLBACK where !sink.wasStopped: return .timedOut
        case CURLE_OK: return .badHeader
        default: break
        }
        let outcome = CurlOutcome(
            code: code,
            host: mail.host[...],
            isSent: sink.lastCode > 0,
            hasBegun: sink.lastCode > 0,
            limits: mail.limits
        )
        return failure(outcome, handle: handle) ?? .badHeader
    }
}
