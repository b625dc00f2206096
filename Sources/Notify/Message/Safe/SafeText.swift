// Text that may leave the house: nothing that a screen would act on, no whole serial number, one line, and not endless.

import Readings
import Words

/// Makes text safe to leave the house.
struct SafeText: Sendable {
    /// So many marks over one letter are a language; more are an attack.
    private static let mostMarks = 6
    /// Digits in a row that are a serial number, whoever wrote them.
    private static let serialDigits = 8

    private static let leading: Set<Substring> = [
        "a", "about", "and", "at", "by", "for", "from", "in", "of", "on", "or", "since", "than", "the", "to",
    ]

    /// Serial numbers that are known, the longest first, as they look when they are clean.
    private let serials: [(bytes: [UInt8], short: [UInt8])]
    private let isWhole: Bool

    /// Gathers the serial numbers of a site.
    init(_ facts: SiteFacts, _ options: MessageOptions) {
        var known = facts.serials
        for own in facts.findings { known.formUnion(SafeText.serials(own.finding)) }
        self.init(serials: known, isWhole: options.hasFullSerials)
    }

    init(serials known: Set<String>, isWhole: Bool) {
        self.isWhole = isWhole
        serials = Set(known.map(SafeText.clean))
            .filter { $0.count > 4 && $0.unicodeScalars.contains(where: SafeText.isDigit) }
            .sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
            .map { (Array($0.utf8), Array("…\($0.suffix(4))".utf8)) }
    }

    /// The serial numbers that a finding names.
    private static func serials(_ finding: Finding) -> Set<String> {
        let evidence = finding.evidence
        var names = Set(evidence.serials ?? [])
        names.formUnion(finding.sideEffects.map(\.device))
        names.formUnion((evidence.sideEffects ?? []).map(\.device))
        if let serial = evidence.serial { names.insert(serial) }
        if finding.kind == .serialChanged {
            names.formUnion([evidence.before, evidence.after].compactMap { $0 })
        }
        // The devices of these are a channel's name and a word for a case.
        if finding.kind != .channelFailing && finding.kind != .promiseOverdue { names.insert(finding.device) }
        return names
    }

    /// Returns a text as it may leave the house, at most so many characters of it.
    func of(_ text: String, most: Int = 500) -> String {
        SafeText.cut(masked(SafeText.clean(text)), to: most)
    }

    /// Returns the name of a document without its folders, and without the long numbers by which vendors name systems.
    func documentName(_ name: String) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? name
        let clean = masked(SafeText.clean(last))
        return SafeText.cut(isWhole ? clean : SafeText.shortened(clean, from: 6), to: 60)
    }

    /// Returns a text without what a screen or a program would act on.
    static func clean(_ text: String) -> String {
        let visible = VisibleText.of(text)
        if visible.utf8.count == visible.unicodeScalars.count { return visible }
        var result = String.UnicodeScalarView()
        var marks = 0
        for scalar in visible.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: marks += 1
            default: marks = 0
            }
            if marks <= mostMarks { result.append(scalar) }
        }
        return String(result)
    }

    /// Returns at most so many characters of a text, which then ends behind a word with `…`.
    static func cut(_ text: String, to most: Int) -> String {
        guard text.count > most else { return text }
        let head = text.prefix(max(0, most - 1))
        var end = head.endIndex
        if text[end] != " ", let space = head.lastIndex(of: " "),
            head.distance(from: head.startIndex, to: space) >= most / 2
        {
            end = space
        }
        var kept = head[..<end]
        // A number without its unit misleads, and a word that leads to the next one says nothing.
        while let last = kept.split(separator: " ").last, kept.count - last.count > most / 3,
            leading.contains(last) || last.allSatisfy({ $0.isNumber || $0 == "." || $0 == "," })
        {
            kept.removeLast(last.count)
            while kept.last == " " { kept.removeLast() }
        }
        while let last = kept.last, " ,;:(".contains(last) { kept.removeLast() }
        return "\(kept)…"
    }

    /// Returns at most so many characters of a sentence: it ends with one of its parts where more than half of it is left so, else
    /// as `cut` has it.
    static func cutClause(_ text: String, to most: Int) -> String {
        guard text.count > most else { return text }
        let head = text.prefix(most + 1)
        let ends = [", ", "; ", ": ", " ("].compactMap { head.ranges(of: $0).last?.lowerBound }
        guard let end = ends.max(), head.distance(from: head.startIndex, to: end) > most / 2 else {
            return cut(text, to: most)
        }
        return String(head[..<end])
    }

    // MARK: Serial numbers

    private func masked(_ text: String) -> String {
        guard !isWhole else { return text }
        var bytes = Array(text.utf8)
        for (serial, short) in serials where bytes.count >= serial.count {
            bytes = SafeText.replaced(serial, by: short, in: bytes)
        }
        return SafeText.shortened(String(decoding: bytes, as: UTF8.self), from: SafeText.serialDigits)
    }

    /// Returns bytes with a name replaced where it stands by itself.
    private static func replaced(_ name: [UInt8], by other: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        while place < bytes.count {
            let end = place + name.count
            if bytes[place] == name[0], end <= bytes.count, bytes[place..<end].elementsEqual(name),
                place == 0 || !isWord(bytes[place - 1]), end == bytes.count || !isWord(bytes[end])
            {
                result += other
                place = end
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return result
    }

    /// Tells whether a byte is a letter or digit of ASCII: other letters do not make one word with a serial number.
    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 32)
    }

    /// Returns a text in which only the last four of many digits in a row are left.
    private static func shortened(_ text: String, from most: Int) -> String {
        var result = String.UnicodeScalarView()
        var run: [Unicode.Scalar] = []
        func flush() {
            if run.count >= most { result.append("…") }
            result.append(contentsOf: run.count >= most ? run.suffix(4) : run[...])
            run = []
        }
        for scalar in text.unicodeScalars {
            if isDigit(scalar) {
                run.append(scalar)
            } else {
                flush()
                result.append(scalar)
            }
        }
        flush()
        return String(result)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .decimalNumber
    }
}
