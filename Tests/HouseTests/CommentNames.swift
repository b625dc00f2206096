// Names in the comments with which files open.

/// A name in a comment.
struct CommentNames {
    /// The name.
    let text: String
    /// Tells whether it looks like a type's, and not like that of a function or column.
    let isType: Bool

    /// Words of others that look like types.
    static let outside: Set<String> = ["DuckDB", "DuckLake", "SQLite"]

    /// Returns the names in lines of a comment: words of two humps, and what stands in backticks.
    static func found(in lines: [String]) -> [CommentNames] {
        var names: [CommentNames] = []
        for line in lines {
            for (index, part) in line.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
                if index % 2 == 1 { names += quoted(part) } else { names += plain(part) }
            }
        }
        return names
    }

    private static func plain(_ text: Substring) -> [CommentNames] {
        text.split(separator: " ").filter { !$0.contains("://") }.flatMap {
            $0.split { !isWord($0) }.filter { isType($0) && hasTwoHumps($0) }
                .map { CommentNames(text: String($0), isType: true) }
        }
    }

    /// Takes what stands in backticks as a name if it is one; of `Type.member` the type.
    private static func quoted(_ text: Substring) -> [CommentNames] {
        guard let first = text.split(separator: ".").first, first.allSatisfy(isWord),
            first.utf8.first.map({ $0 > 0x39 }) == true
        else { return [] }
        return [CommentNames(text: String(first), isType: isType(first))]
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber) || character == "_"
    }

    private static func isType(_ word: Substring) -> Bool {
        word.utf8.first.map { $0 >= 0x41 && $0 <= 0x5A } == true && !word.utf8.contains(0x5F)
            && word.utf8.contains { $0 >= 0x61 }
    }

    /// Tells whether a new word begins within: at a capital behind a small letter, or at the last of several capitals.
    private static func hasTwoHumps(_ word: Substring) -> Bool {
        let bytes = Array(word.utf8)
        func isCapital(_ index: Int) -> Bool { bytes[index] >= 0x41 && bytes[index] <= 0x5A }
        func isSmall(_ index: Int) -> Bool { bytes[index] >= 0x61 }
        return bytes.indices.dropFirst().contains { index in
            guard isCapital(index), index + 1 < bytes.count, isSmall(index + 1) else { return false }
            // The plural of an abbreviation is no second word.
            return isSmall(index - 1) || index + 2 < bytes.count
        }
    }
}
