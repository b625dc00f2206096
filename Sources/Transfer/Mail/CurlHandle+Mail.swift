// What is set for a mail.

import CTransfer

extension CurlHandle {
    /// How this side calls itself: the number of the loopback, as mail programs do. A machine's own name would be told to
    /// strangers, and servers take "localhost" for a sign of spam.
    private static let greeting = "%5B127.0.0.1%5D"
    private static let connectionCount = 1

    /// Sends a mail. Returns libcurl's number for what came of it.
    func perform(_ mail: MailExchange, into sink: MailSink, teller: DialogueTeller?) throws(TransferFailure)
        -> Int32
    {
        reset()
        let scheme = mail.isImplicitTLS ? "smtps" : "smtp"
        let place = "\(HostName(text: mail.host).inAddress):\(mail.port)"
        try setPlace("\(scheme)://\(place)/\(CurlHandle.greeting)")
        try setProtocols(CURLPROTO_SMTP | CURLPROTO_SMTPS, names: "smtp,smtps")
        try setBounds(mail.limits)
        // TLS or nothing.
        try set(CURLOPT_USE_SSL, to: CURLUSESSL_ALL)
        try setTrust(mail.trust)
        if let login = mail.login {
            try set(CURLOPT_LOGIN_OPTIONS, to: "AUTH=PLAIN;AUTH=LOGIN")
            try set(CURLOPT_USERNAME, to: login.user)
            try set(CURLOPT_PASSWORD, to: login.password)
        }
        // Whoever holds the connection open waits for its farewell, which a server may hold back for minutes.
        try set(CURLOPT_FORBID_REUSE, to: 1)
        try set(CURLOPT_MAXCONNECTS, to: CurlHandle.connectionCount)
        try set(CURLOPT_MAIL_FROM, to: mail.from)
        let recipients = try lines([mail.to])
        defer { freeLines(recipients) }
        try set(CURLOPT_MAIL_RCPT, to: UnsafeRawPointer(recipients))
        try set(CURLOPT_UPLOAD, to: 1)
        try set(CURLOPT_INFILESIZE, to: mail.bytes.count)
        try setSink(sink)
        try setTeller(teller)
        return withExtendedLifetime((sink, teller)) { start() }
    }

    private func setSink(_ sink: MailSink) throws(TransferFailure) {
        let address = UnsafeRawPointer(Unmanaged.passUnretained(sink).toOpaque())
        try set(CURLOPT_READDATA, to: address)
        try set(CURLOPT_WRITEDATA, to: address)
        try set(CURLOPT_HEADERDATA, to: address)
        try set(CURLOPT_XFERINFODATA, to: address)
        try set(CURLOPT_READFUNCTION) { bytes, size, count, to in
            guard let to else { return 0 }
            let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<MailSink>.fromOpaque(to).takeUnretainedValue().give(to: room)
        }
        try set(CURLOPT_HEADERFUNCTION) { bytes, size, count, to in
            guard let to else { return 0 }
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<MailSink>.fromOpaque(to).takeUnretainedValue().takeReply(line) ? size * count : 0
        }
        // Nothing else comes back.
        try set(CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        try setWatcher { to, _, _, _, _ in
            guard let to else { return 0 }
            return Unmanaged<MailSink>.fromOpaque(to).takeUnretainedValue().isOver() ? 1 : 0
        }
    }
}
