import Readings
package struct StubParser: DocumentParser { package init(options: DocumentOptions, zone: TimeZoneRules) {} 
 package mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: BatchSink) throws {}
 package mutating func finish(_ sink: BatchSink) throws -> DocumentSummary { DocumentSummary() } }
typealias CloudJSONParser = StubParser
package enum CloudFormats { static func recognise(prefix: ArraySlice<UInt8>) -> Recognition { .no } }
