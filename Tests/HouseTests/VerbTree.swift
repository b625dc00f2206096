// The verbs of the command, told from its sources: no process is run for them.

import TestSupport

/// The verbs of the command with those below them.
struct VerbTree: Sendable {
    /// All verbs as an owner types them, without the program's name: `report`, `report monthly`.
    let verbs: [String]

    private struct Command {
        var name: String
        var children: [String]
    }

    /// Reads the configurations of commands in sources.
    init(_ files: [SourceFile]) {
        var commands: [String: [String: Command]] = [:]
        var top: [String: Command] = [:]
        for file in files {
            for offset in file.offsets(ofCode: "CommandConfiguration(") {
                guard let (type, around) = VerbTree.type(around: offset, in: file) else { continue }
                let body =
                    offset..<PackageManifest.closing(file.code, offset + "CommandConfiguration".utf8.count)
                let name = VerbTree.text("commandName:", in: body, of: file) ?? VerbTree.hyphenated(type)
                let command = Command(name: name, children: VerbTree.children(in: body, of: file))
                if let around { commands[around, default: [:]][type] = command } else { top[type] = command }
            }
        }
        func all(_ type: String, in around: String, prefix: String) -> [String] {
            guard let command = commands[around]?[type] ?? top[type] else {
                return ["\(prefix)\(type), unknown"]
            }
            let verb = prefix + command.name
            return [verb] + command.children.flatMap { all($0, in: type, prefix: verb + " ") }
        }
        verbs = (top["Sunvigil"]?.children ?? []).flatMap { all($0, in: "Sunvigil", prefix: "") }.sorted()
    }

    /// Returns the type whose configuration stands at an offset, and the one around that.
    private static func type(around offset: Int, in file: SourceFile) -> (String, String?)? {
        var names: [String] = []
        var depth = 0
        var i = offset
        // Backwards, from one open brace to the next around it.
        while i > 0 {
            i -= 1
            if file.code[i] == 0x7D { depth += 1 }
            guard file.code[i] == 0x7B else { continue }
            if depth > 0 {
                depth -= 1
                continue
            }
            let lineStart = (file.code[..<i].lastIndex(of: 0x0A) ?? -1) + 1
            let words = String(decoding: file.code[lineStart..<i], as: UTF8.self)
                .split { $0 == " " || $0 == ":" || $0 == "," }
            if let keyword = words.firstIndex(where: { $0 == "struct" || $0 == "extension" }) {
                names.append(String(words[keyword + 1]))
            }
        }
        return names.first.map { ($0, names.count > 1 ? names[1] : nil) }
    }

    private static func text(_ label: String, in body: Range<Int>, of file: SourceFile) -> String? {
        guard let start = file.offsets(ofCode: label).first(where: { body.contains($0) }) else { return nil }
        let rest = file.code[(start + label.utf8.count)..<body.upperBound].drop { $0 == 0x20 || $0 == 0x0A }
        guard rest.first == 0x22, let end = rest.dropFirst().firstIndex(of: 0x22) else { return nil }
        return String(decoding: file.bytes[(rest.startIndex + 1)..<end], as: UTF8.self)
    }

    private static func children(in body: Range<Int>, of file: SourceFile) -> [String] {
        guard let start = file.offsets(ofCode: "subcommands:").first(where: { body.contains($0) }),
            let open = file.code[start..<body.upperBound].firstIndex(of: 0x5B)
        else { return [] }
        let list = file.code[(open + 1)..<(PackageManifest.closing(file.code, open) - 1)]
        return String(decoding: list, as: UTF8.self).split { $0 == "," || $0 == " " || $0 == "\n" }
            .map { String($0.dropLast(".self".count)) }
    }

    /// Returns the name that a command without one of its own has.
    private static func hyphenated(_ type: String) -> String {
        type.reduce(into: "") { text, letter in
            if letter.isUppercase && !text.isEmpty { text += "-" }
            text += letter.lowercased()
        }
    }
}
