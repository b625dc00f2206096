// Functions, types and imports of blanked code, by keywords and braces. No parser: what it must tell, ScannerTests say.

/// Finds declarations in code without comments and texts.
struct DeclarationFinder {
    private var found = Declarations()
    private let code: UnsafePointer<UInt8>
    private let count: Int
    private let lineEnds: [Int]
    /// What the braces around the place belong to.
    private var scopes: [Scope] = []
    /// What the next brace will belong to.
    private var pending = Scope()

    private struct Scope {
        var name: String?
        var function: SourceFunction?
        var openLine = 0
    }

    private init(_ code: UnsafeBufferPointer<UInt8>, lineEnds: [Int], base: UnsafePointer<UInt8>) {
        self.code = base
        count = code.count
        self.lineEnds = lineEnds
    }

    /// Goes once through code whose comments and texts are blanked, and returns what it declares.
    static func declarations(in bytes: [UInt8], lineEnds: [Int]) -> Declarations {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return Declarations() }
            var finder = DeclarationFinder(buffer, lineEnds: lineEnds, base: base)
            finder.walk()
            return finder.found
        }
    }

    /// Returns the line, from 1, in which a byte stands.
    static func line(of offset: Int, _ lineEnds: [Int]) -> Int {
        var low = 0
        var high = lineEnds.count
        while low < high {
            let middle = (low + high) / 2
            if lineEnds[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low + 1
    }

    private mutating func walk() {
        var i = 0
        while i < count {
            let byte = code[i]
            if byte >= 0x61 && byte <= 0x7A || byte >= 0x41 && byte <= 0x5A || byte == 0x5F || byte >= 0x80 {
                var end = i + 1
                while end < count && isName(code[end]) { end += 1 }
                // No keyword that matters is shorter or longer.
                if end - i >= 4 && end - i <= 9 && byte >= 0x61 && byte <= 0x74 {
                    i = word(i, end)
                } else {
                    i = end
                }
            } else if byte == 0x7B {
                pending.openLine = line(i)
                scopes.append(pending)
                pending = Scope()
                i += 1
            } else if byte == 0x7D {
                close(at: i)
                i += 1
            } else {
                i += 1
            }
        }
    }

    private mutating func close(at offset: Int) {
        guard let scope = scopes.popLast(), var function = scope.function else { return }
        function.endOffset = offset
        function.bodyLineCount = line(offset) - scope.openLine + 1
        found.functions.append(function)
    }

    /// Takes a word of small letters, and what it declares.
    ///
    /// - Returns: where to go on.
    private mutating func word(_ start: Int, _ end: Int) -> Int {
        let first = code[start]
        let length = end - start
        // A look at the first letter spares a text for nearly all words.
        let isCandidate =
            length == 4 && (first == 0x66 || first == 0x69 || first == 0x65)
            || length == 5 && (first == 0x63 || first == 0x61)
            || length == 6 && (first == 0x73 || first == 0x69)
            || length == 8 && first == 0x70
            || length == 9 && (first == 0x65 || first == 0x73 || first == 0x74)
        guard isCandidate, start == 0 || code[start - 1] != 0x2E && code[start - 1] != 0x60 else {
            return end
        }
        switch text(start, end) {
        case "func": return function(start, afterKeyword: end)
        case "init", "subscript": return function(start, afterKeyword: start)
        case "struct", "enum", "class", "actor", "protocol", "extension", "typealias":
            return type(start, end)
        case "import":
            guard isFirstOfLine(start) else { return end }
            let name = skipSpaces(end)
            let nameEnd = skipName(name)
            if name > end && nameEnd > name { found.imports.append((text(name, nameEnd), line(start))) }
            return nameEnd
        default: return end
        }
    }

    /// Takes the declaration of a type.
    private mutating func type(_ start: Int, _ end: Int) -> Int {
        let name = skipSpaces(end)
        guard name > end, name < count, code[name] >= 0x41 && code[name] <= 0x5A else { return end }
        var nameEnd = skipName(name)
        while nameEnd < count && code[nameEnd] == 0x2E { nameEnd = skipName(nameEnd + 1) }
        let nameText = text(name, nameEnd)
        let keyword = text(start, end)
        if keyword != "extension" { found.types.append(nameText) }
        if keyword != "typealias" { pending = Scope(name: nameText) }
        return nameEnd
    }

    /// Takes the head of a function; its body follows with the next brace.
    private mutating func function(_ start: Int, afterKeyword: Int) -> Int {
        var i = skipSpaces(afterKeyword)
        let nameStart = i
        if i < count && code[i] == 0x60 {
            i += 1
            while i < count && code[i] != 0x60 { i += 1 }
            i += 1
        } else if i < count && isName(code[i]) {
            i = skipName(i)
        } else {
            // An operator; it ends before the space that must stand in front of its parenthesis or generic list.
            while i < count && code[i] != 0x20 && code[i] != 0x28 { i += 1 }
        }
        let name = text(nameStart, i).replacing(" ", with: "-")
        if i < count && (code[i] == 0x3F || code[i] == 0x21) { i += 1 }
        i = skipSpaces(i)
        if i < count && code[i] == 0x3C { i = skipSpaces(skipBrackets(i)) }
        guard i < count, code[i] == 0x28, nameStart != afterKeyword || afterKeyword == start else {
            return max(i, afterKeyword + 1)
        }
        let parameterEnd = skipBrackets(i)
        let labels = labels(from: i + 1, to: parameterEnd - 1)
        let around = (scopes.compactMap(\.name) + [name]).joined(separator: ".")
        let function = SourceFunction(
            symbol: "\(around)(\(labels.map { "\($0):" }.joined()))",
            offset: start,
            endOffset: start,
            line: line(start),
            unlabelledCount: name == "subscript" ? 0 : labels.filter { $0 == "_" }.count
        )
        if bodyFollows(parameterEnd) {
            pending = Scope(name: name, function: function)
        } else {
            found.functions.append(function)
        }
        return parameterEnd
    }

    /// Tells whether a brace follows before the next declaration.
    private func bodyFollows(_ start: Int) -> Bool {
        var i = start
        while i < count {
            let byte = code[i]
            if byte == 0x7B { return true }
            if byte == 0x7D || byte == 0x3B || byte == 0x3D { return false }
            if byte == 0x28 || byte == 0x5B {
                i = skipBrackets(i)
            } else if byte >= 0x61 && byte <= 0x7A {
                let end = skipName(i)
                if DeclarationFinder.declarationWords.contains(text(i, end)) { return false }
                i = end
            } else if isName(byte) {
                i = skipName(i)
            } else if byte == 0x40 && isFirstOfLine(i) {
                return false
            } else {
                i += 1
            }
        }
        return false
    }

    private static let declarationWords: Set<String> = [
        "func", "init", "var", "let", "static", "mutating", "nonmutating", "subscript", "associatedtype",
        "case",
        "struct", "enum", "class", "extension", "protocol", "typealias", "package", "public", "private",
        "internal",
        "return", "guard", "for",
    ]

    /// Returns the labels of parameters between two parentheses.
    private func labels(from start: Int, to end: Int) -> [String] {
        var labels: [String] = []
        var depth = 0
        var isAtStart = true
        var i = start
        while i < end {
            let byte = code[i]
            if isAtStart && byte == 0x40 {
                // An attribute in front of the label.
                i += 1
                while i < end && isName(code[i]) { i += 1 }
            } else if isAtStart && (isName(byte) || byte == 0x60) {
                var wordEnd = i + 1
                while wordEnd < end && (isName(code[wordEnd]) || code[wordEnd] == 0x60) { wordEnd += 1 }
                labels.append(text(i, wordEnd))
                isAtStart = false
                i = wordEnd
            } else {
                if byte == 0x28 || byte == 0x5B || byte == 0x7B { depth += 1 }
                // The half-open range is no bracket.
                if byte == 0x3C && code[i - 1] != 0x2E { depth += 1 }
                if byte == 0x29 || byte == 0x5D || byte == 0x7D { depth -= 1 }
                if byte == 0x3E && code[i - 1] != 0x2D { depth -= 1 }
                if byte == 0x2C && depth == 0 { isAtStart = true }
                i += 1
            }
        }
        return labels
    }

    // MARK: Steps

    private func line(_ offset: Int) -> Int { DeclarationFinder.line(of: offset, lineEnds) }

    private func text(_ start: Int, _ end: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: code + start, count: end - start), as: UTF8.self)
    }

    private func isName(_ byte: UInt8) -> Bool {
        byte >= 0x61 && byte <= 0x7A || byte >= 0x41 && byte <= 0x5A || byte >= 0x30 && byte <= 0x39
            || byte == 0x5F || byte >= 0x80
    }

    private func skipName(_ start: Int) -> Int {
        var i = start
        while i < count && isName(code[i]) { i += 1 }
        return i
    }

    private func skipSpaces(_ start: Int) -> Int {
        var i = start
        while i < count && (code[i] == 0x20 || code[i] == 0x0A) { i += 1 }
        return i
    }

    /// Goes over a bracket of any kind and what is in it.
    private func skipBrackets(_ start: Int) -> Int {
        let opener = code[start]
        let closer: UInt8 = opener == 0x28 ? 0x29 : opener == 0x5B ? 0x5D : 0x3E
        var depth = 0
        var i = start
        while i < count {
            if code[i] == opener { depth += 1 }
            if code[i] == closer && (closer != 0x3E || code[i - 1] != 0x2D) {
                depth -= 1
                if depth == 0 { return i + 1 }
            }
            i += 1
        }
        return i
    }

    /// Tells whether nothing but words and attributes stands before a place in its line.
    private func isFirstOfLine(_ start: Int) -> Bool {
        var i = start - 1
        while i >= 0 && code[i] != 0x0A {
            if code[i] != 0x20 && code[i] != 0x40 && !isName(code[i]) { return false }
            i -= 1
        }
        return true
    }
}
