// The bodies of a capture: which are there, which are no answer, and what JSON they hold.

import Readings

/// Bodies by their endpoint.
struct GatewayBodies {
    /// What the gateway says about itself; nil where the capture lacks it.
    private(set) var info: GatewayInfo?
    private var documents: [String: JSONNode] = [:]
    private var unavailable: [String: String] = [:]
    private var broken: [String: String] = [:]

    /// Sorts files into bodies. Bodies that are errors are never data.
    init(_ files: [(name: String, bytes: [UInt8])]) {
        var codes: [String: Int64] = [:]
        for file in files where file.name.hasSuffix("_log.json") {
            guard let log = try? JSONDocument(file.bytes).root, let code = log["code"]?.int64 else {
                continue
            }
            codes[String(file.name.dropLast(9))] = code
        }
        for file in files.sorted(by: { $0.name < $1.name }) where !file.name.hasSuffix("_log.json") {
            guard let endpoint = GatewayFormats.endpoint(ofFile: file.name) else { continue }
            if let code = codes[file.name], code != 200 {
                unavailable[endpoint] = "status \(code)"
                continue
            }
            if endpoint == "info" {
                info = GatewayInfo(file.bytes)
                continue
            }
            take(endpoint, file.bytes)
        }
    }

    private mutating func take(_ endpoint: String, _ bytes: [UInt8]) {
        guard let first = bytes.first(where: { $0 > 32 }) else {
            unavailable[endpoint] = "empty"
            return
        }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            // HTML of old firmware and of the login, or a line as `Error: 401`.
            unavailable[endpoint] = "no JSON"
            return
        }
        do {
            let root = try JSONDocument(bytes).root
            if root["error"] != nil || (root["status"]?.int64 ?? 200) >= 400 {
                unavailable[endpoint] = "an error body"
            } else {
                documents[endpoint] = root
            }
        } catch {
            broken[endpoint] = "\(error)"
        }
    }

    /// Returns the JSON of an endpoint; nil where it is missing or no answer.
    subscript(endpoint: String) -> JSONNode? { documents[endpoint] }

    /// The production page, the detailed one where it is there.
    var production: JSONNode? {
        documents["production.json?details=1"] ?? documents["production.json"] ?? documents["production"]
    }

    /// The production pages that are there: firmware has one or several.
    var productionPages: [(name: String, page: JSONNode)] {
        ["production.json?details=1", "production.json", "production"].compactMap { name in
            documents[name].map { (name, $0) }
        }
    }

    /// The list of inventory, with deleted devices where they were asked for.
    var inventory: JSONNode? { documents["inventory.json?deleted=1"] ?? documents["inventory.json"] }

    /// Tells whether there is anything to read.
    var hasReadableBody: Bool { !documents.isEmpty }

    /// Notes which bodies were read and which were none.
    func note(in observation: inout GatewayObservation) {
        observation.count("bodies read", documents.count + (info == nil ? 0 : 1))
        if !unavailable.isEmpty {
            observation.count("bodies without data", unavailable.count)
            let list = unavailable.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
            observation.summary.notes.append("no answer from \(list.joined(separator: ", "))")
        }
        for (endpoint, reason) in broken.sorted(by: { $0.key < $1.key }) {
            observation.summary.warn("\(endpoint) cannot be read and was left out: \(reason)")
        }
    }
}
