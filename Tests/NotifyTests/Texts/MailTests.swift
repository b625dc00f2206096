// Mails as another program reads them, and as servers want them.

import Foundation
import Notify
import Readings
import TestSupport
import Testing

@Suite("mails")
struct MailTests {
    typealias House = NotifyHouse

    private static func mail(_ message: Message, inReplyTo: String? = nil) -> [UInt8] {
        MailText(message, from: "sunvigil@example.org", to: "me@example.org", inReplyTo: inReplyTo).bytes
    }

    @Test(
        "addresses are one plain address",
        arguments: [
            ("me@example.org", true), ("me.you+solar@sub.example.org", true), ("root@localhost", true),
            ("o'neil@example.org", true), ("a@xn--bcher-kva.example", true), ("", false), ("me", false),
            ("@example.org", false), ("me@", false), ("me@@example.org", false), ("a@b@c", false),
            (".me@example.org", false), ("me.@example.org", false), ("m..e@example.org", false),
            ("<me@example.org>", false), ("Me <me@example.org>", false),
            ("me@example.org,you@example.org", false),
            ("me@example.org ", false), ("m e@example.org", false),
            ("me@example.org\r\nRCPT TO:<x@y.org>", false),
            ("me\n@example.org", false), ("me@exa\u{0}mple.org", false), ("mé@example.org", false),
            ("me@exämple.org", false), ("\"me\"@example.org", false), ("me(x)@example.org", false),
            ("me@[127.0.0.1]", false), ("me@-example.org", false), ("me@example-.org", false),
            ("me@example..org", false), ("me@example.org.", false), ("me@.org", false),
            ("me:you@example.org", false),
            (String(repeating: "a", count: 65) + "@example.org", false),
            (String(repeating: "a", count: 64) + "@example.org", true),
            ("a@" + String(repeating: "b.", count: 130) + "org", false),
        ]
    )
    func addresses(text: String, isOne: Bool) {
        #expect(MailText.isAddress(text) == isOne, "\(text)")
    }

    @Test("no mail is written to what is no address")
    func noAddress() {
        let message = House.message([(.new, House.pinned)])
        #expect(
            MailText(message, from: "x\r\ny@example.org", to: "me@example.org", inReplyTo: nil).bytes.isEmpty
        )
        #expect(MailText(message, from: "a@example.org", to: "b c@example.org", inReplyTo: nil).bytes.isEmpty)
    }

    @Test(
        "a message's name is the same each time, and holds nothing but a name",
        arguments: House.hostileNames
    )
    func names(name: String) throws {
        let own = MailText.messageID(name, from: "sunvigil@example.org")
        #expect(own == MailText.messageID(name, from: "sunvigil@example.org"))
        #expect(own.wholeMatch(of: /<[A-Za-z0-9_-]{1,100}\.sunvigil@example\.org>/) != nil, "\(own)")
        #expect(own != MailText.messageID(name + "x", from: "sunvigil@example.org"))
        let odd = MailText.messageID("a", from: name)
        #expect(odd.wholeMatch(of: /<a\.sunvigil@[A-Za-z0-9.-]+>/) != nil, "\(odd)")
    }

    /// Messages of all forms, with hostile names.
    private static var messages: [Message] {
        let names =
            House.hostileNames + [
                "home", String(repeating: "ß", count: 24), String(repeating: "日", count: 24),
            ]
        return names.map { name in
            var own = House.pinned
            own.companions = [
                name, "." + name, "From " + name + " ", String(repeating: name + " = ", count: 9),
            ]
            return House.message([(.new, own), (.over, House.silence)], name: name)
        }
    }

    @Test("a mail is ASCII in lines of at most 76 bytes that end in CRLF, none of which begins with a dot")
    func lines() {
        for message in Self.messages {
            let mail = Self.mail(message, inReplyTo: "earlier")
            #expect(mail.allSatisfy { $0 == 13 || $0 == 10 || (32..<127).contains($0) })
            let lines = String(decoding: mail, as: UTF8.self).components(separatedBy: "\r\n")
            for line in lines {
                #expect(
                    !line.utf8.contains(13) && !line.utf8.contains(10) && line.utf8.first != 46,
                    "\(line)"
                )
            }
            #expect(lines.allSatisfy { !$0.hasSuffix(" ") && !$0.hasPrefix("From ") })
            let head = lines.prefix { !$0.isEmpty }
            for line in lines where !line.hasPrefix("Content-Type: multipart") {
                #expect(line.utf8.count <= 76, "\(line)")
            }
            // Only what we write begins a line of the head; all else is folded.
            let own = Set(head.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } })
            #expect(own.count == head.count { !$0.hasPrefix(" ") })
            #expect(!own.contains("Bcc") && own.contains("Auto-Submitted"))
        }
    }

    @Test("an HTML part has tags of ours only, and loads nothing")
    func tags() throws {
        for message in Self.messages {
            let mail = try #require(Self.parts(of: Self.mail(message)))
            let tags = Set(mail.html.matches(of: /<\/?([!A-Za-z0-9]+)/).map { String($0.1) })
            #expect(
                tags.isSubset(of: [
                    "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "h1", "div", "p", "span",
                    "b", "code", "a",
                ]),
                "\(tags)"
            )
            for word in ["src=", "url(", "@import", "<script", "onerror=\"", "<link", "<img"] {
                let isOurs =
                    mail.html.contains(word) && !message.title.contains(word) && !message.text.contains(word)
                #expect(!isOurs, "\(word)")
            }
        }
    }

    /// Takes a mail apart without another program: its two parts, decoded.
    private static func parts(of mail: [UInt8]) -> (text: String, html: String)? {
        let text = String(decoding: mail, as: UTF8.self)
        guard let mark = text.firstMatch(of: /boundary="([^"]+)"/)?.1 else { return nil }
        let parts = text.components(separatedBy: "--\(mark)")
        guard parts.count == 4 else { return nil }
        let bodies = parts[1...2].map { part -> String in
            let body = part.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
            var bytes: [UInt8] = []
            var rest = Array(body.replacing("=\r\n", with: "").utf8)[...]
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "="),
                    let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                {
                    bytes.append(value)
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        }
        return (bodies[0], bodies[1])
    }
}

