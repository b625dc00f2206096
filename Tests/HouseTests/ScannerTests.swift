// What the scanner of sources must tell, on small examples: the rules of the house rest on it.

import Testing

@Suite("scanner of sources")
struct ScannerTests {
    private func file(_ text: String) -> SourceFile {
        SourceFile(path: "Sources/Room/A.swift", bytes: Array(text.utf8))
    }

    private func code(_ text: String) -> String { String(decoding: file(text).code, as: UTF8.self) }

    @Test(
        "comments and texts are blanked, code in interpolations stays",
        arguments: [
            ("a // try!", "a        "), ("a /* { /* } */ { */ b", "a                   b"),
            (#"x("{") "#, #"x(" ") "#), (#"x("\"{") "#, #"x("   ") "#),
            (#"x("a\(b + "{")c")"#, #"x("  (b + " ") ")"#),
            ("x(#\"a\"{\"#)", "x(#\"   \"#)"), ("x(#\"\\({\"#)", "x(#\"   \"#)"),
            ("x(#\"\\#(b)\"#)", "x(#\"  (b)\"#)"), ("\"\" + y", "\"\" + y"), ("a / b / c", "a / b / c"),
            ("f(of: /\"{/) + g", "f(of: /  /) + g"), ("#/{/#", "#/ /#"),
        ]
    )
    func blanking(text: String, expected: String) { #expect(code(text) == expected) }

    @Test("a long string ends at its three quotes only")
    func longStrings() {
        let text = "let a = \"\"\"\n  \"{\" \\(b) { \\\"\"\" \n  \"\"\"\nlet c = 1"
        let blanked = code(text)
        #expect(!blanked.contains("{") && blanked.contains("(b)") && blanked.contains("let c = 1"))
        #expect(blanked.utf8.count == text.utf8.count)
    }

    @Test("functions are named by what is around them and by their labels")
    func symbols() {
        let text = """
            struct A<B> {
                init?(_ a: Int, b: [String: Int] = ["x": 1]) { self.init(c: 1) }
                func f<C>(_ a: (Int, Int), _ b: @escaping (C, C) -> Void, c d: Dictionary<Int, Int>, _ e: Int = 0) throws(E) -> [Int] where C: D {
                    func inner(@ViewBuilder _ x: Int) { if a { b { } } }
                }
                static func < (left: A, right: A) -> Bool { true }
                subscript(_ a: Int, _ b: Int, _ c: Int) -> Int { 1 }
            }
            protocol P {
                func g(_ a: Int)
                var x: Int { get }
                init()
            }
            extension A.Q: P { mutating func `in a`() async {} }
            """
        #expect(
            file(text).functions.map(\.symbol) == [
                "A.init(_:b:)", "A.f(_:_:c:_:)", "A.f.inner(_:)", "A.<(left:right:)", "A.subscript(_:_:_:)",
                "P.g(_:)", "P.init()", "A.Q.`in-a`()",
            ]
        )
        #expect(file(text).functions.map(\.unlabelledCount) == [1, 3, 1, 0, 0, 1, 0, 0])
        #expect(file(text).types == ["A", "P"])
    }

    @Test("the lines of a function are those from its opening brace to its closing one")
    func lines() throws {
        let functions = file("func a(\n  b: Int\n) {\n  let c = \"}\"\n\n}\nfunc d() { 1 }\n").functions
        #expect(functions.map(\.bodyLineCount) == [4, 1] && functions.map(\.line) == [1, 7])
    }

    @Test("a place in code is told by the innermost function around it")
    func places() throws {
        let made = file("let a = 1\nfunc b() {\n  func c() { x() }\n  y()\n}\n")
        #expect(made.symbol(at: try #require(made.offsets(ofCode: "x()").first)) == "b.c()")
        #expect(made.symbol(at: try #require(made.offsets(ofCode: "y()").first)) == "b()")
        #expect(made.symbol(at: 0) == "-")
    }

    @Test("imports are told with their lines, whatever stands in front")
    func imports() {
        let made = file(
            "// import X\n@testable import A\n#if B\n    import C\n#endif\npackage import D\nlet e = f(import: 1)\n"
        )
        #expect(made.imports.map(\.module) == ["A", "C", "D"] && made.imports.map(\.line) == [2, 4, 6])
    }

    @Test("names in comments are words of two humps and what stands in backticks")
    func names() {
        let names = CommentNames.found(in: [
            " Lake and LakeWriter of `Lake`, `site_interval`, APIWriter.swift; APIs, kWh, https://a.b/CamelCase `a b`",
            " Type+Facet, PKWARE APPNOTE, `Type.member`",
        ])
        #expect(names.map(\.text) == ["LakeWriter", "Lake", "site_interval", "APIWriter", "Type"])
        #expect(names.map(\.isType) == [true, true, false, true, true])
    }
}
