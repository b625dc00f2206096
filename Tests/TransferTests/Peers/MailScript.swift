// The server's side of a mail, with a place for a no at every step.

/// Where a server may say no.
enum MailStage: CaseIterable {
    case greeting, hello, startTLS, secondHello, login, from, to, data, mail
}

enum MailScript {
    /// What a server says and hears to the end of a mail, with other words at a stage, behind which it takes nothing more.
    static func steps(
        no: (stage: MailStage, text: String)? = nil,
        isImplicit: Bool = false,
        farewell: [PeerStep] = [.goodbyes]
    ) -> [PeerStep] {
        let clear: [(MailStage, [PeerStep])] = [
            (.greeting, [.text("220 test ESMTP")]),
            (.hello, [.line, .text("250-test\r\n250-SIZE 9999\r\n250 STARTTLS")]),
            (.startTLS, [.line, .text("220 go")]),
        ]
        let secure: [(MailStage, [PeerStep])] = [
            (.secondHello, [.line, .text("250-test\r\n250-SIZE 9999\r\n250 AUTH PLAIN LOGIN")]),
            (.login, [.line, .text("334 "), .line, .text("235 in")]), (.from, [.line, .text("250 ok")]),
            (.to, [.line, .text("250 ok")]), (.data, [.line, .text("354 go")]),
            (.mail, [.until("."), .text("250 2.0.0 taken as 1")]),
        ]
        let whole = isImplicit ? [(.greeting, [.tls] + clear[0].1)] + secure : clear + secure
        var steps: [PeerStep] = []
        for (stage, said) in whole {
            if let no, no.stage == stage {
                return steps + said.dropLast() + [.text(no.text)] + farewell
            }
            steps += said
            if stage == .startTLS { steps.append(.tls) }
        }
        return steps + farewell
    }
}