// MARK: Read by Python

private let python = URL(filePath: "/usr/bin/env")
private let hasPython: Bool = {
    let process = Process()
    process.executableURL = python
    process.arguments = ["python3", "-c", "import email.policy"]
    return (try? Program.finish(process).code) == 0
}()

@Suite("mails, read by Python's reader", .enabled(if: hasPython))
struct PythonMailTests {
    typealias House = NotifyHouse

    /// What the reader says of a mail.
    private struct Reading: Decodable {
        let subject: String
        let from: [String]
        let to: [String]
        let messageID: String
        let inReplyTo: String
        let references: String
        let date: Double
        let automatic: String
        let text: String
        let html: String
        let names: [String]
        let types: [String]
        let defects: [String]
    }

    private static let script = """
        import email, email.policy, json, sys
        answer = []
        for path in sys.argv[1:]:
            mail = email.message_from_bytes(open(path, 'rb').read(), policy=email.policy.default)
            defects = [repr(d) for part in mail.walk() for d in part.defects]
            defects += [n + repr(d) for n, v in mail.items() for d in v.defects]
            answer.append({'subject': mail['subject'], 'from': [a.addr_spec for a in mail['from'].addresses],
                'to': [a.addr_spec for a in mail['to'].addresses], 'messageID': mail['message-id'],
                'inReplyTo': mail['in-reply-to'] or '', 'references': mail['references'] or '',
                'date': mail['date'].datetime.timestamp(), 'automatic': mail['auto-submitted'],
                'text': mail.get_body(('plain',)).get_content().replace('\\r\\n', '\\n'), 'html': mail.get_body(('html',)).get_content().replace('\\r\\n', '\\n'),
                'names': mail.keys(), 'types': [part.get_content_type() for part in mail.walk()],
                'defects': defects})
        json.dump(answer, sys.stdout)
        """

    @Test("subject, addresses, names and both parts are what the message says, without a defect")
    func read() throws {
        let folder = try ScratchFolder()
        var messages = House.hostileNames.map { name in
            var own = House.pinned
            own.companions = [name, ". " + name + " =", String(repeating: name, count: 7)]
            return House.message([(.new, own), (.worse, House.lost), (.over, House.silence)], name: name)
        }
        // Titles in plain ASCII that are not what they seem, or do not fold.
        messages += [
            "=?UTF-8?B?ZXZpbA==?= x", "a  b   c", " a ", "=?", String(repeating: "x", count: 78),
            "To: you " + String(repeating: "y ", count: 34) + "z",
            "x\u{301}" + String(repeating: "\u{302}", count: 90),
        ].map { title in
            var message = House.message([(.over, House.silence)])
            message.title = title
            return message
        }
        var paths: [String] = []
        for (number, message) in messages.enumerated() {
            let mail = MailText(
                message,
                from: "sunvigil@example.org",
                to: "me@example.org",
                inReplyTo: "earlier \(number)"
            )
            let path = try folder.write("\(number).eml", "")
            try Data(mail.bytes).write(to: URL(filePath: path))
            paths.append(path)
        }
        let process = Process()
        process.executableURL = python
        process.arguments = ["python3", "-c", Self.script] + paths
        let result = try Program.finish(process)
        #expect(result.code == 0, "\(result.errors)")
        let readings = try JSONDecoder().decode([Reading].self, from: Data(result.output.utf8))
        #expect(readings.count == messages.count)
        for (message, reading) in zip(messages, readings) {
            #expect(reading.subject == message.title)
            #expect(reading.text == message.text)
            #expect(reading.from == ["sunvigil@example.org"] && reading.to == ["me@example.org"])
            #expect(reading.messageID == MailText.messageID(message.id, from: "sunvigil@example.org"))
            #expect(reading.inReplyTo == reading.references && reading.inReplyTo.hasSuffix("@example.org>"))
            #expect(reading.date == Double(House.now) && reading.automatic == "auto-generated")
            #expect(reading.defects.isEmpty, "\(reading.defects)")
            #expect(reading.types == ["multipart/alternative", "text/plain", "text/html"])
            #expect(
                reading.names == [
                    "Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References",
                    "Auto-Submitted",
                    "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
                ]
            )
            #expect(reading.html.hasPrefix("<!DOCTYPE html>") && reading.html.hasSuffix("</html>\n"))
        }
    }
}
