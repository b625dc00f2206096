// Homes with losses: what is said to be true of them agrees with their rows.

import Foundation
import Ingest
import Readings
import Simulation
import TestSupport
import Testing

private func plan(_ seed: UInt64, isClean: Bool = false, days: Int = 480) throws -> LossPlan {
    var plan = try #require(LossPlan(seed: seed, isClean: isClean))
    plan.days = min(days, plan.days)
    return plan
}

private func house(_ plan: LossPlan) throws -> LossHouse {
    LossHouse(plan, zone: try zoneRules(plan.timeZone))
}

extension LossHouse {
    /// Sums of channels over the rows that start in a stretch of time.
    fileprivate func sums(_ interval: Interval) -> [Int64] {
        var sums = Array(repeating: Int64(0), count: Channel.count)
        for (start, row) in zip(starts, rows) where interval.contains(start) {
            for channel in row.indices { sums[channel] += Int64(row[channel]) }
        }
        return sums
    }

    fileprivate func sum(_ channel: Channel, _ interval: Interval) -> Int64 {
        sums(interval)[channel.rawValue]
    }
}

@Suite("homes with losses")
struct LossHouseTests {
    @Test("equal seeds give equal files, others other ones")
    func seeds() throws {
        let files = try [3, 3, 4].map { seed in
            try house(plan(seed, days: 120)).files(hasInverters: true).map { $0.path + "\n" + $0.text }
        }
        #expect(files[0] == files[1])
        #expect(files[0] != files[2])
        #expect(try LossPlan(seed: 3, isClean: true)?.installedW != plan(3).installedW)
    }

