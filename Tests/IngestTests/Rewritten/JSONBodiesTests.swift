// Several JSON bodies in one document.

import Foundation
import Ingest
import TestSupport
import Testing

@Suite("several JSON bodies in one file")
struct JSONBodiesTests {
    private func body(_ end: Int, _ more: String = "") -> String {
        #"{"system_id":1,"granularity":"day","intervals":[{"end_at":\#(end),"wh_del":5\#(more)}],"note":"a } \" {"}"#
    }

    private func split(_ text: String) throws -> [String]? {
        try JSONBodies.split(Array(text.utf8))?.map { body in
            "\(body.line): " + String(decoding: Array(text.utf8)[body.range], as: UTF8.self)
        }
    }

    private func fault(_ text: String) -> String {
        do {
            _ = try JSONBodies.split(Array(text.utf8))
            return "taken"
        } catch { return "\(error)" }
    }

    @Test("lines, bodies one behind the other, and lists are as many bodies, byte for byte")
    func forms() throws {
        let (one, two) = (body(1_744_300_000), body(1_744_300_900))
        let pretty = two.replacing("{\"end_at", with: "\n  {\"end_at")
        let battery = #"{"storages":[{"serial_number":"1"}]}"#
        #expect(try split("\(one)\n\n\(two)\r\n") == ["1: \(one)", "3: \(two)"])
        #expect(try split("\u{FEFF}\(one)\n\(battery)") == ["1: \(one)", "2: \(battery)"])
        #expect(try split(one + two) == ["1: \(one)", "1: \(two)"])
        #expect(try split("\(pretty)\n\(pretty)\n") == ["1: \(pretty)", "3: \(pretty)"])
        #expect(try split(" [\(one),\n\(two)] ") == ["1: \(one)", "2: \(two)"])
    }

    @Test("one body is one body, and so is a list that is a body itself")
    func single() throws {
        #expect(try split(body(1_744_300_000)) == nil)
        #expect(try split(#"[{"micro_inverters":[{"serial_number":"1"}]}]"#) == nil)
        #expect(try split("[]") == nil && split("{\"a\":") == nil && split("[1,2]") == nil)
    }

    @Test("a bad body refuses the whole, with its line and the reason")
    func bad() {
        let one = body(1_744_300_000)
        #expect(fault("\(one)\n\(body(1, ",oops"))\n\(one)\n").contains("line 2"))
        #expect(fault("\(one)\n{\"half\":[1\n\(one)\n").contains("line 2"))
        #expect(fault("\(one)\n\(one)\n{\"x\":1}\n").contains("line 3"))
        let limit = #"{"message":"Too Many Requests","details":"","code":429}"#
        #expect(
            fault("\(one)\n\(limit)\n").contains(
                "line 2 cannot be taken: it is an error body of the API: 429"
            )
        )
    }
}
