// What is told of a body that has just come from a gateway, before the parser has it.

import Ingest
import Testing

struct GatewayBodyCheckTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("only a whole object or list is a body")
    func whole() {
        for text in ["{}", "[]", " [1, 2]\n", #"{"a": [-0.0, 60.000]}"#] {
            #expect(GatewayBodyCheck.isWhole(bytes(text)), "\(text)")
        }
        for text in [
            "", " ", "{", "[1,", "{}x", "[][]", "1", "\"a\"", "null", "<html></html>", "{\"a\":1", "[1]]",
        ] {
            #expect(!GatewayBodyCheck.isWhole(bytes(text)), "\(text)")
        }
        #expect(!GatewayBodyCheck.isWhole([0xFF, 0xFE, 0]))
        #expect(!GatewayBodyCheck.isWhole(Array(repeating: UInt8(ascii: "["), count: 100_000)))
    }

    @Test("info tells whether tokens are wanted: by its word, else by its generation")
    func about() {
        func info(_ software: String, _ more: String = "", serial: String = "12") -> GatewayAbout? {
            GatewayBodyCheck.about(
                bytes(
                    "<envoy_info><time>1790000000</time><device><sn>\(serial)</sn><software>\(software)</software></device>\(more)</envoy_info>"
                )
            )
        }
        #expect(info("D7.0.88")?.usesTokens == true && info("D5.0.62")?.usesTokens == false)
        #expect(info("D7.0.88", "<web-tokens>false</web-tokens>")?.usesTokens == false)
        #expect(info("X", "<web-tokens>true</web-tokens>")?.usesTokens == true)
        #expect(
            info("R3.8.1")?.isTooOld == true && info("R3.9.36")?.isTooOld == false
                && info("X")?.isTooOld == false
        )
        #expect(info("D8", serial: "") == nil && GatewayBodyCheck.about(bytes("<html>")) == nil)
        #expect(info("D8.2.1")?.utcSeconds == 1_790_000_000)
    }

    @Test("meters and batteries are told by what is switched on and listed")
    func house() {
        #expect(GatewayBodyCheck.hasMeters(bytes(#"[{"state":"disabled"},{"state":"enabled"}]"#)) == true)
        #expect(GatewayBodyCheck.hasMeters(bytes(#"[{"state":"disabled"}]"#)) == false)
        #expect(
            GatewayBodyCheck.hasMeters(bytes("[]")) == false && GatewayBodyCheck.hasMeters(bytes("{}")) == nil
        )
        #expect(GatewayBodyCheck.hasBatteries(bytes(#"[{"type":"ENCHARGE","devices":[{}]}]"#)) == true)
        #expect(
            GatewayBodyCheck.hasBatteries(
                bytes(#"[{"type":"ENPOWER","devices":[]},{"type":"C6 RGM","devices":[{}]}]"#)
            ) == false
        )
        #expect(
            GatewayBodyCheck.hasBatteries(bytes("[]")) == false
                && GatewayBodyCheck.hasBatteries(bytes("{}")) == nil
        )
    }
}
