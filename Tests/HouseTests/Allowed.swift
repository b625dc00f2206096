// What broke a rule when the rule came: allowed.txt. The list may only shrink.

import Foundation
import TestSupport
import Testing

/// A place that breaks a rule.
struct Violation: Sendable {
    /// The rule.
    let rule: TidyRule
    /// The file or folder.
    let path: String
    /// The function or name in it; a dash for the whole file.
    let symbol: String
    /// What is wrong where, and what to do.
    let message: String

    /// The line by which allowed.txt would name it.
    var entry: String { "\(rule.rawValue) \(path) \(symbol)" }
}

/// The list of what may break a rule.
struct Allowed: Sendable {
    /// The list as it is; `UPDATE_ALLOWED=1` takes lines out of the file that name no violation any more.
    static let shared = Allowed()

    private static let path = "Tests/HouseTests/allowed.txt"
    private let entries: [String]
    private let violations: [TidyRule: [Violation]]

    private init() {
        let found = Dictionary(uniqueKeysWithValues: TidyRule.allCases.map { ($0, $0.violations(.shared)) })
        var lines = Checkout.text(Allowed.path).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        if ProcessInfo.processInfo.environment["UPDATE_ALLOWED"] == "1" {
            let kept = Allowed.kept(lines, found.values.joined().map(\.entry))
            if kept != lines {
                let url = Checkout.root.appending(path: Allowed.path)
                try? Data(kept.joined(separator: "\n").utf8).write(to: url)
            }
            lines = kept
        }
        entries = lines.filter { !Allowed.isRemark($0) }
        violations = found
    }

    /// Tells whether a line of the list is empty or a remark.
    static func isRemark(_ line: String) -> Bool { line.isEmpty || line.hasPrefix("#") }

    /// Returns the lines of a list that still name a violation, each as often as there are violations.
    static func kept(_ lines: [String], _ violations: [String]) -> [String] {
        var left = Dictionary(violations.map { ($0, 1) }, uniquingKeysWith: +)
        return lines.filter { line in
            if isRemark(line) { return true }
            guard let count = left[line], count > 0 else { return false }
            left[line] = count - 1
            return true
        }
    }

    /// Returns what is to be told of a rule: violations that are not listed, and lines that name none any more.
    static func complaints(_ rule: TidyRule, _ violations: [Violation], entries: [String]) -> [String] {
        var left = Dictionary(entries.map { ($0, 1) }, uniquingKeysWith: +)
        var complaints: [String] = []
        for violation in violations {
            if let count = left[violation.entry], count > 0 {
                left[violation.entry] = count - 1
            } else {
                complaints.append("\(rule.rawValue): \(violation.message)")
            }
        }
        for (entry, count) in left.sorted(by: { $0.key < $1.key })
        where count > 0 && entry.hasPrefix("\(rule.rawValue) ") {
            complaints.append(
                "\(path): `\(entry)` breaks no rule any more; remove it: the list may only shrink"
            )
        }
        return complaints
    }

    /// Fails for every violation that is not listed and for every line that names none.
    func expectObeyed(_ rule: TidyRule) {
        for complaint in Allowed.complaints(rule, violations[rule] ?? [], entries: entries) {
            Issue.record(Comment(rawValue: complaint))
        }
    }

    /// Lines that name no rule at all.
    var strayLines: [String] {
        entries.filter { entry in
            let words = entry.split(separator: " ", omittingEmptySubsequences: false)
            return words.count != 3 || TidyRule(rawValue: String(words[0])) == nil
        }
    }
}
