// What a capture of the gateway looks like: a folder of saved bodies, named by their endpoints in one way or another. Names
// only propose: what a body is its content tells, see GatewayBodyShape.

import Foundation
import Readings

/// Recognises captures.
package enum GatewayFormats {
    /// Endpoints that are read, by the name under which their bodies are saved: separators are `_`.
    static let endpoints: [String: String] = [
        "info": "info", "info.xml": "info", "home": "home", "home.json": "home",
        "production.json": "production.json", "production.json_details_1": "production.json?details=1",
        "production": "production", "api_v1_production": "api/v1/production",
        "api_v1_production_inverters": "api/v1/production/inverters", "ivp_meters": "ivp/meters",
        "ivp_meters_readings": "ivp/meters/readings", "ivp_pdm_device_data": "ivp/pdm/device_data",
        "ivp_ensemble_inventory": "ivp/ensemble/inventory", "ivp_ensemble_power": "ivp/ensemble/power",
        "ivp_ensemble_secctrl": "ivp/ensemble/secctrl", "ivp_ensemble_status": "ivp/ensemble/status",
        "ivp_ensemble_generator": "ivp/ensemble/generator", "ivp_ensemble_relay": "ivp/ensemble/relay",
        "inventory": "inventory.json", "inventory.json": "inventory.json",
        "inventory.json_deleted_1": "inventory.json?deleted=1", "admin_lib_tariff": "admin/lib/tariff",
    ]

    /// Beginnings of names of bodies that the gateway has and that are not taken, see docs/sources/gateway.md.
    private static let untaken = [
        "ivp_", "admin_lib_", "installer_", "datatab", "auth_", "stream_", "_readme", "readme", "license",
    ]

    /// Endings that browsers and shells give to bodies.
    private static let endings = [".json", ".xml", ".txt", ".html", ".htm", ".body"]

    /// Endings of documents that are no bodies, though they lie beside some.
    private static let others = [".csv", ".zip", ".gz", ".xlsx", ".xls", ".pdf", ".parquet", ".tsv"]

    /// Folders into which a path of the gateway leads.
    private static let pathStarts: Set<String> = ["ivp", "api", "admin"]

    /// Returns the endpoint of a saved body by its name; nil for a name that tells none.
    static func endpoint(ofFile name: String) -> String? {
        var plain = plainName(name)
        while true {
            if let known = endpoints[plain] { return known }
            guard let ending = endings.first(where: plain.hasSuffix) else { return nil }
            plain.removeLast(ending.count)
        }
    }

    /// The name in small letters, with `_` for each separator: `http%3A%2F%2Fenvoy.local%2Fivp%2Fmeters` is `ivp_meters`.
    private static func plainName(_ name: String) -> String {
        let decoded = (name.removingPercentEncoding ?? name).lowercased()
        let separators: Set<Character> = ["/", "\\", ":", "?", "=", "&", " ", "_"]
        var parts = decoded.split(whereSeparator: separators.contains).map(String.init)
        if decoded.hasPrefix("_") { return "_" + parts.joined(separator: "_") }
        // Where it was fetched from.
        if parts.first == "http" || parts.first == "https" { parts.removeFirst() }
        let isHost = parts.first.map { host in
            host == "envoy.local"
                || host.split(separator: ".").count == 4 && host.allSatisfy { $0.isNumber || $0 == "." }
        }
        if isHost == true { parts.removeFirst() }
        return parts.joined(separator: "_")
    }

    /// Tells whether a file is the log of a body: its status and headers.
    static func isLog(_ name: String) -> Bool { name.hasSuffix("_log.json") }

    /// Tells whether a body is left out on purpose, by its name.
    static func isLeftOut(_ name: String) -> Bool {
        let plain = plainName(name)
        return untaken.contains(where: plain.hasPrefix)
    }

    /// Tells whether a file that lies beside bodies is a document of its own.
    package static func isOtherDocument(_ name: String) -> Bool {
        let small = name.lowercased()
        return others.contains(where: small.hasSuffix)
    }

    /// Tells whether a folder with these files is a capture: it names the gateway and holds a body besides.
    package static func isCapture(names: [String]) -> Bool {
        let found = Set(names.compactMap { endpoint(ofFile: $0) })
        let own = found.filter { $0.hasPrefix("ivp/") || $0.hasPrefix("api/") || $0.hasPrefix("production") }
        return found.contains("info") ? !own.isEmpty : own.count >= 3
    }

    /// Tells whether a folder whose names tell nothing is a capture: `info` is among its files, and a body.
    ///
    /// - Parameter starts: the first bytes of its files.
    package static func isCapture(starts: [[UInt8]]) -> Bool {
        let texts = starts.map(BodyText.utf8)
        return texts.contains(where: isInfo)
            && texts.contains { GatewayBodyShape.of(JSONOutline($0[...])) != nil }
    }

    /// Bytes of a file by which its shape is told, and the number of files of a folder that are looked into.
    package static let startBytes = 16 << 10
    package static let mostLookedInto = 64

    /// Tells whether a body is `info`.
    static func isInfo(_ bytes: some Sequence<UInt8>) -> Bool {
        String(decoding: Array(bytes.prefix(startBytes)), as: UTF8.self).contains("<envoy_info>")
    }

    /// Tells whether a folder holds bodies under the gateway's own paths, as `ivp` does for `ivp/meters/readings`.
    package static func isPathStart(_ folder: String) -> Bool { pathStarts.contains(folder.lowercased()) }

    /// Returns the folder of a capture and the name of a body in it for the parts of a path, where these lead through a path
    /// of the gateway; nil where they do not.
    package static func body(ofPath parts: [String]) -> (folder: [String], name: String)? {
        guard let first = parts.dropLast().firstIndex(where: isPathStart) else { return nil }
        return (Array(parts[..<first]), parts[first...].joined(separator: "_"))
    }

    /// Returns the gateway's serial number as `gateway`; nothing where the capture does not name it.
    package static func identifiers(files: [(name: String, bytes: [UInt8])]) -> [String: String] {
        let infos = files.compactMap { file -> GatewayInfo? in
            let bytes = BodyText.utf8(file.bytes)
            return endpoint(ofFile: file.name) == "info" || isInfo(bytes) ? GatewayInfo(bytes) : nil
        }
        guard let serial = infos.first?.serial, !serial.isEmpty else { return [:] }
        return ["gateway": serial]
    }
}
