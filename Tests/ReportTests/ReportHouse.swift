// A small house whose every number is chosen by hand, for tests of reports.

import Analysis
import Readings
import Report
import TestSupport
import Testing

/// A house with a fortnight of rows, from 2025-03-01 to 2025-03-15, in London.
struct ReportHouse {
    static let zoneName = "Europe/London"
    let zone: TimeZoneRules
    var site: Site
    let first: CivilDate

    init(name: String = "house") throws {
        zone = try zoneRules(ReportHouse.zoneName)
        let place = try #require(Place(latitude: 51.4, longitude: -0.3))
        site = Site(
            systemID: 1,
            name: name,
            timeZone: ReportHouse.zoneName,
            place: place,
            installed: nil,
            battery: WattHours(3_000)
        )
        first = try #require(CivilDate("2025-03-01"))
    }

    func start(_ day: Int64, hour: Int64 = 0) -> Int64 {
        zone.startOfDay(first.advanced(by: day)) + hour * 3600
    }

    /// Rows of 15 minutes: 500 Wh produced in each from 8 to 16 o'clock, 100 Wh used; from the 5th 06:00 to the 7th 18:00 none.
    func columns(days: Int64 = 14) -> ReadingColumns {
        var columns = ReadingColumns()
        let gap = start(4, hour: 6)..<start(6, hour: 18)
        var at = start(0)
        while at < start(days) {
            defer { at += 900 }
            if gap.contains(at) { continue }
            let hour = zone.wallClock(atUTCSeconds: at).secondOfDay / 3600
            let produced: Int32 = (8..<16).contains(hour) ? 500 : 0
            let net = produced - 100
            columns.append(
                startUTCSeconds: at,
                energyWh: [produced, 100, max(0, -net), max(0, net), 0, 0]
            )
        }
        return columns
    }

    /// Two batteries by the hour, of which the second stands still, and three inverters by the day, of which one is weak.
    var devices: [DeviceSeries] {
        var devices: [DeviceSeries] = []
        for index in 0..<2 {
            var series = DeviceSeries(
                device: Device(.battery, "B\(index + 1)"),
                source: .owner,
                seconds: 3600
            )
            for hour in 0..<(14 * 24) {
                series.startUTCSeconds.append(start(0) + Int64(hour) * 3600)
                let ofDay = hour % 24
                let isCharging = ofDay < 12
                series.columns[DeviceColumn.charged.rawValue].append(index == 1 ? 5 : isCharging ? 110 : 0)
                series.columns[DeviceColumn.discharged.rawValue].append(index == 0 && !isCharging ? 100 : 0)
                let percent: Int32 =
                    index == 1 ? 990 : Int32(isCharging ? 200 + 50 * (ofDay + 1) : 800 - 50 * (ofDay - 11))
                series.columns[DeviceColumn.stateOfCharge.rawValue].append(percent)
                series.columns[DeviceColumn.energy.rawValue].append(HomeColumns.missing)
                series.columns[DeviceColumn.delay.rawValue].append(HomeColumns.missing)
            }
            devices.append(series)
        }
        for index in 0..<3 {
            var series = DeviceSeries(
                device: Device(.inverter, "I\(index + 1)"),
                source: .owner,
                seconds: 86_400
            )
            for day in 0..<14 where day != 4 {
                series.startUTCSeconds.append(start(Int64(day)))
                for column in DeviceColumn.allCases {
                    series.columns[column.rawValue].append(
                        column == .energy ? (index == 2 ? 2_000 : 5_000) : HomeColumns.missing
                    )
                }
            }
            devices.append(series)
        }
        return devices
    }

