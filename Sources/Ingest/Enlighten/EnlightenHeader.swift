// The header line of an Enlighten report: which field holds which channel.

import Foundation
import Readings

/// A header, mapped by its words; their order is not guaranteed.
struct EnlightenHeader: Equatable {
    /// The number of fields, the time included.
    let fieldCount: Int
    /// The channel of each field behind the time; nil where it is none of ours.
    let channels: [Channel?]
    /// The channels of all fields behind the time; empty where one of them is none of ours.
    let allChannels: [Channel]
    /// Names of fields that are none of ours.
    let unknown: [String]
    /// Tells whether the words are French.
    let isFrench: Bool

    private static let timeNames = ["date/time": false, "date/heure": true]
    private static let channelNames: [String: Channel] = [
        "energy produced (wh)": .produced, "energy delivered (wh)": .produced,
        "énergie produite (wh)": .produced,
        "energy consumed (wh)": .consumed, "énergie consommée (wh)": .consumed,
        "exported to grid (wh)": .exported, "exportée vers le réseau (wh)": .exported,
        "imported from grid (wh)": .imported, "importée depuis le réseau (wh)": .imported,
        "stored in batteries (wh)": .charged, "stored in ac batteries (wh)": .charged,
        "discharged from batteries (wh)": .discharged, "discharged from ac batteries (wh)": .discharged,
    ]

    /// Tells whether a line begins like a header.
    static func looksLikeHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = line.first else { return false }
        // Stamps begin with a digit, totals with T; a header with D, a quote, or whatever a stranger writes.
        return !(48...57).contains(first) && !line.starts(with: "Total".utf8)
    }

    /// Reads a header line.
    ///
    /// - Throws: `IngestError` where it is none, with the line quoted.
    init(_ line: UnsafeBufferPointer<UInt8>, lineNumber: Int) throws {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw IngestError.encoding(found: "line \(lineNumber) has bytes that UTF-8 does not know")
        }
        let fields = text.split(separator: ",", omittingEmptySubsequences: false).map {
            EnlightenHeader.normalised($0)
        }
        guard fields.count <= Limits.columns else {
            throw IngestError.fieldCount(line: lineNumber, found: fields.count, expected: Limits.columns)
        }
        guard let isFrench = EnlightenHeader.timeNames[fields[0]] else {
            for (separator, name) in [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")] {
                let first =
                    fields[0].split(separator: separator, omittingEmptySubsequences: false).first.map(
                        String.init
                    ) ?? ""
                if fields[0].contains(separator),
                    EnlightenHeader.timeNames[EnlightenHeader.normalised(first[...])] != nil
                {
                    throw IngestError.delimiter(line: lineNumber, found: name)
                }
            }
            throw IngestError.unknownHeader(line: lineNumber, header: EnlightenHeader.quoted(text))
        }
        self.isFrench = isFrench
        fieldCount = fields.count
        var mapped: [Channel?] = []
        var unknown: [String] = []
        for name in fields.dropFirst() {
            let channel = EnlightenHeader.channelNames[name]
            if let channel, mapped.contains(channel) {
                throw IngestError.repeatedColumn(line: lineNumber, name: channel.name)
            }
            if channel == nil { unknown.append(name) }
            mapped.append(channel)
        }
        channels = mapped
        allChannels = mapped.contains(nil) ? [] : mapped.compactMap { $0 }
        self.unknown = unknown
        guard mapped.contains(where: { $0 != nil }) else {
            throw IngestError.noEnergyColumn(line: lineNumber, header: EnlightenHeader.quoted(text))
        }
    }

    private static func normalised(_ field: Substring) -> String {
        field.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"\u{FEFF}"))
            .precomposedStringWithCanonicalMapping.lowercased()
    }

    /// Returns text fit for one line of an error: short, without control characters.
    static func quoted(_ text: String) -> String {
        let plain = text.unicodeScalars.prefix(80).map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }
            .joined()
        return "\"\(plain)\(text.unicodeScalars.count > 80 ? "…" : "")\""
    }
}
