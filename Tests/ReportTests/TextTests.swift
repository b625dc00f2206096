// Numbers and JSON as reports write them.

import Analysis
import Readings
import Report
import Testing
import Words

@Suite("text")
struct TextTests {
    @Test("numbers are grouped and rounded away from zero, without a negative zero")
    func numbers() {
        #expect(NumberText.grouped("1234567.8") == "1,234,567.8" && NumberText.grouped("-999") == "-999")
        #expect(JSONValue.fixed(2.25, decimals: 1) == "2.3" && JSONValue.fixed(-0.04, decimals: 1) == "0.0")
        #expect(JSONValue.fixed(-12.5, decimals: 0) == "-13")
    }

    @Test("JSON escapes what must be, and keeps the order of members")
    func json() {
        let value = JSONValue.object([("b", .text("a\"\n\u{1}")), ("a", .array([.integer(1), .null]))])
        #expect(value.compact == #"{"b":"a\"\n\u0001","a":[1,null]}"#)
    }
}