    /// A finding of a kind with its evidence.
    func finding(
        _ kind: FindingKind,
        _ device: String,
        from: Int64,
        to: Int64?,
        _ severity: Severity,
        evidence: Evidence = Evidence()
    ) -> Finding {
        Finding(
            device: device,
            kind: kind,
            start: Instant(utcSeconds: from),
            end: to.map { Instant(utcSeconds: $0) },
            alert: Instant(utcSeconds: from + 3600),
            severity: severity,
            sureness: .likely,
            rule: FindingRule(
                object: .object([("name", .text("rule_of_\(kind.rawValue)")), ("hours", .integer(24))])
            ),
            evidence: evidence,
            knownEnd: Instant(utcSeconds: to ?? start(14))
        )
    }

    var findings: [ReportedFinding] {
        [
            ReportedFinding(
                finding(
                    .batteryPinned,
                    "B2",
                    from: start(2),
                    to: nil,
                    .critical,
                    evidence: Evidence {
                        $0.lowestSoCPercent = 99
                        $0.highestSoCPercent = 99
                        $0.table = "device_reading"
                        $0.firstRow = Instant(iso8601: "2025-03-03T00:00:00Z")
                        $0.lastRow = Instant(iso8601: "2025-03-14T23:00:00Z")
                    }
                ),
                findingID: 7
            ),
            ReportedFinding(
                finding(.siteSilent, "site", from: start(4, hour: 6), to: start(6, hour: 18), .critical),
                findingID: 3
            ),
            ReportedFinding(
                finding(.microDegraded, "I3", from: start(0), to: nil, .warning),
                findingID: 8,
                isQuiet: true,
                note: "the installer comes"
            ),
            ReportedFinding(
                finding(.dropout, "site", from: start(9, hour: 3), to: start(9, hour: 3) + 900, .notice),
                findingID: 9
            ),
            ReportedFinding(
                finding(.siteSilent, "site", from: start(11), to: start(11, hour: 4), .warning),
                findingID: 5,
                isOpen: false,
                closedBecause: "new data fill it: march.csv"
            ),
        ]
    }

    func material(
        columns: ReadingColumns? = nil,
        findings: [ReportedFinding]? = nil,
        devices: [DeviceSeries]? = nil
    ) -> ReportMaterial {
        let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
        let rows = columns ?? self.columns()
        var material = ReportMaterial(
            site: site,
            zone: zone,
            analysis: SiteAnalysis(
                place: site.place,
                zone: zone,
                series: rows.isEmpty ? [:] : [key: rows]
            ),
            findings: findings ?? self.findings,
            isChecked: true,
            programVersion: "0.0.0"
        )
        material.devices = devices ?? self.devices
        material.tariff = Tariff(importPerKWh: 0.3, exportPerKWh: 0.1, currency: "GBP")
        material.states = [
            DeviceState(
                Device(.battery, "B1"),
                atUTCSeconds: start(0),
                origin: "test",
                properties: [.firmware: "2.0"]
            ),
            DeviceState(
                Device(.battery, "B2"),
                atUTCSeconds: start(0),
                origin: "test",
                properties: [.firmware: "1.9"]
            ),
            DeviceState(
                Device(.systemController, ""),
                atUTCSeconds: start(7, hour: 20),
                origin: "test",
                properties: [.relayActual: "open"]
            ),
            DeviceState(
                Device(.systemController, ""),
                atUTCSeconds: start(7, hour: 22),
                origin: "test",
                properties: [.relayActual: "closed"]
            ),
        ]
        material.events = [
            SiteEvent(
                .vendorEvent,
                Device(.gateway, "G"),
                startUTCSeconds: start(10),
                origin: "events",
                text: "Gateway not reporting"
            )
        ]
        material.cases = [
            OwnerCase(
                caseID: 1,
                site: site.name,
                title: "battery 2",
                openedAt: start(6),
                findings: [7],
                entries: [
                    OwnerCase.Entry(
                        at: start(8),
                        kind: .promise,
                        by: "vendor",
                        text: "calls back",
                        due: "2025-03-12"
                    )
                ]
            )
        ]
        material.sources = [
            ReportMaterial.SourceDocument(
                name: "march.csv",
                sha256: String(repeating: "ab", count: 32),
                importID: 1
            )
        ]
        return material
    }
}
