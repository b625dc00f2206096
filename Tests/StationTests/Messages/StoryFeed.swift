// The story house as its owner would feed it: each day's rows before that night's check, nothing while the gateway is silent, then
// what fills it. Which messages come of it is not known here.

import Foundation
import Readings
@testable import Simulation
import TestSupport
import Testing

/// The story's documents, day by day.
struct StoryFeed {
    private let story: Story
    private let zone: TimeZoneRules
    private let files: [String: String]

    init(zone: TimeZoneRules) throws {
        story = try #require(Story(seed: 7, zone: zone))
        self.zone = zone
        files = Dictionary(story.files().map { ($0.path, $0.text) }) { first, _ in first }
    }

    /// What was there before the store was.
    func history() throws -> [(name: String, text: String)] {
        [("history.csv", try report(from: "2025-01-01", to: "2025-02-28"))]
    }

    private func report(from first: String, to last: String) throws -> String {
        EnlightenWriter.monthly(
            house(try #require(CivilDate(first)), try #require(CivilDate(last))),
            zone: zone
        )
    }

    private func house(_ first: CivilDate, _ last: CivilDate) -> [StoryHouse.Truth] {
        let span = Interval(
            startUTCSeconds: zone.startOfDay(first),
            endUTCSeconds: zone.startOfDay(last.advanced(by: 1))
        )
        return story.house.intervals.filter { span.contains($0.startUTCSeconds) }
    }

    /// What the owner has of a day when it is over.
    func documents(of day: CivilDate) throws -> [(name: String, text: String)] {
        let rows = house(day, day).filter(\.isReported)
        var documents: [(String, String)] = []
        if !rows.isEmpty {
            documents = [
                ("report-\(day).csv", EnlightenWriter.monthly(rows, zone: zone)),
                ("batteries-\(day).csv", DeviceLogWriter.batteries(story.house, rows)),
                ("inverters-\(day).csv", DeviceLogWriter.inverters(story.house, rows, zone: zone)),
            ]
        }
        let more = StoryFeed.later["\(day)"] ?? []
        documents += files.keys.sorted().filter { name in more.contains { name.hasPrefix($0) } }.map {
            ($0, files[$0] ?? "")
        }
        // The vendor's own report of the silence holds zeros.
        if "\(day)" == "2025-04-25" {
            documents.append(("report-silence.csv", try report(from: "2025-03-12", to: "2025-04-23")))
        }
        if day.advanced(by: 1).day == 1 {
            documents.append(("bills-\(day).csv", bills(through: day)))
        }
        return documents
    }

    /// The bills that have come by then.
    private func bills(through day: CivilDate) -> String {
        let months = ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"].compactMap {
            CivilMonth($0)
        }
        let past = months.filter { $0.firstDay <= day }
        return BillsWriter.csv(BillsWriter.bills(story.house, months: past, zone: zone))
    }

    /// Documents that come on a day of their own.
    private static let later: [String: [String]] = [
        "2025-04-03": ["utility/octopus"],
        "2025-04-20": ["gateway/silent/"],
        "2025-04-24": ["devices/owner_log.csv", "utility/outage_week_import.csv"],
        "2025-04-26": ["cloud-web/daily_energy", "cloud-web/events", "cloud-web/battery_backup"],
        "2025-05-04": [
            "gateway/after/", "cloud-web/devices", "cloud-web/battery_status", "cloud-web/inverter",
        ],
        "2025-06-02": ["gateway/later/"],
    ]
}
