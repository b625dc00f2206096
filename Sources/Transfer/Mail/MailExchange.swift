// One mail to one recipient, by SMTP. Never in clear text: a server without TLS gets nothing.

/// A mail on its way to a server.
package struct MailExchange: Sendable {
    /// The server, `smtp.example.org:587` (STARTTLS) or with `isImplicitTLS` port 465.
    package var host: String
    /// The port.
    package var port: Int
    /// TLS from the first byte on, as on port 465; else STARTTLS is asked for, and without it nothing is sent.
    package var isImplicitTLS = false
    /// The sender's address.
    package var from: String
    /// The recipient's address.
    package var to: String
    /// The whole mail, with CRLF.
    package var bytes: [UInt8]
    /// User and password; nil for none.
    package var login: Exchange.Login?
    /// Whose certificate is believed: that of the system, or of an authority in a file.
    package var trust = Exchange.Trust.system
    /// How long.
    package var limits = Exchange.Limits()

    /// Makes a mail.
    package init(host: String, port: Int, from: String, to: String, bytes: [UInt8]) {
        (self.host, self.port, self.from, self.to, self.bytes) = (host, port, from, to, bytes)
    }
}

extension Transfer {
    /// Hands a mail to a server and waits for its yes.
    ///
    /// - Returns: the server's last reply: its code as status.
    /// - Throws: `TransferFailure`: `.refused` with the server's code where it said no, `.noTLS` where it has no STARTTLS.
    package func send(_ mail: MailExchange) throws(TransferFailure) -> Reply { throw .other(code: 0) }
}
