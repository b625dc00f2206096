// How faults are written, on the command line and in scripts: `PATH=KIND[:ARG][@FROM-TO]`.

import Readings

/// Why a text is no fault.
package enum MockFaultError: Error, Equatable, Sendable, CustomStringConvertible {
    case noKind(String)
    case unknownKind(String)
    case badArgument(kind: String, argument: String, wanted: String)
    case badTime(String)
    case needsAllPaths(kind: String)
    case noEnd(String)
    case line(Int, String)

    package var description: String {
        switch self {
        case .noKind(let text): "a fault is PATH=KIND[:ARG][@FROM-TO], not \(text)"
        case .unknownKind(let kind): "there is no fault \(kind); docs/mock-gateway.md lists them"
        case .badArgument(let kind, let argument, let wanted):
            "\(kind) takes \(wanted), not \(argument.isEmpty ? "nothing" : argument)"
        case .badTime(let text):
            "a time is seconds or hours:minutes since the start, or as 2026-10-14T08:00:00Z, not \(text)"
        case .needsAllPaths(let kind): "\(kind) is of the whole gateway; write *=\(kind)"
        case .noEnd(let text): "no fault \(text) runs that could be cleared"
        case .line(let number, let text): "line \(number): \(text)"
        }
    }
}

extension MockFault {
    /// Reads a fault, as `ivp/meters/readings=stall:45@600-01:00`.
    package init(parsing text: String) throws(MockFaultError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let own = String(parts[0])
        // A path may have a query: the last sign of equality is the fault's.
        guard let sign = own.lastIndex(of: "="), sign > own.startIndex else { throw .noKind(text) }
        let words = own[own.index(after: sign)...].split(
            separator: ":",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let name = String(words[0])
        let argument = words.count > 1 ? String(words[1]) : nil
        let path = MockPath(String(own[..<sign]))
        let kind = try Kind(name: name, argument: argument)
        if MockFault.isOfGateway(kind), path != .all { throw .needsAllPaths(kind: name) }
        let span = parts.count > 1 ? try MockSpan(parsing: String(parts[1])) : MockSpan()
        self.init(path: path, kind: kind, span: span, text: own)
    }
}

extension MockFault.Kind {
    /// The kinds without an argument.
    private static let plain: [String: MockFault.Kind] = [
        "slow": .slow, "reset": .reset, "cut": .cut, "cutchunk": .cutChunk, "endless": .endless, "off": .off,
        "empty": .empty, "busy": .busy, "html401": .html401, "zeros": .zeros, "frozen": .frozen,
        "stale": .stale, "wrap": .wrap, "ghost": .ghost, "cloudsilent": .cloudSilent, "expired": .expired,
        "key": .key,
    ]

    init(name: String, argument: String?) throws(MockFaultError) {
        if let kind = Self.plain[name] {
            guard argument == nil else {
                throw .badArgument(kind: name, argument: argument ?? "", wanted: "no argument")
            }
            self = kind
            return
        }
        let argument = MockArgument(kind: name, text: argument)
        switch name {
        case "stall": self = .stall(seconds: try argument.number(45, in: 0...86_400))
        case "drip": self = .drip(seconds: try argument.number(120, in: 0...86_400))
        case "huge": self = .huge(bytes: Int(try argument.number(100, in: 1...10_000)) << 20)
        case "nightly": self = .nightly(seconds: 60 * (try argument.number(5, in: 1...60)))
        case "status": self = .status(Int(try argument.number(nil, in: 100...599)))
        case "garbage": self = .garbage(isInHeader: try argument.isWord("header"))
        case "back": self = .back(wattHours: try argument.number(1885, in: 0...1e12))
        case "zerophase": self = .zeroPhase(eid: try argument.integer())
        case "clock": self = .clock(seconds: try argument.number(nil, in: -1e9...1e9))
        case "relay": self = .relay(state: argument.text ?? "OPER_NO_GRID")
        case "drain": self = .drain(pointsAnHour: try argument.number(10, in: 0...100_000))
        case "cookie":
            self = .cookie(
                seconds: try argument.text.map { _ throws(MockFaultError) in
                    try argument.number(nil, in: 0...86_400)
                }
            )
        case "firmware": self = .firmware(try argument.version())
        case "serial": self = .serial(argument.text ?? "122200999999")
        default: throw .unknownKind(name)
        }
    }
}

/// The argument of a fault.
private struct MockArgument {
    let kind: String
    let text: String?

