// Time zones as people call them: a city, or an identifier in small letters.

import Foundation
import Readings

/// Finds time zones by what people call them.
package enum ZoneNames {
    /// Returns the identifiers that a text may mean, in order: one where it names a zone, several where it is open which.
    package static func identifiers(_ text: String) -> [String] {
        let name = text.trimmingCharacters(in: .whitespaces).replacing(" ", with: "_")
        if (try? ZoneFiles.load(name)) != nil { return [name] }
        let wanted = name.lowercased()
        guard !wanted.isEmpty else { return [] }
        let known = TimeZone.knownTimeZoneIdentifiers.filter { (try? ZoneFiles.load($0)) != nil }
        let whole = known.filter { $0.lowercased() == wanted }
        if !whole.isEmpty { return whole }
        return known.filter { $0.lowercased().hasSuffix("/" + wanted) }.sorted()
    }

    /// Returns the one identifier that a text means.
    ///
    /// - Throws: `StationError` where there is none, or several.
    package static func identifier(_ text: String) throws -> String {
        let found = identifiers(text)
        guard let only = found.first else { throw StationError.noZone(text) }
        guard found.count == 1 else { throw StationError.severalZones(text, found) }
        return only
    }

    /// The zone of this machine, where that is one of a place.
    package static var ofMachine: String? {
        let own = TimeZone.current.identifier
        return own.contains("/") && !own.hasPrefix("Etc/") && (try? ZoneFiles.load(own)) != nil ? own : nil
    }
}
