// What a generator gave: readings of a device beside the site's channels, and the times on which it ran. It is no channel:
// few homes have one.

import Readings

/// The energies of a generator, as a document gives them in the order of time.
struct GeneratorRecords {
    /// The name among a document's sums.
    static let name = "generator"
    /// The device: a site has one, and no source says its serial number.
    static let device = Device(.generator, "")

    private let origin: String
    private let stepSeconds: Int64
    private let zone: TimeZoneRules
    private(set) var readings: [DeviceReading] = []
    /// What happened so far: the times on the generator.
    private(set) var runs: [Run] = []
    /// Energy of all intervals, Wh.
    private(set) var totalWh: Int64 = 0
    private var hasRun = false
    /// Zeros before the first energy, as runs of intervals one step apart.
    private var zeros: [(start: Int64, count: Int64)] = []

    /// A time on the generator.
    struct Run: Equatable {
        let startUTCSeconds: Int64
        var endUTCSeconds: Int64
        var wattHours: Int64
        var intervalCount: Int
    }

    /// Intervals without energy that do not end a time on the generator: the sun may carry the house for a day.
    private static let pauseSeconds: Int64 = 86_400

    /// Begins a document.
    ///
    /// - Parameters:
    ///   - origin: which part of the source gives the energies.
    ///   - stepSeconds: the length of an interval; `SeriesKey.day` for calendar days.
    init(origin: String, stepSeconds: Int64, zone: TimeZoneRules) {
        (self.origin, self.stepSeconds, self.zone) = (origin, stepSeconds, zone)
    }

    /// Takes the energy of an interval. Without any energy in the document there is no generator, and no reading.
    mutating func take(startUTCSeconds start: Int64, wattHours: Int64) {
        totalWh += wattHours
        if wattHours == 0, !hasRun {
            holdBack(start)
            return
        }
        if !hasRun {
            hasRun = true
            for (first, count) in zeros {
                for step in 0..<count { read(first + step * stepSeconds, 0) }
            }
            zeros = []
        }
        read(start, wattHours)
        if wattHours > 0 { note(start, wattHours) }
    }

    private mutating func holdBack(_ start: Int64) {
        if let last = zeros.last, last.start + last.count * stepSeconds == start {
            zeros[zeros.count - 1].count += 1
        } else {
            zeros.append((start, 1))
        }
    }

    /// The end of an interval, seconds UTC.
    private func end(_ start: Int64) -> Int64 {
        guard stepSeconds == Int64(SeriesKey.day) else { return start + stepSeconds }
        return zone.startOfDay(zone.wallClock(atUTCSeconds: start).day.advanced(by: 1))
    }

    private mutating func read(_ start: Int64, _ wattHours: Int64) {
        readings.append(
            DeviceReading(
                GeneratorRecords.device,
                startUTCSeconds: start,
                seconds: Int32(clamping: end(start) - start),
                origin: origin,
                values: [.energy: Double(wattHours)]
            )
        )
    }

    private mutating func note(_ start: Int64, _ wattHours: Int64) {
        // A day without energy may be one of 25 hours.
        let pause = GeneratorRecords.pauseSeconds + (stepSeconds == Int64(SeriesKey.day) ? 7_200 : 0)
        if var last = runs.last, start - last.endUTCSeconds <= pause {
            last.endUTCSeconds = end(start)
            last.wattHours += wattHours
            last.intervalCount += 1
            runs[runs.count - 1] = last
        } else {
            runs.append(
                Run(startUTCSeconds: start, endUTCSeconds: end(start), wattHours: wattHours, intervalCount: 1)
            )
        }
    }

    /// Hands out the readings that came since.
    mutating func takeReadings() -> [DeviceReading] {
        defer { readings = [] }
        return readings
    }

    /// The times on the generator.
    var events: [SiteEvent] {
        runs.map { run in
            SiteEvent(
                .onGenerator,
                GeneratorRecords.device,
                startUTCSeconds: run.startUTCSeconds,
                endUTCSeconds: run.endUTCSeconds,
                origin: origin,
                text: "a generator gave \(JSONValue.fixed(Double(run.wattHours) / 1000, decimals: 3)) kWh in "
                    + "\(run.intervalCount) interval\(run.intervalCount == 1 ? "" : "s")"
            )
        }
    }
}
