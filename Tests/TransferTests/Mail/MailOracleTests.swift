// A mail server that others made takes what is sent, and another reader reads it back.

import Foundation
import Testing

@testable import Transfer

@Suite("a real mail server", .enabled(if: hasCurl && hasPeers && PythonPeer.has("aiosmtpd")))
struct MailOracleTests {
    private static let script = """
        import asyncio, base64, email, email.policy, json, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        def told(data): print(base64.b64encode(data).decode(), flush=True)
        class Handler:
            async def handle_DATA(self, server, session, envelope):
                told(envelope.content)
                mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
                told(json.dumps([envelope.mail_from, envelope.rcpt_tos, mail["Subject"], mail.get_content(),
                    session.host_name, len(mail.defects)]).encode())
                return "250 taken"
        def login(server, session, envelope, mechanism, data):
            return AuthResult(handled=False, success=(data.login, data.password) == (b"us3r", b"p4ssw0rd"))
        async def main():
            make = lambda: SMTP(Handler(), tls_context=context, require_starttls=True, auth_required=True,
                authenticator=login, hostname="test")
            server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1], flush=True)
            # Until the test wants no more.
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        asyncio.run(main())
        """

    private func server() throws -> PythonPeer {
        let certificate = try #require(TestCertificate.loopback)
        return try PythonPeer(MailOracleTests.script, arguments: [certificate.certificate, certificate.key])
    }

    @Test("a mail behind STARTTLS and a login is taken byte by byte, and Python's email reads it")
    func taken() throws {
        let peer = try server()
        let body = ".\r\n..two\r\n\r\nfür die Batterie …0006: 99 %\r\n. \r\n"
        let text =
            "From: sunvigil@example.org\r\nTo: me@example.org\r\nSubject: [home] critical\r\n"
            + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            + body
        #expect(try send(mail(peer.port, text)).reply?.status == 250)
        let seen = peer.finish()
        #expect(seen.count == 2 && seen.first == Array(text.utf8))
        let read = try JSONSerialization.jsonObject(with: Data(seen.last ?? [])) as? [Any]
        #expect(read?[0] as? String == "sunvigil@example.org" && read?[1] as? [String] == ["me@example.org"])
        #expect(read?[2] as? String == "[home] critical" && read?[4] as? String == "[127.0.0.1]")
        #expect((read?[3] as? String)?.replacing("\r\n", with: "\n") == body.replacing("\r\n", with: "\n"))
        #expect(read?[5] as? Int == 0)
    }

    @Test("a wrong password and no password are refused")
    func refused() throws {
        let peer = try server()
        var mail = mail(peer.port)
        mail.login = Exchange.Login(user: "us3r", password: "wrong")
        let wrong = try send(mail).failure
        #expect(wrong == .refused(code: 535))
        mail.login = nil
        let none = try send(mail).failure
        #expect(none == .refused(code: 530))
    }
}
