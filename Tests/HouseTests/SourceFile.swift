// One Swift file with what the rules ask of it: code without comments and texts, functions, types, imports.

/// A Swift file.
struct SourceFile: Sendable {
    /// The path below the root.
    let path: String
    /// The bytes as they are.
    let bytes: [UInt8]
    /// The bytes with comments and the text of strings blanked; of the same length and lines.
    let code: [UInt8]
    /// Where each line ends.
    let lineEnds: [Int]
    /// Functions, initialisers and subscripts, in the order of their beginnings.
    let functions: [SourceFunction]
    /// Names of types that it declares.
    let types: [String]
    /// Modules that it imports, with their lines.
    let imports: [(module: String, line: Int)]

    /// Looks through the bytes of a file.
    init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        code = CodeBlanker.blanked(bytes)
        lineEnds = ByteSearch.offsets(of: [0x0A], in: bytes)
        let found = DeclarationFinder.declarations(in: code, lineEnds: lineEnds)
        functions = found.functions.sorted { $0.offset < $1.offset }
        types = found.types
        imports = found.imports
    }

    /// The name of the file.
    var name: String { String(path.split(separator: "/").last ?? "") }
    /// The room, the folder below Sources or Tests.
    var room: String { String(path.split(separator: "/").dropFirst().first ?? "") }
    /// The number of lines.
    var lineCount: Int { lineEnds.count + (bytes.isEmpty || bytes.last == 0x0A ? 0 : 1) }

    /// Returns the line, from 1, in which a byte stands.
    func line(of offset: Int) -> Int { DeclarationFinder.line(of: offset, lineEnds) }

    /// The lines of the comment with which the file opens, without their slashes.
    var header: [String] {
        var lines: [String] = []
        var start = 0
        for end in lineEnds {
            let line = bytes[start..<end]
            guard line.starts(with: [0x2F, 0x2F]), !line.starts(with: [0x2F, 0x2F, 0x2F]) else { break }
            lines.append(String(decoding: line.dropFirst(2), as: UTF8.self))
            start = end + 1
        }
        return lines
    }

    /// The length of that comment.
    var headerByteCount: Int { header.reduce(0) { $0 + $1.utf8.count + 3 } }

    /// Returns the innermost function around a byte, as its symbol; a dash outside of functions.
    func symbol(at offset: Int) -> String {
        functions.last { $0.offset <= offset && offset < $0.endOffset }?.symbol ?? "-"
    }

    /// Returns where a text stands in the code, without names that only end in it.
    func offsets(ofCode text: String, isAlsoMember: Bool = true) -> [Int] {
        ByteSearch.offsets(of: Array(text.utf8), in: code).filter { offset in
            guard offset > 0 else { return true }
            let before = code[offset - 1]
            return !ByteSearch.isWord(before) && (isAlsoMember || before != 0x2E)
        }
    }
}

/// A function, initialiser or subscript.
struct SourceFunction: Sendable {
    /// The types and functions around it, its name and labels: `Type.name(label:_:)`.
    let symbol: String
    /// Where it begins.
    let offset: Int
    /// Where its body ends; its beginning where it has none.
    var endOffset: Int
    /// The line of its beginning.
    let line: Int
    /// Lines from the opening brace of its body to the closing one.
    var bodyLineCount = 0
    /// Parameters that are given without a label.
    let unlabelledCount: Int
}

/// What a file declares and imports.
struct Declarations: Sendable {
    /// Functions, initialisers and subscripts; those inside others come first.
    var functions: [SourceFunction] = []
    /// Names of types.
    var types: [String] = []
    /// Imported modules with their lines.
    var imports: [(module: String, line: Int)] = []
}
