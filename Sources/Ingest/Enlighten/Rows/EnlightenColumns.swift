// The names of the columns of reports, in the languages in which reports are known. How a name is written must not matter: a
// program that saves a report again may leave accents out, or write them in bytes of its own.

import Foundation
import Readings

/// The columns that reports have.
enum EnlightenColumns {
    private typealias Field = EnlightenHeader.Field

    /// The names of the time, and whether they are French.
    static let times = ["date/time": false, "date/heure": true]

    private static let named: [(name: String, field: Field)] = [
        ("energy produced (wh)", .channel(.produced)), ("energy delivered (wh)", .channel(.produced)),
        ("énergie produite (wh)", .channel(.produced)),
        ("energy consumed (wh)", .channel(.consumed)), ("énergie consommée (wh)", .channel(.consumed)),
        ("exported to grid (wh)", .channel(.exported)),
        ("exportée vers le réseau (wh)", .channel(.exported)),
        ("imported from grid (wh)", .channel(.imported)),
        ("importée depuis le réseau (wh)", .channel(.imported)),
        ("stored in batteries (wh)", .channel(.charged)),
        ("stored in ac batteries (wh)", .channel(.charged)),
        ("discharged from batteries (wh)", .channel(.discharged)),
        ("discharged from ac batteries (wh)", .channel(.discharged)),
        ("consumed from generator (wh)", .generator),
    ]

    /// The fields by the keys of their names: with marks for letters that are not ASCII, and without their accents.
    private static let fields: [String: Field] = Dictionary(
        named.flatMap { name, field in
            [key(Array(name.utf8)), name.folding(options: .diacriticInsensitive, locale: nil)].map {
                ($0, field)
            }
        }
    ) { first, _ in first }

    /// The keys without the unit behind them.
    private static let stems = Set(
        fields.keys.map { String($0.dropLast(4)).trimmingCharacters(in: .whitespaces) }
    )

    /// Tells whether fields are the header of a report.
    static func isHeader(_ names: [String]) -> Bool {
        guard let first = names.first, times[key(first.utf8)] != nil else { return false }
        return names.dropFirst().contains { fields[key($0.utf8)] != nil }
    }

    /// Tells what a field holds.
    ///
    /// - Throws: `IngestError.unknownUnit` where it is one of ours in another unit than Wh.
    static func field(_ name: [UInt8], line: Int) throws -> EnlightenHeader.Field {
        let key = key(name)
        if let field = fields[key] { return field }
        let stem = key.prefix { $0 != "(" && $0 != "[" }.trimmingCharacters(in: .whitespaces)
        if stems.contains(stem) || key.hasSuffix("(w)") || key.hasSuffix("(kw)") {
            throw IngestError.unknownUnit(line: line, column: EnlightenHeader.quoted(name))
        }
        return .other
    }

    /// The name of a field for people.
    static func name(of field: EnlightenHeader.Field) -> String {
        switch field {
        case .channel(let channel): channel.name
        case .generator: GeneratorRecords.name
        case .other: "a column"
        }
    }

    /// Returns a name in lower case, one `?` for each run of what is not ASCII: in whatever bytes letters with accents came,
    /// the name is known by all others.
    static func key(_ name: some Collection<UInt8>) -> String {
        var key = ""
        var isStrange = false
        for scalar in text(name).unicodeScalars {
            if scalar.value < 0x80 { key.unicodeScalars.append(scalar) } else if !isStrange { key += "?" }
            isStrange = scalar.value >= 0x80
        }
        return key
    }

    /// Returns a name in lower case with single blanks inside and none around.
    static func text(_ name: some Collection<UInt8>) -> String {
        var bytes = Array(name)
        bytes.replace([0xC2, 0xA0], with: [32])
        let text = String(decoding: bytes, as: UTF8.self).precomposedStringWithCanonicalMapping.lowercased()
        return text.split { $0.isWhitespace || $0 == "\u{FEFF}" || $0 == "\"" }.joined(separator: " ")
    }
}
