// JSON of the cloud: held whole, within bounds, and read by the reader of its shape.

import Readings

/// Reads the web application's JSON and the API's bodies.
struct CloudJSONParser: DocumentParser {
    private let options: DocumentOptions
    private let zone: TimeZoneRules
    private var bytes: [UInt8] = []

    /// Makes a reader.
    init(options: DocumentOptions, zone: TimeZoneRules) {
        self.options = options
        self.zone = zone
    }

    mutating func feed(_ piece: ArraySlice<UInt8>, _ sink: RowSink) throws {
        guard bytes.count + piece.count <= Limits.jsonBytes else {
            throw IngestError.limit(.documentBytes, found: nil, limit: Int64(Limits.jsonBytes))
        }
        bytes += piece
    }

    mutating func finish(_ sink: RowSink) throws -> DocumentSummary {
        let outline = JSONOutline(DocumentDetector.head(of: bytes[...])[...])
        let document = try JSONDocument(bytes)
        bytes = []
        // The shape is chosen by the same bytes that chose the format; a shape of another format is none of ours.
        guard let shape = CloudShape.all.first(where: { $0.missing(in: outline).isEmpty }) else {
            throw IngestError.content(
                format: options.format,
                place: "the outermost object",
                found: "lacks the names by which it is told",
                remedy: "save it again"
            )
        }
        var reading = CloudReading(options: options, zone: zone, root: document.root)
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
