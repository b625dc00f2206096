// A capture as one of the formats: the reader of captures behind the face that all readers have.

import Readings

/// A gateway capture that is kept as one document: a bundle of its bodies.
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
        try parser.parse(files: try GatewayBundle.unpack(bytes), sink)
    }
}
