// The reader of each format.

import Readings

/// Makes readers.
package enum DocumentParsers {
    /// Returns the reader of a document that is not a gateway capture.
    package static func make(_ options: DocumentOptions, zone: TimeZoneRules) -> any DocumentParser {
        switch options.format {
        case .enlightenCSV: EnlightenDocumentParser(options: options, zone: zone)
        case .gatewayCapture: GatewayBundleParser(options: options, zone: zone)
        case .greenButton: GreenButtonParser(options: options, zone: zone)
        case .utilityCSV: UtilityCSVParser(options: options, zone: zone)
        case .nem12: NEM12Parser(options: options, zone: zone)
        case .billFile, .billLines: BillFileParser(options: options, zone: zone)
        case .billingCSV: BillingCSVParser(options: options, zone: zone)
        case .temperatureCSV: TemperatureCSVParser(options: options)
        case .deviceCSV: DeviceCSVParser(options: options, zone: zone)
        default: CloudJSONParser(options: options, zone: zone)
        }
    }
}

/// A gateway capture that is kept as one document: a bundle of its bodies.
struct GatewayBundleParser: DocumentParser {
    private let parser: GatewayCaptureParser
    private var bytes: [UInt8] = []

    init(options: DocumentOptions, zone: TimeZoneRules) {
        parser = GatewayCaptureParser(options: options, zone: zone)
    }

    mutating func feed(_ piece: ArraySlice<UInt8>, _ sink: BatchSink) throws {
        guard bytes.count + piece.count <= Limits.captureBytes else {
            throw IngestError.limit(.documentBytes, found: nil, limit: Int64(Limits.captureBytes))
        }
        bytes += piece
    }

    mutating func finish(_ sink: BatchSink) throws -> DocumentSummary {
        try parser.parse(files: try GatewayBundle.unpack(bytes), sink)
    }
}
