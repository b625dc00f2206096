// Tables of utilities whose layout nobody knows: what they look like, which columns were found, what the nearest layout asks for
// besides, and what the owner can do. Known layouts are data in UtilityLayout.

import Readings

/// What is said of a table that no layout knows.
enum UtilityTable {
    /// Columns that the simplest layout with both directions has.
    private static let plainest = "TYPE, DATE, START TIME, END TIME, IMPORT (kWh), EXPORT (kWh)"

    /// Words in names of columns that tell a time, and an energy, in the languages of owners.
    private static let timeWords = [
        "time", "date", "day", "start", "datum", "zeit", "tag", "fecha", "hora", "heure", "jour", "data",
        "ora",
        "tijd", "dag", "tid", "begin", "von", "period", "interval", "stamp",
    ]
    private static let energyWords = [
        "energ", "énerg", "usage", "consum", "consom", "verbrauch", "bezug", "einspeis", "lieferung",
        "import", "export", "deliver", "received", "generation", "register", "reading", "stand", "1.8.",
        "2.8.",
        "verbruik", "lever", "forbrug", "förbruk", "forbruk", "preliev", "immess", "immission", "vertid",
        "index", "injection", "soutir",
    ]

    /// Tells whether a name is that of a time.
    static func isTime(_ name: String) -> Bool { timeWords.contains { name.lowercased().contains($0) } }

    /// Tells whether a name is that of an energy.
    static func isEnergy(_ name: String) -> Bool {
        hasUnit(name) || energyWords.contains { name.lowercased().contains($0) }
    }

    /// Tells whether a name has a unit of energy as a word of its own.
    private static func hasUnit(_ name: String) -> Bool {
        let words = name.lowercased().split { !$0.isLetter }
        return words.contains { ["wh", "kwh", "mwh"].contains($0) }
    }

    /// Tells whether a header has a time and an energy.
    static func isLike(_ header: [String]) -> Bool {
        let time = header.firstIndex(where: isTime)
        return header.indices.contains { index in
            index != time && hasUnit(header[index])
        } && time != nil
    }

    /// The columns of a header as they are told.
    static func columns(_ header: [String]) -> String {
        let names = header.prefix(12).map { name in
            let plain = String(
                name.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(30).map(
                    Character.init
                )
            )
            return plain.isEmpty ? "(without a name)" : plain
        }
        return names.joined(separator: ", ") + (header.count > 12 ? ", …" : "")
    }

    /// What it looks like with what is missing, and what helps.
    static func help(_ header: [String], remarks: [String] = []) -> (what: String, remedy: String) {
        if EnlightenColumns.isHeader(header) {
            return (
                "its header is that of an Enlighten report, which must be the first line",
                "delete what stands above it, or download the report again"
            )
        }
        let near = UtilityLayout.closest(header)
        let missing = near.missing.map(printed).joined(separator: ", ")
        var parts = [
            "it looks like a table of a utility (times and kWh), but its layout is not known: its columns are \(columns(header))",
            "for the nearest layout, \(near.layout.name), it lacks \(missing)",
        ]
        parts += remarks
        return (
            parts.joined(separator: "; "), "rename its columns to \(plainest); see docs/sources/utility.md"
        )
    }

    private static func printed(_ column: String) -> String {
        column.uppercased().replacing("KWH", with: "kWh")
    }
}

extension UtilityLayout {
    /// Returns the layout of which a header lacks least, whatever that is; of none the plainest with its directions.
    static func closest(_ header: [String]) -> (layout: UtilityLayout, missing: [String]) {
        if let near = nearest(header) { return near }
        let names = Set(header.map { $0.lowercased() })
        let candidates = all.map { layout in
            (layout: layout, missing: layout.columns.keys.filter { !names.contains($0) }.sorted())
        }
        let some = candidates.filter { $0.missing.count < $0.layout.columns.count }
        let plain = candidates.filter { candidate in
            candidate.layout.columns.values.contains { if case .exportEnergy = $0 { true } else { false } }
        }
        let best = (some.isEmpty ? plain : some).min {
            ($0.missing.count, $0.layout.columns.count) < ($1.missing.count, $1.layout.columns.count)
        }
        return best ?? candidates[0]
    }
}
