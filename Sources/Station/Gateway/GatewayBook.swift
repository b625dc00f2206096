// The gateways of a store, as config.json lists them. What else the owner wrote there stays as it is.

import Lake
import Readings

/// The list of gateways in config.json.
package enum GatewayBook {
    /// The member that holds it.
    package static let member = "gateways"

    /// Reads the list.
    ///
    /// - Throws: `StationError.configuration`.
    package static func entries(
        _ json: JSONValue?,
        _ refuse: (String) -> StationError
    ) throws(StationError) -> [GatewayEntry] {
        guard let json else { return [] }
        guard case .array(let elements) = json else { throw refuse("\(member) is a list") }
        var entries: [GatewayEntry] = []
        for (index, element) in elements.enumerated() {
            entries.append(try GatewayEntry(element, place: "\(member)[\(index)]", refuse))
        }
        let serials = entries.map(\.serial)
        if let twice = serials.first(where: { own in serials.count { $0 == own } > 1 }) {
            throw refuse("\(member): \(twice) stands there twice")
        }
        return entries
    }

    /// Changes the list in config.json.
    ///
    /// What survives a crash: the old file or the new one, whole.
    ///
    /// - Throws: `LakeError`, `StationError.configuration` where what is there cannot be read.
    package static func change(_ lake: LakeWriter, _ body: (inout [GatewayEntry]) -> Void) throws {
        let path = "\(lake.path)/\(Lake.configurationFile)"
        func refuse(_ reason: String) -> StationError { .configuration(path: path, reason: reason) }
        try lake.change {
            let before = try lake.ownersFile(Lake.configurationFile).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard let json = before.map({ JSONValue(parsing: $0) }) ?? .object([]),
                case .object(var members) = json
            else { throw refuse("it is no JSON") }
            var entries = try entries(json[member], refuse)
            body(&entries)
            members.removeAll { $0.0 == member }
            if !entries.isEmpty { members.append((member, .array(entries.map(\.json)))) }
            try lake.writeOwnersFile(Lake.configurationFile, Array(JSONValue.object(members).pretty.utf8))
        }
    }

    /// Changes one gateway of the list; as `change`.
    package static func change(_ lake: LakeWriter, serial: String, _ body: (inout GatewayEntry) -> Void)
        throws
    {
        try change(lake) { entries in
            for index in entries.indices where entries[index].serial == serial { body(&entries[index]) }
        }
    }

    /// Returns the entries that are meant: of a serial number, an address or a site; all where nothing is named.
    ///
    /// - Throws: `GatewayError.none`, `.unknown`.
    package static func chosen(_ name: String?, of entries: [GatewayEntry]) throws(GatewayError)
        -> [GatewayEntry]
    {
        guard !entries.isEmpty else { throw .noGateway }
        guard let name else { return entries }
        let found = entries.filter { $0.serial == name || $0.host == name || $0.site == name }
        guard !found.isEmpty else { throw .unknown(name: name, known: entries.map(\.serial)) }
        return found
    }
}
