// The bodies of a capture: which are there, which are no answer, and what JSON they hold.

import Readings

/// Bodies by their endpoint.
struct GatewayBodies {
    /// What the gateway says about itself; nil where the capture lacks it.
    private(set) var info: GatewayInfo?
    private var documents: [String: JSONNode] = [:]
    private var unavailable: [String: String] = [:]
    private var broken: [String: String] = [:]
    /// Endpoints, as rows name them, whose bodies are of an earlier time.
    private(set) var recalled: Set<String> = []
    /// Files that are no body that is known.
    private var unread: [String] = []

    /// Names that a note lists at most.
    private static let mostNames = 12

    /// A file on its way to its endpoint.
    private struct Saved {
        let name: String
        let bytes: [UInt8]
        /// The endpoint by the name, and by the content.
        let named: String?
        let shape: GatewayBodyShape?

        /// Tells whether name and content go together; a content that tells nothing contradicts no name.
        var isAsNamed: Bool {
            guard let named else { return false }
            return shape.map { GatewayBodyShape.endpoints(like: $0.endpoint).contains(named) } ?? true
        }
    }

    /// Sorts files into bodies: by their names, and where these tell nothing or are contradicted, by what they hold. Bodies
    /// that are errors are never data.
    init(_ files: [(name: String, bytes: [UInt8])]) {
        let codes = GatewayBodies.codes(files)
        var saved: [Saved] = []
        for file in files.sorted(by: { $0.name < $1.name }) where !GatewayFormats.isLog(file.name) {
            let bytes = BodyText.utf8(file.bytes)
            let named = GatewayFormats.endpoint(ofFile: file.name)
            if let code = codes[file.name], code != 200 {
                if let named { unavailable[named] = "status \(code)" }
                continue
            }
            if GatewayFormats.isInfo(bytes) {
                info = info ?? GatewayInfo(bytes)
                continue
            }
            let shape = GatewayBodyShape.of(JSONOutline(DocumentDetector.head(of: bytes[...])[...]))
            if named == "info", shape == nil {
                unavailable["info"] = "no XML of the gateway"
                continue
            }
            saved.append(Saved(name: file.name, bytes: bytes, named: named, shape: shape))
        }
        for file in saved {
            if file.isAsNamed, let endpoint = file.named { take(endpoint, file.bytes) }
        }
        for file in saved where !file.isAsNamed { takeByContent(file) }
    }

    private static func codes(_ files: [(name: String, bytes: [UInt8])]) -> [String: Int64] {
        var codes: [String: Int64] = [:]
        for file in files where GatewayFormats.isLog(file.name) {
            guard let log = try? JSONDocument(BodyText.utf8(file.bytes)).root, let code = log["code"]?.int64
            else { continue }
            codes[String(file.name.dropLast(9))] = code
        }
        return codes
    }

    private mutating func takeByContent(_ file: Saved) {
        let vacant = file.shape.flatMap { shape in
            GatewayBodyShape.endpoints(like: shape.endpoint).first {
                documents[$0] == nil && broken[$0] == nil
            }
        }
        if let vacant {
            take(vacant, file.bytes)
        } else if file.named == nil, file.shape != nil || !GatewayFormats.isLeftOut(file.name) {
            // An endpoint that answers with another's body, as some firmware does, is no file that was overlooked.
            let name = ControlledText.oneLine(file.name)
            unread.append(file.shape.map { "\(name) (one more of \($0.endpoint))" } ?? name)
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
                unavailable[endpoint] = nil
            }
        } catch {
            broken[endpoint] = "\(error)"
        }
    }

    /// Puts in what was known before where these bodies lack it: it explains the others and gives no rows of its own.
    mutating func recall(_ known: GatewayKnown) {
        if info == nil, let before = known.info {
            info = before.withoutTime
            recalled.insert("info")
        }
        for (family, body) in known.bodies {
            let names = GatewayBodyShape.endpoints(like: family)
            guard names.allSatisfy({ documents[$0] == nil }) else { continue }
            documents[family] = body
            recalled.insert(family)
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
    var hasReadableBody: Bool { documents.keys.contains { !recalled.contains($0) } }

    /// Why nothing can be read, for one line.
    var whyUnreadable: String {
        let reasons =
            unavailable.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
            + broken.keys.sorted().map { "\($0) (broken)" } + unread
        return reasons.prefix(GatewayBodies.mostNames).joined(separator: ", ")
    }

    /// Notes which bodies were read and which were none.
    func note(in observation: inout GatewayObservation) {
        observation.count("bodies read", documents.count + (info == nil ? 0 : 1) - recalled.count)
        if !unavailable.isEmpty {
            observation.count("bodies without data", unavailable.count)
            let list = unavailable.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
            observation.summary.notes.append("no answer from \(list.joined(separator: ", "))")
        }
        if !unread.isEmpty {
            observation.count("files that are no known body", unread.count)
            let names = unread.prefix(GatewayBodies.mostNames).joined(separator: ", ")
            let more = unread.count > GatewayBodies.mostNames ? ", …" : ""
            observation.summary.notes.append(
                "not read: \(names)\(more); save a body under the name of its endpoint, as production.json or home"
            )
        }
        for (endpoint, reason) in broken.sorted(by: { $0.key < $1.key }) {
            observation.summary.warn("\(endpoint) cannot be read and was left out: \(reason)")
        }
    }
}
