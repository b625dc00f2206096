// JSON back into values.

import Readings
import TestSupport
import Testing

@Suite("JSON back into values")
struct JSONParsingTests {
    @Test("what was written is read as it was")
    func roundTrip() throws {
        let value = JSONValue.object([
            ("a", .integer(-7)), ("b", .number(1.25, decimals: 3)), ("c", .array([.null, .boolean(true)])),
            ("d", .text("é \"\\ \n\u{1} ☀︎")), ("e", .object([])),
        ])
        for text in [value.compact, value.pretty] {
            let read = try #require(JSONValue(parsing: text))
            #expect(read.compact == value.compact)
            #expect(
                read["b"]?.double == 1.25 && read["a"]?.double == -7
                    && read["d"]?.string == "é \"\\ \n\u{1} ☀︎"
            )
            #expect(read["c"]?.elements.count == 2 && read["none"] == nil)
        }
        #expect(JSONValue.raw(#"{"x":[1]}"#)["x"]?.elements.first?.double == 1)
    }

    @Test(
        "what is no JSON is nothing",
        arguments: ["", "{", "[1,]", "{\"a\"}", "tru", "1 2", "\"\\u12\"", "nan", "[\"a", "--1"]
    )
    func refused(_ text: String) { #expect(JSONValue(parsing: text) == nil) }

    @Test("nesting has its limit, and damage never traps")
    func damage() {
        #expect(
            JSONValue(parsing: String(repeating: "[", count: 40) + String(repeating: "]", count: 40)) == nil
        )
        let whole = Array(#"{"a":[1,2.5,{"b":"\u00e9\n"}],"c":null}"#.utf8)
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            var bytes = whole
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            _ = JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
        }
    }
}

@Suite("CSV fields")
struct CSVFieldTests {
    @Test(
        "what would break a line is quoted, what a spreadsheet would run is not run",
        arguments: [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\r\nb", "\"a\r\nb\""),
            ("=1+2", "'=1+2"), ("-x,y", "\"'-x,y\""), ("@a", "'@a"), ("", ""),
        ]
    )
    func field(_ text: String, _ expected: String) { #expect(CSVField.text(text) == expected) }
}
