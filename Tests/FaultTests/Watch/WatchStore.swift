// What a store that was watched must hold, whatever happened to the watch: what its journal gives, once.

import Foundation
import Lake
import Readings
import TestSupport

/// The rows that a watch left.
struct WatchStore {
    /// A watch that failed.
    struct Failed: Error { let words: String }

    /// Rows by what they are of, their keys and values as texts.
    private(set) var quarters: [Int64: String] = [:]
    private(set) var minutes: [Int64: String] = [:]
    private(set) var records: [String: String] = [:]
    /// Keys that are there twice.
    private(set) var doubled: [String] = []

    init(_ path: String) throws {
        let lake = try LakeStore(path: path, environment: FaultStore.environment()).snapshot()
        let key = SeriesKey(systemID: 1, source: .gateway, seconds: 900)
        if let columns = try lake.readings(systemID: 1)[key] {
            WatchStore.add(columns, to: &quarters, doubled: &doubled)
        }
        if let columns = try lake.siteMinutes(systemID: 1)[.gateway] {
            WatchStore.add(columns, to: &minutes, doubled: &doubled)
        }
        for reading in try lake.deviceReadings(systemID: 1).map(\.record) {
            let key = "\(reading.startUTCSeconds) \(reading.device) \(reading.seconds) \(reading.origin)"
            let values = reading.values.map { "\($0.key) \($0.value)" }.sorted().joined(separator: ", ")
            if records.updateValue(values, forKey: key) != nil { doubled.append(key) }
        }
    }

    private static func add(
        _ columns: ReadingColumns,
        to rows: inout [Int64: String],
        doubled: inout [String]
    ) {
        for (row, start) in columns.startUTCSeconds.enumerated() {
            let values = Channel.allCases.map { "\($0) \(columns[$0][row])" }.joined(separator: ", ")
            if rows.updateValue(values, forKey: start) != nil { doubled.append("\(start)") }
        }
    }

    /// What of other rows is not here, or is otherwise, up to a time.
    func differences(from other: WatchStore, before end: Int64) -> [String] {
        func compare<Key: Hashable & Comparable>(
            _ own: [Key: String],
            _ others: [Key: String],
            named name: String
        )
            -> [String]
        {
            Set(own.keys).union(others.keys).sorted().compactMap { key in
                own[key] == others[key]
                    ? nil : "\(name) \(key): \(own[key] ?? "none"), not \(others[key] ?? "none")"
            }
        }
        func isBefore(_ key: String) -> Bool {
            key.split(separator: " ").first.flatMap { Int64($0) }.map { $0 < end } ?? false
        }
        return compare(
            quarters.filter { $0.key < end },
            other.quarters.filter { $0.key < end },
            named: "quarter"
        )
            + compare(minutes.filter { $0.key < end }, other.minutes.filter { $0.key < end }, named: "minute")
            // Captures that are kept for ever brought more than the journal's rounds keep.
            + compare(
                records.filter { isBefore($0.key) && other.records[$0.key] != nil },
                other.records.filter { isBefore($0.key) },
                named: "record"
            )
    }

    /// Copies a store's journals and its gateways into a store of its own, and makes rows of them anew.
    static func rebuilt(_ house: PlayedHouse) throws -> String {
        let path = house.folder.path + "/rebuilt"
        try Program.makeStore(
            path,
            site: "home",
            timeZone: "Europe/London",
            latitude: "51.4",
            longitude: "-0.3"
        )
        let files = FileManager.default
        try? files.removeItem(atPath: path + "/config.json")
        try files.copyItem(atPath: house.store + "/config.json", toPath: path + "/config.json")
        try files.copyItem(atPath: house.store + "/live", toPath: path + "/live")
        for name in ["heartbeat.json", "gateway.json"] {
            try? files.removeItem(atPath: "\(path)/live/\(house.serial)/\(name)")
        }
        let result = try Program.run(arguments: house.arguments(path, ["--rounds", "1"]))
        guard result.code <= 1 else { throw Failed(words: result.errors) }
        return path
    }
}
