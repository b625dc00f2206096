// sunvigil simulate

import ArgumentParser
import Foundation
import Readings
import Simulation
import Station

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        _superCommandName: Sunvigil.name,
        abstract: "Write the story house: a home whose gateway went silent for six weeks.",
        discussion: """
            Writes one file of every kind that sunvigil reads, and truth.json, which says what was planted.

            EXAMPLE
              sunvigil simulate --seed 7 datasets/story-house
              sunvigil simulate --faults --days 365 homes/plain-1
              sunvigil simulate --faults --varied --hard --step 3600 --seed 3 homes/hard-3
              sunvigil simulate --losses --seed 4 homes/losses-4
              sunvigil simulate --billed --cloudy --batteries flat --lost 0.3 homes/billed-1
              sunvigil simulate --fleet --systems 100 --years 5 fleet/
            """
    )

    @Option(help: "Equal seeds give equal files.") var seed: UInt64 = 7
    @Flag(help: "Write a home with one fault of every kind and its devices, instead of the story.")
    var faults = false
    @Flag(help: "Write a home with its devices in which all is well; with --losses one without losses.")
    var clean = false
    @Flag(
        help:
            "Write a home of two to four years whose reports are complete and whose production is lost or mismeasured."
    )
    var losses = false
    @Flag(help: "Of a home with losses, also write what each inverter made.") var inverters = false
    @Option(help: "Days of a home with devices.") var days = 365
    @Flag(help: "Of a home with devices: another place, weather, array and pack for each seed.")
    var varied = false
    @Flag(help: "Of a varied home: dropouts in bursts, flickering values, uneven packs, small losses.")
    var hard = false
    @Option(help: "Of a varied home, seconds of an interval: 300, 900 or 3600.") var step: Int64 = 900
    @Flag(help: "Write a home with bills, temperatures, utility intervals and one silence of its monitor.")
    var billed = false
    @Flag(help: "Of a home with bills: much cloud.") var cloudy = false
    @Option(help: "Of a home with bills, what its batteries did in the silence: none, working, flat or half.")
    var batteries = "flat"
    @Option(help: "Of a home with bills, the share of the production lost in the silence, 0 to 1.")
    var lost = 0.0
    @Option(help: "Of a home with bills, days of the silence.") var gapDays = 42
    @Flag(help: "Write reports of many systems at 15 minutes, and gaps.csv with the silences planted.")
    var fleet = false
    @Option(help: "Of a fleet, the number of systems.") var systems = 100
    @Option(help: "Of a fleet, the number of years.") var years = 1
    @Option(help: "Of a fleet, the first year.") var firstYear = 2019
    @Option(help: "Of a fleet, the months of each year, from January.") var months = 12
    @Argument(help: "The folder to write into.") var folder: String

    func run() throws {
        if fleet { return try writeFleet() }
        if billed { return try writeBilledHome() }
        if losses { return try writeLossHome() }
        if inverters { throw CommandError("--inverters is of homes with --losses") }
        if faults || clean { return try writeHome() }
        if varied || hard || step != 900 {
            throw CommandError("--varied, --hard and --step are of homes with --faults or --clean")
        }
        let zone = try ZoneFiles.load(StoryHouse.timeZone)
        guard let story = Story(seed: seed, zone: zone) else {
            throw CommandError("the story's dates are no dates")
        }
        for file in story.files() {
            try write(file.path, file.text)
        }
        Console.print("wrote the story house (seed \(seed)) into \(folder)")
    }

    private func writeHome() throws {
        guard (1...3700).contains(days) else { throw CommandError("--days is 1 to 3700, not \(days)") }
        guard let house = try varied ? variedHouse() : plainHouse() else {
            throw CommandError("the home's dates are no dates")
        }
        let zone = try ZoneFiles.load(house.plan.timeZone)
        for (path, text) in house.files(zone: zone) { try write(path, text) }
        Console.print(
            "wrote a home of \(days) days with \(house.faults.count) faults (seed \(seed)) into \(folder)"
        )
    }

    private func writeLossHome() throws {
        guard let plan = LossPlan(seed: seed, isClean: clean) else {
            throw CommandError("the home's dates are no dates")
        }
        let house = LossHouse(plan, zone: try ZoneFiles.load(plan.timeZone))
        for (path, text) in house.files(hasInverters: inverters) { try write(path, text) }
        let count = house.truths.count { $0.kind != "snow" }
        Console.print("wrote a home of \(plan.days) days with \(count) losses (seed \(seed)) into \(folder)")
    }

    private func plainHouse() throws -> FaultHouse? {
        guard !hard, step == 900 else { throw CommandError("--hard and --step are of --varied homes") }
        return CivilDate("2023-01-01").flatMap {
            FaultHouse(seed: seed, start: $0, days: days, hasFaults: !clean)
        }
    }

    private func variedHouse() throws -> FaultHouse? {
        guard [300, 900, 3600].contains(step) else {
            throw CommandError("--step is 300, 900 or 3600, not \(step)")
        }
        guard var plan = FaultPlan(varied: seed, isHard: hard, step: step, days: days) else { return nil }
        plan.hasFaults = !clean
        return FaultHouse(plan)
    }

    private func writeFleet() throws {
        var plan = Fleet.Plan()
        (plan.seed, plan.systemCount, plan.yearCount) = (seed, systems, years)
        (plan.firstYear, plan.monthCount) = (firstYear, months)
        guard (1...1_000_000).contains(systems), (1...50).contains(years), (2000...2149).contains(firstYear),
            let fleet = Fleet(plan)
        else { throw CommandError("--systems is 1 to 1000000, --years 1 to 50, --months 1 to 12") }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var gaps = "system,start,end\n"
        var done = 0
        var byteCount = 0
        try fleet.forEachReport { report in
            try Data(report.bytes).write(to: URL(filePath: folder).appending(path: report.name))
            for gap in report.silences {
                let start = Instant(utcSeconds: gap.startUTCSeconds)
                gaps += "\(gap.system),\(start.iso8601),\(Instant(utcSeconds: gap.endUTCSeconds).iso8601)\n"
            }
            done += 1
            byteCount += report.bytes.count
            Console.progress("\(done) of \(fleet.reportCount) reports, \(byteCount >> 20) MiB")
        }
        Console.progress("")
        try write("gaps.csv", gaps)
        Console.print("wrote \(done) reports of \(systems) systems (seed \(seed)) into \(folder)")
    }

    private func writeBilledHome() throws {
        guard let kind = BilledHouse.Batteries(rawValue: batteries) else {
            throw CommandError("--batteries is none, working, flat or half, not \(batteries)")
        }
        guard (0...1).contains(lost) else { throw CommandError("--lost is 0 to 1, not \(lost)") }
        guard (1...180).contains(gapDays), (gapDays + 112...3700).contains(days) else {
            throw CommandError("--gap-days is 1 to 180, and --days at least 112 more, at most 3700")
        }
        var plan = BilledHouse.Plan(seed: seed, isCloudy: cloudy, batteries: kind)
        plan.lostShare = lost
        plan.gapDays = gapDays
        plan.days = days
        guard let house = BilledHouse(plan) else { throw CommandError("the home's dates are no dates") }
        for (path, text) in house.files() { try write(path, text) }
        Console.print("wrote a home with \(house.bills.count) bills (seed \(seed)) into \(folder)")
    }

    private func write(_ path: String, _ text: String) throws {
        let url = URL(filePath: folder).appending(path: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url, options: .atomic)
    }
}
