import Readings
package struct StubParser: DocumentParser { package init(options: DocumentOptions, zone: TimeZoneRules) {} 
 package mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: BatchSink) throws {}
 package mutating func finish(_ sink: BatchSink) throws -> DocumentSummary { DocumentSummary() } }
package struct GreenButtonParser: DocumentParser { package init(options: DocumentOptions, zone: TimeZoneRules) {} 
 package var readingTypeFound: String? { nil }
 package mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: BatchSink) throws {}
 package mutating func finish(_ sink: BatchSink) throws -> DocumentSummary { DocumentSummary() } }
typealias UtilityCSVParser = StubParser
typealias NEM12Parser = StubParser
typealias BillFileParser = StubParser
typealias BillingCSVParser = StubParser
typealias CloudJSONParser = StubParser
package enum BillText { package static func csv(_ b: [Bill]) -> String { "" } }
package enum CloudFormats { static func recognise(prefix: ArraySlice<UInt8>) -> Recognition { .no } }
package enum UtilityFormats { static func recognise(prefix: ArraySlice<UInt8>) -> Recognition { .no } }
