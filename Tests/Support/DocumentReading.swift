// Reads documents as the program does, and gathers what came out.

import Foundation
import Ingest
import Readings

/// What a reader handed on.
package struct Taken {
    /// Series by `source/seconds`.
    package var series: [String: ReadingColumns] = [:]
    /// Device readings.
    package var readings: [DeviceReading] = []
    /// Device states.
    package var states: [DeviceState] = []
    /// Events.
    package var events: [SiteEvent] = []
    /// Utility intervals.
    package var intervals: [UtilityInterval] = []
    /// Bills.
    package var bills: [Bill] = []
    package var temperatures: [DailyTemperature] = []
    /// What the reader found.
    package var summary = DocumentSummary()

    /// Makes an empty value.
    package init() {}

    /// Takes a batch.
    package mutating func take(_ batch: RowBatch) {
        switch batch {
        case .site(let source, let seconds, let columns):
            series["\(source.name)/\(seconds)", default: ReadingColumns()].append(contentsOf: columns)
        case .minutes(let source, let columns):
            series["\(source.name)/minutes", default: ReadingColumns()].append(contentsOf: columns)
        case .deviceReadings(let rows): readings += rows
        case .deviceStates(let rows): states += rows
        case .events(let rows): events += rows
        case .utility(let rows): intervals += rows
        case .bills(let rows): bills += rows
        case .temperatures(let rows): temperatures += rows
        }
    }

    /// Import over all intervals, Wh.
    package var importWh: Int64 { intervals.reduce(0) { $0 + ($1.importWh ?? 0) } }
    /// Export over all intervals, Wh.
    package var exportWh: Int64 { intervals.reduce(0) { $0 + ($1.exportWh ?? 0) } }
}

/// Returns the rules of a zone of the tz database.
package func zoneRules(_ name: String) throws -> TimeZoneRules {
    if name.hasPrefix("UTC+") { return TimeZoneRules(identifier: name, constantOffsetSeconds: 36_000) }
    guard let data = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)") else {
        throw CocoaError(.fileNoSuchFile)
    }
    return try TimeZoneRules(identifier: name, tzif: [UInt8](data))
}

/// Reads a document whose format is told by its content.
package func read(
    _ bytes: [UInt8],
    zone: String = "UTC",
    pieceBytes: Int = 4096,
    format: DocumentFormat? = nil,
    _ change: (inout DocumentOptions) -> Void = { _ in }
) throws -> Taken {
    let format = try format ?? DocumentDetector.format(prefix: DocumentDetector.head(of: bytes[...])[...])
    var options = DocumentOptions(
        format: format,
        timeZone: zone,
        capturedUTCSeconds: 1_790_000_000,
        latitude: 37,
        longitude: -122
    )
    change(&options)
    var parser = DocumentParsers.make(options, zone: try zoneRules(zone))
    var taken = Taken()
    var position = 0
    while position < bytes.count {
        let end = min(position + pieceBytes, bytes.count)
        try parser.feed(bytes[position..<end]) { taken.take($0) }
        position = end
    }
    taken.summary = try parser.finish { taken.take($0) }
    return taken
}

/// Returns the error of a text that must be refused.
package func refusal(
    _ text: String,
    zone: String = "UTC",
    format: DocumentFormat? = nil,
    _ change: (inout DocumentOptions) -> Void = { _ in }
) -> String {
    do {
        _ = try read(Array(text.utf8), zone: zone, format: format, change)
        return "accepted"
    } catch { return "\(error)" }
}

/// Damages a document in many ways and reads each; nothing but a thrown error may come of it.
///
/// - Returns: how many of the damaged ones were refused.
package func damage(_ bytes: [UInt8], format: DocumentFormat, rounds: Int, seed: UInt64) -> Int {
    var random = SeededGenerator(seed: seed)
    var refused = 0
    for round in 0..<rounds {
        var damaged = bytes
        if round % 3 == 0 {
            damaged.removeLast(Int.random(in: 1...damaged.count, using: &random))
        } else {
            for _ in 0..<(1 + round % 4) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
                    in: 0...255,
                    using: &random
                )
            }
        }
        do { _ = try read(damaged, zone: "Europe/London", pieceBytes: 61, format: format) } catch {
            refused += 1
        }
    }
    return refused
}

/// Reads the bodies of one capture as the rounds of a watch are read: with the time at which they were fetched.
///
/// - Parameters:
///   - folder: a folder of saved bodies.
///   - names: the bodies that are taken; nil for all.
package func readCapture(folder: String, only names: Set<String>? = nil, fetchedUTCSeconds: Int64? = nil)
    throws -> Taken
{
    let all = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let files = try all.filter { names?.contains($0) ?? true }.map {
        (name: $0, bytes: [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + $0))))
    }
    return try read(GatewayBundle.pack(files), format: .gatewayCapture) { options in
        if let fetchedUTCSeconds { options.capturedUTCSeconds = fetchedUTCSeconds }
    }
}
