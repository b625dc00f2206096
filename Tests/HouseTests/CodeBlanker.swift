// Swift source without its comments and texts. What stands in an interpolation is code and stays.
//
// Loops go over pointers with plain comparisons: so they are quick in a debug build, too.

import Foundation

/// Blanks comments, the text of strings, and regular expressions.
struct CodeBlanker {
    private let source: UnsafePointer<UInt8>
    private let code: UnsafeMutablePointer<UInt8>
    private let count: Int

    /// Returns source with everything but code replaced by spaces; line feeds and the quotes of strings stay.
    static func blanked(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        bytes.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { code in
                guard let start = source.baseAddress, let target = code.baseAddress else { return }
                let blanker = CodeBlanker(source: start, code: target, count: source.count)
                _ = blanker.skipCode(from: 0, isInterpolation: false)
            }
        }
        return result
    }

    /// Goes through code up to its end, or to the parenthesis that closes an interpolation.
    ///
    /// - Returns: the offset behind it.
    private func skipCode(from start: Int, isInterpolation: Bool) -> Int {
        var depth = 0
        var i = start
        while i < count {
            let byte = source[i]
            if byte > 0x2F || byte < 0x22 {
                i += 1
            } else if byte == 0x28 {
                depth += 1
                i += 1
            } else if byte == 0x29 {
                depth -= 1
                i += 1
                if isInterpolation && depth < 0 { return i }
            } else if byte == 0x22 {
                i = skipString(from: i, hashCount: 0)
            } else if byte == 0x23 {
                i = skipHashes(from: i)
            } else if byte == 0x2F {
                i = skipSlash(from: i)
            } else {
                i += 1
            }
        }
        return i
    }

    /// Goes over hashes, and over the string or expression that begins with them.
    private func skipHashes(from start: Int) -> Int {
        var i = start
        while i < count && source[i] == 0x23 { i += 1 }
        guard i < count else { return i }
        if source[i] == 0x22 { return skipString(from: i, hashCount: i - start) }
        if source[i] == 0x2F { return skipExpression(from: i, hashCount: i - start) }
        return i
    }

    /// Goes over what begins with a slash: a comment, an expression, or a mere operator.
    private func skipSlash(from start: Int) -> Int {
        guard start + 1 < count else { return start + 1 }
        if source[start + 1] == 0x2F { return skipLineComment(from: start) }
        if source[start + 1] == 0x2A { return skipBlockComment(from: start) }
        // An operator stands behind a value, an expression behind one of ( , : = and is not followed by a space.
        var before = start - 1
        while before >= 0 && source[before] == 0x20 { before -= 1 }
        guard before >= 0, source[start + 1] != 0x20, source[start + 1] != 0x0A else { return start + 1 }
        let opener = source[before]
        guard opener == 0x28 || opener == 0x2C || opener == 0x3A || opener == 0x3D else { return start + 1 }
        return skipExpression(from: start, hashCount: 0)
    }

    private func skipLineComment(from start: Int) -> Int {
        var i = start
        while i < count && source[i] != 0x0A {
            code[i] = 0x20
            i += 1
        }
        return i
    }

    /// Goes over a comment in slashes and stars, which may hold others.
    private func skipBlockComment(from start: Int) -> Int {
        var depth = 0
        var i = start
        while i < count {
            if source[i] == 0x2F && i + 1 < count && source[i + 1] == 0x2A {
                depth += 1
                blank(i, 2)
                i += 2
            } else if source[i] == 0x2A && i + 1 < count && source[i + 1] == 0x2F {
                depth -= 1
                blank(i, 2)
                i += 2
                if depth == 0 { return i }
            } else {
                blank(i, 1)
                i += 1
            }
        }
        return i
    }

    /// Goes over a regular expression; one that does not end in its line is none.
    private func skipExpression(from start: Int, hashCount: Int) -> Int {
        var i = start + 1
        var isClass = false
        while i < count && source[i] != 0x0A {
            let byte = source[i]
            if byte == 0x5C {
                i += 2
                continue
            }
            if byte == 0x5B { isClass = true } else if byte == 0x5D { isClass = false }
            if byte == 0x2F && !isClass && isHashes(i + 1, hashCount) {
                blank(start + 1, i - start - 1)
                return i + 1 + hashCount
            }
            i += 1
        }
        return start + 1
    }

    /// Goes over a string from its first quote; code in interpolations is kept.
    private func skipString(from start: Int, hashCount: Int) -> Int {
        let isLong = start + 2 < count && source[start + 1] == 0x22 && source[start + 2] == 0x22
        // Three quotes open a long string; of "" the second one closes.
        let quoteCount = isLong ? 3 : 1
        var i = start + quoteCount
        while i < count {
            let byte = source[i]
            if byte == 0x22 && isQuotes(i, quoteCount) && isHashes(i + quoteCount, hashCount) {
                return i + quoteCount + hashCount
            }
            if byte == 0x5C && isHashes(i + 1, hashCount) {
                let next = i + 1 + hashCount
                blank(i, 1 + hashCount)
                if next < count && source[next] == 0x28 {
                    i = skipCode(from: next + 1, isInterpolation: true)
                } else {
                    blank(next, 1)
                    i = next + 1
                }
                continue
            }
            if byte == 0x0A && !isLong { return i }
            blank(i, 1)
            i += 1
        }
        return i
    }

    private func isQuotes(_ start: Int, _ quoteCount: Int) -> Bool {
        quoteCount == 1 || start + 2 < count && source[start + 1] == 0x22 && source[start + 2] == 0x22
    }

    private func isHashes(_ start: Int, _ hashCount: Int) -> Bool {
        var i = 0
        while i < hashCount {
            if start + i >= count || source[start + i] != 0x23 { return false }
            i += 1
        }
        return true
    }

    private func blank(_ start: Int, _ length: Int) {
        var i = start
        while i < start + length && i < count {
            if code[i] != 0x0A { code[i] = 0x20 }
            i += 1
        }
    }
}
