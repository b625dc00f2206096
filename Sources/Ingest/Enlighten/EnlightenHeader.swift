// The header line of an Enlighten report: which field holds which energy, and how the lines below are written.

import Foundation
import Readings

/// A header, mapped by its words; their order is not guaranteed.
struct EnlightenHeader: Equatable {
    /// What a field holds.
    enum Field: Equatable {
        /// The energy of a channel.
        case channel(Channel)
        /// The energy that a generator gave.
        case generator
        /// What is none of ours.
        case other
    }

    /// The number of fields, the time included.
    let fieldCount: Int
    /// What the fields behind the time hold.
    let fields: [Field]
    /// The channels of all fields behind the time; empty where one of them is none of ours.
    let allChannels: [Channel]
    /// Names of fields that are none of ours.
    let unknown: [String]
    /// Tells whether the words are French.
    let isFrench: Bool
    /// How the lines are written.
    let form: LineForm

    /// The channels in the order of their fields.
    var channels: [Channel] {
        fields.compactMap { if case .channel(let channel) = $0 { channel } else { nil } }
    }

    /// Tells whether a field holds the energy of a generator.
    var hasGenerator: Bool { fields.contains(.generator) }

    // MARK: Lines

    /// Tells whether a line begins like a header.
    static func looksLikeHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = line.drop { $0 == 32 || $0 == UInt8(ascii: "\"") }
        guard let first = text.first else { return false }
        // Stamps begin with a digit, totals with T; a header with D, or whatever a stranger writes.
        return !(48...57).contains(first) && !text.starts(with: "Total".utf8)
    }

    /// Returns the form of the lines under a header; nil where a line is no header of a report.
    static func form(of line: UnsafeBufferPointer<UInt8>) -> (form: LineForm, isFrench: Bool)? {
        for separator in [",", ";", "\t"] as [Unicode.Scalar] {
            var form = LineForm(separator: UInt8(truncatingIfNeeded: separator.value))
            guard let fields = form.fields(of: line), let first = fields.first else { continue }
            if let isFrench = EnlightenColumns.times[EnlightenColumns.key(first)] { return (form, isFrench) }
            // The true line may lie in quotes as a whole.
            guard fields.count == 1, first.contains(form.separator) else { continue }
            let inner = first.withUnsafeBufferPointer { form.fields(of: $0)?.first } ?? []
            if let isFrench = EnlightenColumns.times[EnlightenColumns.key(inner)] {
                form.isWrapped = true
                return (form, isFrench)
            }
        }
        return nil
    }

    /// Reads a header line.
    ///
    /// - Throws: `IngestError` where it is none, with the line quoted.
    init(_ line: UnsafeBufferPointer<UInt8>, lineNumber: Int) throws {
        guard let (form, isFrench) = EnlightenHeader.form(of: line) else {
            throw EnlightenHeader.refusal(line, lineNumber: lineNumber)
        }
        self.form = form
        self.isFrench = isFrench
        var names = form.fields(of: line) ?? []
        if form.isWrapped, let only = names.first {
            names = only.withUnsafeBufferPointer { form.fields(of: $0) } ?? []
        }
        // Spreadsheets put separators behind the last name.
        while let last = names.last, last.allSatisfy({ $0 <= 32 }) { names.removeLast() }
        guard names.count <= Limits.columns else {
            throw IngestError.fieldCount(line: lineNumber, found: names.count, expected: Limits.columns)
        }
        fieldCount = names.count
        var mapped: [Field] = []
        var unknown: [String] = []
        for name in names.dropFirst() {
            let field = try EnlightenColumns.field(name, line: lineNumber)
            if field != .other, mapped.contains(field) {
                throw IngestError.repeatedColumn(line: lineNumber, name: EnlightenColumns.name(of: field))
            }
            if field == .other { unknown.append(EnlightenColumns.text(name)) }
            mapped.append(field)
        }
        fields = mapped
        self.unknown = unknown
        allChannels = mapped.contains { $0 == .other || $0 == .generator } ? [] : mapped.compactMap(\.channel)
        guard mapped.contains(where: { $0.channel != nil }) else {
            throw IngestError.noEnergyColumn(line: lineNumber, header: EnlightenHeader.quoted(line))
        }
        // Production is in every report; a column of energy that is not known may be it.
        if !mapped.contains(.channel(.produced)), let strange = unknown.first(where: { $0.contains("(wh)") })
        {
            throw IngestError.unknownColumn(line: lineNumber, column: strange)
        }
    }

    private static func refusal(_ line: UnsafeBufferPointer<UInt8>, lineNumber: Int) -> IngestError {
        let first = line.prefix { $0 != UInt8(ascii: "|") }
        if first.count < line.count, EnlightenColumns.times[EnlightenColumns.key(first)] != nil {
            return .delimiter(line: lineNumber, found: "bars")
        }
        guard String(validating: line, as: UTF8.self) != nil else {
            return .encoding(found: "line \(lineNumber) has bytes that UTF-8 does not know")
        }
        return .unknownHeader(line: lineNumber, header: quoted(line))
    }

    /// Returns a line fit for an error: short, without control characters.
    static func quoted(_ line: some Collection<UInt8>) -> String {
        quoted(String(decoding: line.prefix(400), as: UTF8.self))
    }

    /// Returns text fit for one line of an error: short, without control characters.
    static func quoted(_ text: String) -> String {
        let plain = text.unicodeScalars.prefix(80).map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }
            .joined()
        return "\"\(plain)\(text.unicodeScalars.count > 80 ? "…" : "")\""
    }
}

extension EnlightenHeader.Field {
    /// The channel that it holds; nil for all else.
    var channel: Channel? { if case .channel(let channel) = self { channel } else { nil } }
}
