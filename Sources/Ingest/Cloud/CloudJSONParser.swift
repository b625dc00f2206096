// JSON of the cloud: held whole, within bounds, and read by the reader of its shape.

import Readings

/// Reads the web application's JSON and the API's bodies.
package struct CloudJSONParser: DocumentParser {
    private let options: DocumentOptions
    private let zone: TimeZoneRules
    private var bytes: [UInt8] = []

    package init(options: DocumentOptions, zone: TimeZoneRules) {
        self.options = options
        self.zone = zone
    }

    package mutating func feed(_ piece: ArraySlice<UInt8>, _ sink: BatchSink) throws {
        guard bytes.count + piece.count <= Limits.jsonBytes else {
            throw IngestError.limit(.documentBytes, found: nil, limit: Int64(Limits.jsonBytes))
        }
        bytes += piece
    }

    package mutating func finish(_ sink: BatchSink) throws -> DocumentSummary {
        let outline = JSONOutline(bytes.prefix(DocumentDetector.prefixBytes))
        let document = try JSONDocument(bytes)
        bytes = []
        // The shape is chosen by the same first bytes that chose the format; a shape of another format is none of ours.
        guard let shape = CloudShape.all.first(where: { $0.missing(in: outline).isEmpty }) else {
            throw IngestError.content(
                format: options.format,
                place: "the outermost object",
                found: "lacks the names by which it is told",
                remedy: "save it again"
            )
        }
        var reading = CloudReading(options: options, zone: zone)
        reading.summary.format = "\(shape.format.title) (\(shape.endpoint))"
        if let system = CloudJSONParser.systemID(document.root) {
            reading.summary.identifiers["system_id"] = system
        }
        try shape.read(document.root, &reading)
        return try reading.finish(source: shape.format.source, sink)
    }

    private static func systemID(_ root: JSONNode) -> String? {
        let id = root["system_id"]?.text ?? root["data"]?["data"]?["system_id"]?.text
        guard let id, !id.isEmpty, id.utf8.count <= 20, id.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return id
    }
}

/// Times and numbers of the cloud's JSON.
enum CloudValue {
    /// Returns seconds UTC of a time in seconds or milliseconds, or in ISO 8601; nil for 0 and what is no time.
    static func time(_ node: JSONNode?) -> Int64? {
        guard let node else { return nil }
        if var number = node.int64 ?? node.double.flatMap({ Int64(exactly: $0.rounded(.down)) }) {
            // Milliseconds are told by their size.
            if number > 100_000_000_000 { number /= 1000 }
            return GatewayTime.plausible(number)
        }
        guard let text = node.string else { return nil }
        if let number = Int64(text) {
            return GatewayTime.plausible(number > 100_000_000_000 ? number / 1000 : number)
        }
        return GreenButtonParser.microseconds(text).map { $0.flooredDivision(by: 1_000_000) }
            .flatMap { GatewayTime.plausible($0) }
    }

    /// Returns seconds UTC of a local time with its offset, as `2026/03/09 16:38:49 +1100 (AEDT)`.
    static func localText(_ node: JSONNode?) -> Int64? {
        guard let text = node?.string else { return time(node) }
        let words = text.split(separator: " ")
        guard words.count >= 3 else { return time(node) }
        let day = words[0].replacing("/", with: "-")
        return Instant(iso8601: "\(day)T\(words[1])\(words[2])").flatMap {
            GatewayTime.plausible($0.utcSeconds)
        }
    }
}
