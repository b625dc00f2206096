// The small house with an array that stops, one whose clamp fails, and what each day was expected to give. All numbers are chosen
// by hand.

import Analysis
import Readings
import Report
import TestSupport
import Testing

/// A house of March 2025 with rows of all days: 16 kWh on each, none from the 5th to the 9th, half of it recorded from the 20th
/// to the 22nd, and no row on the 25th.
struct LossHouse {
    let house: ReportHouse

    init() throws { house = try ReportHouse() }

    /// Rows of 15 minutes.
    var columns: ReadingColumns {
        var columns = ReadingColumns()
        var at = house.start(0)
        while at < house.start(31) {
            defer { at += 900 }
            let wall = house.zone.wallClock(atUTCSeconds: at)
            guard wall.day.day != 25 else { continue }
            let isDay = (8..<16).contains(wall.secondOfDay / 3600)
            let produced: Int32 =
                !isDay || (5...9).contains(wall.day.day) ? 0 : (20...22).contains(wall.day.day) ? 250 : 500
            let net = produced - 100
            columns.append(
                startUTCSeconds: at,
                energyWh: [produced, 100, max(0, -net), max(0, net), 0, 0]
            )
        }
        return columns
    }

    /// A clear sky gives 20 kWh on each day; what stopped would have made 16.
    var expected: [ExpectedDay] {
        (0..<31).map { (index: Int64) in
            let day = house.first.advanced(by: index)
            let recorded: Double? =
                day.day == 25
                ? nil : (5...9).contains(day.day) ? 0 : (20...22).contains(day.day) ? 8000 : 16_000
            return ExpectedDay(
                day: day,
                expectedWh: 20_000,
                recordedWh: recorded,
                clearness: recorded.map { $0 / 20_000 },
                likelyWh: recorded == nil ? nil : 16_000
            )
        }
    }

    /// The array stands still for five days.
    func stopped(to end: Int64? = 9, lost: Double = 80) -> Finding {
        house.finding(
            .productionLost,
            "site",
            from: house.start(4),
            to: end.map { house.start($0) },
            .critical,
            evidence: Evidence {
                $0.fault = "all"
                $0.cause = "panels"
                $0.fraction = 1
                $0.lostKWh = lost
                $0.sunDegrees = 33
            }
        )
    }

    /// The production clamp counts half for three days.
    var halved: Finding {
        house.finding(
            .productionMeterWrong,
            "meter_prod",
            from: house.start(19),
            to: house.start(22),
            .warning,
            evidence: Evidence {
                $0.fault = "halved"
                $0.cause = "meter"
                $0.fraction = 0.5
                $0.provenKWh = 4.5
            }
        )
    }

    /// What a report is made of, with findings as they stand with the owner.
    func material(_ findings: [(Finding, FindingStanding)], expected: [ExpectedDay]? = nil) -> ReportMaterial
    {
        var material = house.material(
            columns: columns,
            findings: findings.enumerated().map { index, own in
                ReportedFinding(own.0, findingID: Int64(index + 1), standing: own.1)
            },
            devices: []
        )
        material.expectedDays = expected ?? self.expected
        return material
    }
}
