// A small home with inverters whose own counters are read, and one loss told by the meter. Who is right about it stands in the tests.

import Readings
import Testing

@testable import Analysis

/// A home with inverters, a loss, and what witnesses saw.
struct WitnessHome {
    /// What happens from a day on.
    enum Event {
        /// Inverters by number stop: they report zeros, or not at all.
        case off(Range<Int>, isSilent: Bool = false)
        /// The clamp gives a share of what is made.
        case clamp(Double)
        /// All inverters give a share.
        case less(Double)
    }

    var home = SmallHome()
    var count = 20
    var events: [Event] = []
    var time: Interval
    /// What is true beside, by the same days.
    var fault = "part"
    var fraction: Double? = 0.5
    var isOpen = false
    var lostKWh: Double?
    var channels: [Channel] = [.produced]
    /// The share of the inverters that are known.
    var known = 20
    /// Inverters without a reading, from a row on.
    var devicesEnd: Int64 = .max
    var bills: [Bill] = []
    var hasUtility = false
    /// The meter's rows are days.
    var isDaily = false

    init(days: Int = 60, from day: Int64 = 40, for length: Int64 = 14) {
        home.days = days
        time = home.time(day: day, hour: 0, hours: Double(length) * 24)
    }

    static func serial(_ index: Int) -> String { "4822030000\(index < 10 ? "0" : "")\(index)" }

    /// What one inverter makes of the home's rows, Wh; nil where it does not say.
    private func made(_ wattHours: Int32, inverter: Int, at start: Int64) -> Int32? {
        // Roofs of different height, so that shares differ from hour to hour.
        let share = 1 + 0.1 * Double(inverter % 3) * (start % 86_400 < 43_200 ? 1 : -1)
        var own = Double(wattHours) / Double(count) * share
        guard time.contains(start) else { return Int32(own) }
        for event in events {
            switch event {
            case .off(let range, let isSilent) where range.contains(inverter):
                if isSilent { return nil }
                own = 0
            case .less(let kept): own *= kept
            default: break
            }
        }
        return Int32(own)
    }

    /// The rows of the meter, the inverters' and the utility's.
    func rows() -> (columns: ReadingColumns, devices: [DeviceSeries], utility: [UtilityInterval]) {
        var devices = (0..<known).map { index in
            DeviceSeries(
                device: Device(.inverter, WitnessHome.serial(index)),
                source: .cloudAPI,
                seconds: Int32(home.seconds)
            )
        }
        var utility: [UtilityInterval] = []
        let columns = home.columns(channels) { start, row in
            let each = (0..<count).map { made(row[0], inverter: $0, at: start) }
            for index in devices.indices where start < devicesEnd {
                guard let own = each[index], row[0] > 0 else { continue }
                devices[index].startUTCSeconds.append(start)
                for column in DeviceColumn.allCases {
                    devices[index].columns[column.rawValue].append(
                        column == .energy ? own : HomeColumns.missing
                    )
                }
            }
            var total = each.reduce(0) { $0 + ($1 ?? 0) }
            utility.append(
                UtilityInterval(
                    meter: "1",
                    startUTCSeconds: start,
                    seconds: Int32(home.seconds),
                    importWh: Int64(max(0, row[1] - total)),
                    exportWh: Int64(max(0, total - row[1]))
                )
            )
            if time.contains(start) {
                for case .clamp(let share) in events { total = Int32(Double(total) * share) }
            }
            row[0] = total
        }
        return (columns, devices, utility)
    }

    private var key: SeriesKey {
        SeriesKey(systemID: 1, source: .enlightenCSV, seconds: isDaily ? 86_400 : Int32(home.seconds))
    }

    /// The loss as the meter tells it.
    var loss: Finding {
        Finding(
            device: "site",
            kind: fault == "slow" ? .degradation : .productionLost,
            start: time.start,
            end: isOpen ? nil : time.end,
            alert: Instant(utcSeconds: time.startUTCSeconds + 3 * 86_400),
            severity: .critical,
            sureness: .likely,
            rule: FindingRule(.belowClearSky),
            evidence: Evidence.rows(
                of: key,
                first: time.startUTCSeconds,
                last: time.endUTCSeconds - home.seconds,
                rowCount: 1,
                absentRows: 0
            ).with {
                $0.fault = fault
                $0.cause = "unknown"
                if let fraction { $0.fraction = fraction }
                if let lostKWh { $0.lostKWh = lostKWh }
            },
            knownEnd: time.end
        )
    }

    /// Returns what the witnesses make of the loss and of what else was found.
    func heard(
        _ told: Finding? = nil,
        others: [Finding] = [],
        states: [DeviceState] = []
    ) throws -> [Finding] {
        let (columns, devices, utility) = rows()
        let place = try #require(Place(latitude: home.latitude, longitude: home.longitude))
        let rows = isDaily ? ClampHome.daily(columns) : columns
        let own = try #require(HomeColumns(site: (key, rows), devices: devices, changes: []))
        var records = SiteRecords(states: states, utility: hasUtility ? utility : [])
        records.bills = bills
        return LossWitness(
            home: HomeContext(own, place: place, installedW: nil, batteryWh: nil),
            presences: [Presence(key: key, columns: rows, zone: .utc)],
            records: records,
            hasBattery: false,
            sun: SolarPosition(place: place),
            zone: .utc
        ).heard([told ?? loss] + others)
    }
}