    @Test("every row balances, and its report is read without a warning, row by row", arguments: 20...23)
    func reports(seed: UInt64) throws {
        let home = try house(plan(seed))
        for row in home.rows {
            let balance = Channel.allCases.reduce(Int64(0)) { $0 + $1.balanceSign * Int64(row[$1.rawValue]) }
            #expect(balance == 0)
        }
        var taken = Taken()
        for file in home.files() where file.path.hasSuffix("report.csv") {
            let one = try read(Array(file.text.utf8), zone: home.plan.timeZone) {
                $0.capturedUTCSeconds = (home.starts.last ?? 0) + 2 * 86_400
                $0.name = file.path
            }
            #expect(one.summary.warnings.isEmpty, "\(file.path): \(one.summary.warnings)")
            for (name, columns) in one.series {
                taken.series[name, default: ReadingColumns()].append(contentsOf: columns)
            }
        }
        #expect(taken.series.count == 1)
        let columns = try #require(taken.series.values.first)
        let missing = home.truths.filter { $0.kind == "not_downloaded" }
        let expected = zip(home.starts, home.rows).filter { start, _ in
            !missing.contains { $0.interval.contains(start) }
        }
        try #require(columns.rowCount == expected.count)
        #expect(columns.startUTCSeconds == expected.map(\.0))
        #expect(
            columns.energyWh[Channel.produced.rawValue] == expected.map { $0.1[Channel.produced.rawValue] }
        )
    }

    @Test("what is lost is what the same home makes without its faults", arguments: 40...45)
    func lost(seed: UInt64) throws {
        let faulty = try plan(seed)
        guard faulty.report != .dailyProduction, faulty.report != .hourlyAll else { return }
        var sound = faulty
        sound.hasFaults = false
        let (home, other) = (try house(faulty), try house(sound))
        for truth in home.truths {
            guard let lost = truth.lostKWh else { continue }
            let around = Interval(
                startUTCSeconds: truth.interval.startUTCSeconds - 900,
                endUTCSeconds: truth.interval.endUTCSeconds + 900
            )
            let difference = other.sum(.produced, around) - home.sum(.produced, around)
            // The clamp is off by up to 0.6 %.
            #expect(abs(Double(difference) / 1000 - lost) < 0.01 * lost + 0.05, "\(seed) \(truth)")
        }
        let first = Interval(startUTCSeconds: home.starts[0], endUTCSeconds: home.starts[0] + 30 * 86_400)
        #expect(home.sums(first) == other.sums(first))
    }

    @Test("the rows show what is wrong, and what they cannot show is said so")
    func truths() throws {
        let wanted: Set<String> = [
            "pm_dead", "pm_reversed", "gm_dead", "gm_reversed", "cm_dead", "full", "trip",
        ]
        var seen: Set<String> = []
        for seed in UInt64(60)...89 where !seen.isSuperset(of: wanted) {
            let home = try house(plan(seed, days: 700))
            clamps(of: home)
            try observable(in: home)
            seen.formUnion(home.truths.compactMap(\.type))
        }
        #expect(seen.isSuperset(of: wanted))
    }

    private func clamps(of home: LossHouse) {
        for truth in home.truths {
            // Rows of an hour or a day may hold a part of it only.
            let inside = Interval(
                startUTCSeconds: truth.interval.startUTCSeconds + 86_400,
                endUTCSeconds: max(
                    truth.interval.startUTCSeconds + 86_401,
                    truth.interval.endUTCSeconds - 86_400
                )
            )
            let sums = home.sums(inside)
            let (made, used) = (sums[Channel.produced.rawValue], sums[Channel.consumed.rawValue])
            switch truth.type {
            case "pm_dead": #expect(made == 0)
            case "pm_reversed": #expect(made < 0)
            case "gm_reversed": #expect(truth.observable == 0 || sums[Channel.imported.rawValue] > 0)
            case "gm_dead":
                #expect(sums[Channel.exported.rawValue] == 0 && sums[Channel.imported.rawValue] == 0)
            case "gm_load_as_net": #expect(sums[Channel.exported.rawValue] == 0)
            case "cm_dead": #expect(used == 0)
            case "cm_reversed": #expect(used < 0)
            case "full" where truth.interval.seconds > 3 * 86_400: #expect(made == 0)
            default: break
            }
            if truth.kind == "site_silent", home.plan.report.step == 900 {
                #expect(home.sums(truth.interval).allSatisfy { $0 == 0 })
            }
        }
    }

    private func observable(in home: LossHouse) throws {
        let report = home.plan.report
        let start = try #require(home.starts.first)
        let truths = home.truths.filter { $0.kind != "snow" }
        #expect(!truths.isEmpty)
        for (index, truth) in truths.enumerated() {
            #expect(truth.interval.startUTCSeconds >= start + 30 * 86_400)
            for other in truths[(index + 1)...] { #expect(!truth.interval.overlaps(other.interval)) }
            if truth.type == "gm_halved" { #expect(truth.observable == 0) }
            if report.hasProductionAlone || home.plan.wiring == .load {
                #expect(truth.type != "pm_dead" || truth.kind == "production_lost")
            }
            if truth.kind == "production_lost", truth.type?.hasPrefix("pm_") == true {
                #expect(truth.also.contains("production_meter_wrong"))
            }
            if truth.kind == "degradation", report == .dailyProduction { #expect(truth.observable == 0) }
            let isHours = truth.type == "full" && truth.interval.seconds < 86_400
            let isBlind =
                report == .dailyProduction || (report == .quarterExchange && home.plan.batteryWh > 0)
            if isHours || truth.kind == "site_silent", isBlind { #expect(truth.observable == 0) }
            #expect(truth.due > truth.interval.startUTCSeconds)
        }
    }

    @Test("nothing is lost in a clean home, and nothing but snow is told of it", arguments: 80...83)
    func clean(seed: UInt64) throws {
        let home = try house(plan(seed, isClean: true, days: 300))
        #expect(home.truths.allSatisfy { $0.kind == "snow" && $0.observable == 0 })
        #expect(home.rows.allSatisfy { $0[Channel.produced.rawValue] >= 0 })
    }

    @Test("inverters make what the house makes, and the lost ones tell nothing")
    func inverters() throws {
        let seed = try #require(
            (UInt64(100)...160).first { seed in
                guard let plan = LossPlan(seed: seed, isClean: false), plan.report == .quarterAll else {
                    return false
                }
                return (try? house(plan).truths.contains { $0.type == "half" }) ?? false
            }
        )
        let home = try house(plan(seed, days: 2_000))
        let half = try #require(home.truths.first { $0.type == "half" })
        let file = try #require(home.files(hasInverters: true).first { $0.path == "devices/inverters.csv" })
        let taken = try read(Array(file.text.utf8), zone: home.plan.timeZone)
        func sums(_ interval: Interval) -> (serials: Int, energyWh: Double) {
            let rows = taken.readings.filter { interval.contains($0.startUTCSeconds) }
            let sum = rows.reduce(0.0) { $0 + Double($1.values[.energy] ?? 0) }
            return (Set(rows.map(\.device)).count, sum)
        }
        let before = Interval(
            startUTCSeconds: half.interval.startUTCSeconds - 8 * 86_400,
            endUTCSeconds: half.interval.startUTCSeconds
        )
        let (whole, left) = (sums(before), sums(half.interval))
        #expect(left.serials < whole.serials)
        #expect(abs(whole.energyWh / Double(home.sum(.produced, before)) - 1) < 0.02)
        #expect(abs(left.energyWh / Double(home.sum(.produced, half.interval)) - 1) < 0.02)
    }

    @Test("bills tell the grid as it was, also where its clamps do not")
    func bills() throws {
        for seed in UInt64(200)...204 {
            let home = try house(plan(seed))
            guard !home.plan.report.hasProductionAlone, home.plan.wiring == .grid else { continue }
            let zone = try zoneRules(home.plan.timeZone)
            for bill in home.bills {
                let month = Interval(
                    startUTCSeconds: zone.startOfDay(bill.start),
                    endUTCSeconds: zone.startOfDay(bill.end)
                )
                let truths = home.truths.filter { $0.interval.overlaps(month) && $0.device != "site" }
                let net = home.sum(.exported, month) - home.sum(.imported, month)
                let difference = abs((bill.netExportWh ?? 0) - net)
                if !home.truths.contains(where: { $0.kind == "site_silent" && $0.interval.overlaps(month) }),
                    !truths.contains(where: { $0.kind == "grid_meter_wrong" })
                {
                    #expect(difference <= 2_001, "\(seed) \(bill.start)")
                }
            }
        }
    }
}
