// A capture as one of the formats: the reader of captures behind the face that all readers have.

import Readings

/// A gateway capture that is kept as one document: a bundle of its bodies, or a body that is read alone.
struct GatewayBundleParser: DocumentParser {
    private let parser: GatewayCaptureParser
    private var bytes: [UInt8] = []

    /// Makes a reader.
    init(options: DocumentOptions, zone: TimeZoneRules) {
        parser = GatewayCaptureParser(options: options, zone: zone)
    }

    mutating func feed(_ piece: ArraySlice<UInt8>, _ sink: RowSink) throws {
        guard bytes.count + piece.count <= Limits.captureBytes else {
            throw IngestError.limit(.documentBytes, found: nil, limit: Int64(Limits.captureBytes))
        }
        bytes += piece
    }

    mutating func finish(_ sink: RowSink) throws -> DocumentSummary {
        // The name of a file begins a bundle, and none begins so.
        let first = BodyText.utf8(Array(bytes.prefix(64))).first { $0 > 32 }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            GatewayBodyShape.of(JSONOutline(DocumentDetector.head(of: bytes[...])[...])) != nil
        {
            return try parser.parse(files: [(name: "", bytes: bytes)], sink)
        }
        return try parser.parse(files: try GatewayBundle.unpack(bytes), sink)
    }
}
