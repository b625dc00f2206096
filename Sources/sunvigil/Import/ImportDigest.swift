// What an import of many documents tells: sums by format and by reason, in one screen.

import Analysis
import Foundation
import Ingest
import Lake
import Readings
import Station

/// Gathers what happened to documents.
struct ImportDigest {
    /// Tells whether a document that should have gone in did not.
    private(set) var hasFailed = false
    private var summaries: [JSONValue] = []
    /// Documents that were not imported because somebody asked to stop.
    private var stopped = 0
    private var formats: [String: FormatSum] = [:]
    private var failures: [(path: String, reason: String)] = []
    private var passedOver: [(path: String, reason: String)] = []
    private var events: [String: Int] = [:]

    private struct FormatSum {
        var documents = 0
        var known = 0
        var rows = 0
        var sites: Set<String> = []
    }

    /// Takes note of a document that went in.
    mutating func add(_ path: String, _ report: ImportReport) {
        summaries.append(report.json)
        var sum = formats[report.summary.format] ?? FormatSum()
        sum.documents += 1
        sum.sites.insert(report.site)
        switch report.outcome {
        case .alreadyImported: sum.known += 1
        case .imported(_, _, let changes):
            sum.rows += changes.new
            for event in report.events { events[event.kind.rawValue, default: 0] += 1 }
        }
        formats[report.summary.format] = sum
    }

    /// Takes note of a document that was not imported because somebody asked to stop.
    mutating func stop(_ path: String) {
        hasFailed = true
        stopped += 1
        let reason = CommandWords.text(StationError.cancelled)
        summaries.append(.object([("file", .text(path)), ("error", .text(reason))]))
    }

    /// Takes note of a path that cannot be opened.
    mutating func fail(_ path: String, _ error: any Error) {
        hasFailed = true
        failures.append((path, CommandWords.text(error)))
        summaries.append(.object([("file", .text(path)), ("error", .text(CommandWords.text(error)))]))
    }

    /// Takes note of what is left alone on purpose.
    mutating func passOver(_ path: String, _ reason: any Error) {
        passedOver.append((path, CommandWords.text(reason)))
        summaries.append(.object([("file", .text(path)), ("passed_over", .text(CommandWords.text(reason)))]))
    }

    /// Takes note of a document that did not go in. One of a folder that is like no format at all is passed over.
    mutating func fail(_ document: InputDocument, _ error: any Error, isOneOfMany: Bool) {
        var isForeign = false
        if let ingest = error as? IngestError {
            switch ingest {
            case .unknownFormat(nil, _, _), .binary, .empty, .encoding: isForeign = !document.isNamed
            default: break
            }
        }
        if isForeign {
            passOver(document.path, error)
        } else {
            fail(document.path, error)
        }
    }

    /// Prints what was gathered: JSON, or failures by themselves where few, else everything in sums.
    func tell(isTold: Bool, isJSON: Bool) {
        if isJSON { Console.print(JSONValue.array(summaries).pretty, terminator: "") }
        if stopped > 0 {
            let rest = formats.isEmpty ? "nothing was imported" : "\(stopped) documents were not imported"
            Console.error("stopped: \(rest); import the same once more for the rest")
        }
        if isTold {
            for failure in failures {
                Console.error("sunvigil: cannot import \(Console.oneLine(failure.path)): \(failure.reason)")
            }
            for entry in passedOver {
                Console.error("passed over \(Console.oneLine(entry.path)): \(entry.reason)")
            }
            return
        }
        if !isJSON { tellSums() }
        tellGroups("not imported", failures)
        tellGroups("passed over, no document of a known kind", passedOver)
    }

    private func tellSums() {
        // Layouts and versions of one format are one line.
        var groups: [String: FormatSum] = [:]
        for (format, sum) in formats {
            let name = String(format.prefix { $0 != "(" }).trimmingCharacters(in: .whitespaces)
            var group = groups[name] ?? FormatSum()
            group.documents += sum.documents
            group.known += sum.known
            group.rows += sum.rows
            group.sites.formUnion(sum.sites)
            groups[name] = group
        }
        let documents = groups.values.reduce(0) { $0 + $1.documents }
        Console.print("imported \(documents) documents:")
        for (name, sum) in groups.sorted(by: { $0.key < $1.key }) {
            let known = sum.known > 0 ? ", \(sum.known) were in the store already" : ""
            Console.print(
                "  \(name): \(sum.documents), \(sum.rows) new rows, \(sum.sites.count) sites\(known)"
            )
        }
        if !events.isEmpty {
            let list = events.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            Console.print("  events: \(list.joined(separator: ", "))")
        }
    }

    /// Prints failures by their reason, numbers and names left aside, each with its first example.
    private func tellGroups(_ title: String, _ failures: [(path: String, reason: String)]) {
        guard !failures.isEmpty else { return }
        Console.error("\(failures.count) \(title):")
        let groups = Dictionary(grouping: failures) { failure in
            String(failure.reason.map { $0.isNumber ? "#" : $0 }.prefix(40))
        }
        let ordered = groups.values.sorted { ($1.count, $0[0].path) < ($0.count, $1[0].path) }
        for group in ordered.prefix(ImportDigest.mostGroups) {
            let more = group.count > 1 ? " and \(group.count - 1) more" : ""
            Console.error("  \(Console.oneLine(group[0].path))\(more): \(group[0].reason.prefix(150))")
        }
        if ordered.count > ImportDigest.mostGroups {
            let rest = ordered.dropFirst(ImportDigest.mostGroups).reduce(0) { $0 + $1.count }
            Console.error("  … and \(rest) for other reasons (--verbose names all)")
        }
    }

    private static let mostGroups = 14
}
