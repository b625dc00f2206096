// The rules of tidiness: what each looks at, what breaks it, and what to do then.

import TestSupport

/// A rule of tidiness. Its name is that of its lines in allowed.txt.
enum TidyRule: String, CaseIterable, Sendable {
    /// Folders of Sources are small.
    case folderFiles = "folder-files"
    /// Functions are short.
    case functionLines = "function-lines"
    /// Files are short.
    case fileLines = "file-lines"
    /// A file says what lives in it.
    case openingComment = "opening-comment"
    /// Arguments say what they are.
    case unlabelledParameters = "unlabelled-parameters"
    /// The program never traps by choice.
    case traps
    /// Output goes one way.
    case print
    /// The clock is given.
    case clock
    /// Comments name what is there.
    case namesInComments = "names-in-comments"
    /// No tabs, and nothing behind the end of a line.
    case whitespace

    private static let mostFolderFiles = 10
    private static let mostFunctionLines = 70
    private static let mostFileLines = 500
    private static let mostUnlabelled = 2
    /// The only file that prints.
    private static let console = "Sources/sunvigil/Shared/Console.swift"
    /// The room whose verbs may look at the clock.
    private static let clockRoom = "sunvigil"

    /// Returns what breaks the rule, in the order of the files.
    func violations(_ tree: SourceTree) -> [Violation] {
        switch self {
        case .folderFiles: folders(tree.sources)
        case .functionLines: tree.files.flatMap(longFunctions)
        case .fileLines: tree.files.flatMap(longFile)
        case .openingComment: (tree.files + [PackageManifest.shared.file]).flatMap(silentFile)
        case .unlabelledParameters: tree.files.flatMap(unlabelled)
        case .traps: tree.sources.flatMap(traps)
        case .print: tree.sources.filter { $0.path != TidyRule.console }.flatMap(prints)
        case .clock: tree.sources.filter { $0.room != TidyRule.clockRoom }.flatMap(clocks)
        case .namesInComments: strangeNames(tree)
        case .whitespace: tree.files.flatMap(oddSpaces)
        }
    }

    private func violation(_ file: SourceFile, symbol: String = "-", line: Int = 1, _ message: String)
        -> Violation
    {
        Violation(rule: self, path: file.path, symbol: symbol, message: "\(file.path):\(line): \(message)")
    }

    // MARK: Sizes

    private func folders(_ files: [SourceFile]) -> [Violation] {
        let counts = Dictionary(
            files.map { ($0.path.split(separator: "/").dropLast().joined(separator: "/"), 1) },
            uniquingKeysWith: +
        )
        return counts.sorted { $0.key < $1.key }.filter { $0.value > TidyRule.mostFolderFiles }.map {
            Violation(
                rule: self,
                path: $0.key,
                symbol: "-",
                message: """
                    \($0.key) holds \($0.value) files, a folder at most \(TidyRule.mostFolderFiles); \
                    divide it by what the files are about, each part under the owner's word for it
                    """
            )
        }
    }

    private func longFunctions(_ file: SourceFile) -> [Violation] {
        file.functions.filter { $0.bodyLineCount > TidyRule.mostFunctionLines }.map {
            violation(
                file,
                symbol: $0.symbol,
                line: $0.line,
                """
                \($0.symbol) has \($0.bodyLineCount) lines, a function at most \(TidyRule.mostFunctionLines); \
                give its steps names and functions of their own
                """
            )
        }
    }

    private func longFile(_ file: SourceFile) -> [Violation] {
        guard file.lineCount > TidyRule.mostFileLines else { return [] }
        return [
            violation(
                file,
                "it has \(file.lineCount) lines, a file at most \(TidyRule.mostFileLines); divide it by meaning"
            )
        ]
    }

    // MARK: Names

    private func silentFile(_ file: SourceFile) -> [Violation] {
        let text = file.header.first { !$0.contains("swift-tools-version") && $0.contains { $0.isLetter } }
        guard text == nil else { return [] }
        return [violation(file, "it opens without a comment; say in `//` what lives here and what does not")]
    }

    private func unlabelled(_ file: SourceFile) -> [Violation] {
        file.functions.filter { $0.unlabelledCount > TidyRule.mostUnlabelled }.map {
            violation(
                file,
                symbol: $0.symbol,
                line: $0.line,
                """
                \($0.symbol) has \($0.unlabelledCount) parameters without a label, a function at most \
                \(TidyRule.mostUnlabelled); give labels to all that are not peers
                """
            )
        }
    }

    private func strangeNames(_ tree: SourceTree) -> [Violation] {
        let names = tree.declaredNames()
        let testNames = names.union(tree.files.flatMap { $0.types + [String($0.name.dropLast(6))] })
        return tree.files.flatMap { file in
            let isSource = file.path.hasPrefix("Sources/")
            return CommentNames.found(in: file.header).filter { name in
                if CommentNames.outside.contains(name.text) { return false }
                if name.isType { return !(isSource ? names : testNames).contains(name.text) }
                return !(isSource ? tree.sources : tree.files).contains {
                    $0.path == file.path
                        ? ByteSearch.hasWord(name.text, in: Array($0.bytes.dropFirst($0.headerByteCount)))
                        : ByteSearch.hasWord(name.text, in: $0.bytes)
                }
            }.map {
                violation(
                    file,
                    symbol: $0.text,
                    """
                    its opening comment names \($0.text), which is nowhere declared; say what is there \
                    (a word from outside goes to CommentNames.outside)
                    """
                )
            }
        }
    }

    // MARK: Forbidden words

    private func traps(_ file: SourceFile) -> [Violation] {
        ["try!", "as!", "fatalError("].flatMap { word in
            file.offsets(ofCode: word).map {
                violation(
                    file,
                    symbol: file.symbol(at: $0),
                    line: file.line(of: $0),
                    "\(word) ends the program; throw, or state with precondition what a caller got wrong"
                )
            }
        }
    }

    private func prints(_ file: SourceFile) -> [Violation] {
        ["print(", "debugPrint(", "dump("].flatMap { word in
            file.offsets(ofCode: word, isAlsoMember: false).filter { offset in
                // The declaration of such a function is no call of it.
                !file.code[..<offset].reversed().starts(with: "func ".utf8.reversed())
            }.map {
                violation(
                    file,
                    symbol: file.symbol(at: $0),
                    line: file.line(of: $0),
                    "it prints; results leave by Console of the command, rooms return or throw"
                )
            }
        }
    }

    private func clocks(_ file: SourceFile) -> [Violation] {
        ["Date()", "Date.now"].flatMap { word in
            file.offsets(ofCode: word).map {
                violation(
                    file,
                    symbol: file.symbol(at: $0),
                    line: file.line(of: $0),
                    "it looks at the clock; take the time as a parameter"
                )
            }
        }
    }

    private func oddSpaces(_ file: SourceFile) -> [Violation] {
        let tabs = ByteSearch.offsets(of: [0x09], in: file.bytes).map { ($0, "a tab") }
        let trailing = ByteSearch.offsets(of: [0x20, 0x0A], in: file.bytes).map { ($0, "a space at its end") }
        return (tabs + trailing).map {
            let line = file.line(of: $0.0)
            return violation(file, line: line, "the line has \($0.1); take it out")
        }
    }
}
