// sunvigil simulate

import Analysis
import ArgumentParser
import Foundation
import Readings
import Simulation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Write the story house: a home whose gateway went silent for six weeks.",
        discussion: "EXAMPLE\n  sunvigil simulate --seed 7 datasets/story-house"
    )

    @Option(help: "Equal seeds give equal files.") var seed: UInt64 = 7
    @Argument(help: "The folder to write into.") var folder: String

    func run() throws {
        let zone = try ZoneFiles.load(StoryHouse.timeZone)
        guard let place = Place(latitude: 51.4, longitude: -0.3), let first = CivilMonth("2025-01"),
            let silentFrom = CivilDate("2025-03-12"), let silentTo = CivilDate("2025-04-23")
        else { throw CommandError("the story's dates are no dates") }
        let silence = Interval(
            startUTCSeconds: zone.startOfDay(silentFrom) + 14 * 3600 + 900,
            endUTCSeconds: zone.startOfDay(silentTo) + 9 * 3600
        )
        let span = Interval(
            startUTCSeconds: zone.startOfDay(first.firstDay),
            endUTCSeconds: zone.startOfDay(first.advanced(by: 6).firstDay)
        )
        let house = StoryHouse(seed: seed, zone: zone, place: place, span: span, silence: silence)
        func rows(_ month: CivilMonth) -> [StoryHouse.Truth] {
            let interval = zone.interval(of: month)
            return house.intervals.filter { interval.contains($0.startUTCSeconds) }
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write("monthly_energy_report.csv", EnlightenWriter.monthly(house.intervals, zone: zone))
        try write(
            "other-dialects/custom_report.csv",
            EnlightenWriter.custom(rows(first.advanced(by: 2)), zone: zone, isFrench: false)
        )
        try write(
            "other-dialects/custom_report_fr.csv",
            EnlightenWriter.custom(rows(first.advanced(by: 1)), zone: zone, isFrench: true)
        )
        try write("daily_production_report.csv", EnlightenWriter.daily(house.intervals, zone: zone))
        let months = (0..<6).map { first.advanced(by: $0) }
        let truth = JSONValue.object([
            ("seed", .integer(Int64(seed))), ("time_zone", .text(StoryHouse.timeZone)),
            (
                "faults",
                .array([
                    fault("site_silent", "site", silence.start, silence.end),
                    fault("batt_deep", "pack", house.flatFrom ?? silence.end, silence.end),
                    fault("batt_pinned", StoryHouse.stuckBattery, silence.end, span.end),
                ])
            ),
            (
                "utility_meter",
                .array(
                    months.map { month in
                        let meter = house.meter(month, zone: zone)
                        return .object([
                            ("month", .text("\(month)")), ("import_wh", .integer(meter.importWh)),
                            ("export_wh", .integer(meter.exportWh)),
                        ])
                    }
                )
            ),
        ])
        try write("truth.json", truth.pretty)
        Console.print("wrote the story house (seed \(seed)) into \(folder)")
    }

    private func fault(_ kind: String, _ device: String, _ start: Instant, _ end: Instant) -> JSONValue {
        .object([
            ("kind", .text(kind)), ("device", .text(device)), ("start", .text(start.iso8601)),
            ("end", .text(end.iso8601)),
        ])
    }

    private func write(_ name: String, _ text: String) throws {
        let url = URL(filePath: folder).appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url, options: .atomic)
    }
}