    func number(_ usual: Double?, in range: ClosedRange<Double>) throws(MockFaultError) -> Double {
        guard let text else {
            if let usual { return usual }
            throw .badArgument(kind: kind, argument: "", wanted: "a number")
        }
        guard let value = Double(text), range.contains(value) else {
            let bounds =
                "\(JSONValue.plain(range.lowerBound).compact) to \(JSONValue.plain(range.upperBound).compact)"
            throw .badArgument(kind: kind, argument: text, wanted: "a number, \(bounds)")
        }
        return value
    }

    func integer() throws(MockFaultError) -> Int64? {
        guard let text else { return nil }
        guard let value = Int64(text) else {
            throw .badArgument(kind: kind, argument: text, wanted: "the number of a meter")
        }
        return value
    }

    func isWord(_ word: String) throws(MockFaultError) -> Bool {
        guard let text else { return false }
        guard text == word else { throw .badArgument(kind: kind, argument: text, wanted: word) }
        return true
    }

    func version() throws(MockFaultError) -> String {
        guard let text, MockFirmware(text) != nil else {
            throw .badArgument(kind: kind, argument: text ?? "", wanted: "a version as 8.3.6087")
        }
        return text
    }
}

extension MockTime {
    /// Reads seconds or `HH:MM[:SS]` since the start, or a time UTC as `2026-10-14T08:00:00Z`.
    package init?(parsing text: String) {
        if let seconds = Double(text), seconds >= 0, seconds <= 1e10 {
            self = .sinceStart(seconds)
        } else if text.count >= 10, let instant = Instant(iso8601: text) {
            self = .at(Double(instant.utcSeconds))
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
            guard (2...3).contains(parts.count), let hours = parts[0], let minutes = parts[1],
                let seconds = parts.count == 3 ? parts[2] : 0, (0..<1_000_000).contains(hours),
                (0..<60).contains(minutes), (0..<60).contains(seconds)
            else { return nil }
            self = .sinceStart(Double(hours * 3600 + minutes * 60 + seconds))
        }
    }
}

extension MockSpan {
    /// Reads `FROM-TO`, `FROM-`, `FROM` or `-TO`.
    package init(parsing text: String) throws(MockFaultError) {
        if let from = MockTime(parsing: text) {
            self.init(from: from)
            return
        }
        // A time may have hyphens of its own.
        for sign in text.indices where text[sign] == "-" {
            let (first, last) = (String(text[..<sign]), String(text[text.index(after: sign)...]))
            let (from, to) = (MockTime(parsing: first), MockTime(parsing: last))
            guard from != nil || first.isEmpty, to != nil || last.isEmpty, from != nil || to != nil else {
                continue
            }
            self.init(from: from, to: to)
            return
        }
        throw .badTime(text)
    }
}

/// Faults that come and go by a script: a line `TIME FAULT` or `TIME clear FAULT`; empty lines and those from `#` on say
/// nothing.
package enum MockScript {
    /// Reads a script.
    package static func faults(_ text: String) throws(MockFaultError) -> [MockFault] {
        var faults: [MockFault] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            do throws(MockFaultError) {
                guard let time = MockTime(parsing: first) else { throw .badTime(first) }
                switch words.dropFirst() {
                case let rest where rest.count == 1: try begin(rest.joined(), at: time, in: &faults)
                case let rest where rest.count == 2 && rest.first == "clear":
                    try clear(rest.last ?? "", at: time, in: &faults)
                default: throw .noKind(words.dropFirst().joined(separator: " "))
                }
            } catch {
                throw .line(index + 1, error.description)
            }
        }
        return faults
    }

    private static func begin(_ text: String, at time: MockTime, in faults: inout [MockFault])
        throws(MockFaultError)
    {
        var fault = try MockFault(parsing: text)
        guard fault.span == MockSpan() else { throw .badTime("both before and behind \(fault.text)") }
        fault.span.from = time
        faults.append(fault)
    }

    private static func clear(_ text: String, at time: MockTime, in faults: inout [MockFault])
        throws(MockFaultError)
    {
        guard let index = faults.lastIndex(where: { $0.text == text && $0.span.to == nil }) else {
            throw .noEnd(text)
        }
        faults[index].span.to = time
    }
}
