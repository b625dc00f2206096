// One round over a saved gateway gives what the import of its folder gives.

import Foundation
import Lake
import Readings
import Simulation
import Station
import TestSupport
import Testing

/// Rows of devices in a store, each as a line of its key and its values.
private func rows(_ lake: some LakeReader) throws -> [String: String] {
    let id = try lake.site(named: "home").systemID
    var rows: [String: String] = [:]
    func number(_ value: Double) -> String { JSONValue.plain(value).compact }
    for row in try lake.deviceReadings(systemID: id).map(\.record) {
        let key = "reading \(row.device) \(row.startUTCSeconds) \(row.seconds) \(row.origin)"
        rows[key] = row.values.map { "\($0.key)=\(number($0.value))" }.sorted().joined(separator: " ")
    }
    for row in try lake.deviceStates(systemID: id).map(\.record) {
        let key = "state \(row.device) \(row.atUTCSeconds) \(row.origin)"
        rows[key] =
            "\(row.lastReportUTCSeconds ?? -1) "
            + row.properties.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
    }
    for row in try lake.siteEvents(systemID: id).map(\.record) {
        let key = "event \(row.kind.rawValue) \(row.device) \(row.startUTCSeconds) \(row.origin) \(row.code)"
        rows[key] = "\(row.endUTCSeconds ?? -1) \(row.text)"
    }
    return rows
}

@Suite("one round over saved gateways", .enabled(if: Shared.isPresent))
struct CaptureRoundTests {
    @Test("it gives the rows of the import of the same bodies", arguments: SavedGateway.names)
    func sameRows(name: String) throws {
        let saved = try SavedGateway(name)
        let start = try saved.play().capturedAtUTCSeconds
        let play = try StandingGateway(saved)
        let second = Int64(start) % 86_400
        // Two were saved at what would be their night by UTC.
        let isNight = (82_500..<83_400).contains(second)
        let played = try PlayedWatch(
            MockGateway(play: play, startUTCSeconds: start, seed: 1),
            serial: play.serial,
            start: start,
            zone: isNight ? "Asia/Tokyo" : "Etc/UTC"
        )
        played.standsAt = start
        try played.watch(rounds: 1)
        let watched = try rows(try played.store().snapshot())
        #expect(played.remarks.isEmpty && played.leaks.isEmpty, "\(played.remarks)")

        let other = try NightHouse()
        try other.makeSite()
        _ = try saved.write(other.folder)
        _ = try other.importReports()
        let imported = try rows(try other.open().lake)
        // Older than 3.9: refused by both.
        #expect(imported.isEmpty == (name == "3.7.0"))
        #expect(watched.filter { !$0.key.hasSuffix(" phase sum") } == imported)
        // That registers are not the sum of their phases only a watch says, which leaves such samples out.
        let doubted = watched.keys.filter { $0.hasSuffix(" phase sum") }
        #expect(doubted.count == (name.hasSuffix("_with_cts_3phase") ? 2 : 0), "\(doubted)")
    }
}
