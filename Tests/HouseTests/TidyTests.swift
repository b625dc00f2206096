// The house is tidy: sizes, labels, comments, and what code may not do. What broke a rule when it came is in allowed.txt.

import Foundation
import TestSupport
import Testing

@Suite("tidiness")
struct TidyTests {
    @Test("no folder of Sources holds more than ten Swift files")
    func folderFiles() { Allowed.shared.expectObeyed(.folderFiles) }

    @Test("no function has more than seventy lines")
    func functionLines() { Allowed.shared.expectObeyed(.functionLines) }

    @Test("no file has more than five hundred lines")
    func fileLines() { Allowed.shared.expectObeyed(.fileLines) }

    @Test("every file opens with a comment that says what lives in it")
    func openingComment() { Allowed.shared.expectObeyed(.openingComment) }

    @Test("no function takes more than two arguments without a label")
    func unlabelledParameters() { Allowed.shared.expectObeyed(.unlabelledParameters) }

    @Test("no source forces a try or a type, or ends the program")
    func traps() { Allowed.shared.expectObeyed(.traps) }

    @Test("no source prints but the command's console")
    func prints() { Allowed.shared.expectObeyed(.print) }

    @Test("no room but the command looks at the clock")
    func clock() { Allowed.shared.expectObeyed(.clock) }

    @Test("a name in an opening comment is the name of something that is there")
    func namesInComments() { Allowed.shared.expectObeyed(.namesInComments) }

    @Test("no Swift file has tabs, or spaces at the end of a line")
    func whitespace() { Allowed.shared.expectObeyed(.whitespace) }

    @Test("a page that a comment or a message names exists")
    func namedPages() {
        for file in SourceTree.shared.files {
            for offset in ByteSearch.offsets(of: Array("docs/".utf8), in: file.bytes)
            where offset == 0 || !ByteSearch.isWord(file.bytes[offset - 1]) && file.bytes[offset - 1] != 0x2F
            {
                let rest = file.bytes[offset...].prefix {
                    ByteSearch.isWord($0) || [0x2D, 0x2E, 0x2F].contains($0)
                }
                var path = String(decoding: rest, as: UTF8.self)
                while path.hasSuffix(".") || path.hasSuffix("/") { path.removeLast() }
                #expect(
                    FileManager.default.fileExists(atPath: Checkout.root.path + "/" + path),
                    "\(file.path):\(file.line(of: offset)): there is no \(path); name the page that is meant"
                )
            }
        }
    }

    @Test("every line of allowed.txt is a rule, a path and a symbol")
    func lines() {
        for line in Allowed.shared.strayLines {
            Issue.record("allowed.txt: `\(line)` is no rule, path and symbol; remove it")
        }
    }

    @Test("a violation that is not listed fails, and so does a line that names none any more")
    func shrinking() {
        let violation = Violation(rule: .traps, path: "a.swift", symbol: "f()", message: "a.swift:1: as!")
        #expect(Allowed.complaints(.traps, [violation], entries: ["traps a.swift f()"]).isEmpty)
        #expect(Allowed.complaints(.traps, [violation], entries: []).count == 1)
        #expect(
            Allowed.complaints(.traps, [violation, violation], entries: ["traps a.swift f()"]).count == 1
        )
        let stale = Allowed.complaints(.traps, [], entries: ["traps a.swift f()", "clock a.swift f()"])
        #expect(stale.count == 1 && stale[0].contains("remove it"))
    }

    @Test("updating the list takes lines out and never puts one in")
    func updating() {
        let lines = ["# remark", "traps a.swift f()", "traps a.swift f()", "clock b.swift -", ""]
        let kept = Allowed.kept(lines, ["traps a.swift f()", "traps c.swift g()"])
        #expect(kept == ["# remark", "traps a.swift f()", ""])
    }
}
