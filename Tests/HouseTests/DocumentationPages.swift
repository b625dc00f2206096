// The pages of the documentation with their links.

import Foundation
import TestSupport

/// The pages, read once.
struct DocumentationPages: Sendable {
    /// The pages as they are.
    static let shared = DocumentationPages()

    /// A link of a page.
    struct Link: Sendable {
        /// Where it stands.
        let page: String
        let line: Int
        /// As it is written.
        let target: String
        /// The file or folder that is meant, below the root.
        let path: String
        /// The heading that is meant, if any.
        let anchor: String?
    }

    /// The text of every page by its path: of docs, and those beside it.
    let texts: [String: String]
    /// Relative links of all pages.
    let links: [Link]

    private init() {
        let docs = Checkout.paths(below: "docs").filter { $0.hasSuffix(".md") }
        let others = [
            "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "benchmarks/README.md",
            "datasets/README.md",
        ]
        let paths =
            docs + others.filter { FileManager.default.fileExists(atPath: Checkout.root.path + "/" + $0) }
        texts = Dictionary(uniqueKeysWithValues: paths.map { ($0, Checkout.text($0)) })
        links = texts.sorted { $0.key < $1.key }.flatMap { DocumentationPages.links($0.key, $0.value) }
    }

    /// All text below docs.
    var docs: [UInt8] {
        texts.filter { $0.key.hasPrefix("docs/") }.sorted { $0.key < $1.key }.flatMap { Array($0.value.utf8) }
    }

    /// Returns the relative links of a page, in brackets and as `src` or `href`.
    static func links(_ page: String, _ text: String) -> [Link] {
        let bytes = Array(text.utf8)
        let lineEnds = ByteSearch.offsets(of: [0x0A], in: bytes)
        let openers: [(text: String, closer: UInt8)] = [("](", 0x29), ("src=\"", 0x22), ("href=\"", 0x22)]
        return openers.flatMap { opener in
            ByteSearch.offsets(of: Array(opener.text.utf8), in: bytes).compactMap { offset -> Link? in
                let start = offset + opener.text.utf8.count
                guard let end = bytes[start...].firstIndex(where: { $0 == opener.closer || $0 == 0x0A }),
                    bytes[end] == opener.closer
                else { return nil }
                let target = String(decoding: bytes[start..<end], as: UTF8.self)
                guard !target.contains(":"), !target.isEmpty else { return nil }
                let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                return Link(
                    page: page,
                    line: DeclarationFinder.line(of: offset, lineEnds),
                    target: target,
                    path: parts[0].isEmpty ? page : resolved(String(parts[0]), from: page),
                    anchor: parts.count > 1 ? String(parts[1]) : nil
                )
            }
        }
    }

    /// Returns a path below the root of what a page calls by a relative one.
    private static func resolved(_ target: String, from page: String) -> String {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/").map(String.init) where part != "." {
            if part == ".." { if parts.popLast() == nil { parts.append("..") } } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }

    /// Returns the names by which a page's headings are linked.
    static func anchors(_ text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                let words = line.drop { $0 == "#" || $0 == " " }.lowercased()
                return words.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
                    .replacing(" ", with: "-")
            }
        )
    }
}
