// What the makers of intervals take and give: the rows of one round of asking a gateway, and the rows made of many.

import Ingest
import Readings

/// The rows of one round.
package struct GatewayRows: Sendable {
    /// What devices measured.
    package var readings: [DeviceReading]
    /// What devices said of themselves.
    package var states: [DeviceState]
    /// What was seen at once.
    package var events: [SiteEvent]
    /// Meters whose registers are not the sum of their phases.
    package var doubtedMeters: Set<Device>
    /// When the round was fetched, by our clock, seconds UTC.
    package let fetchedUTCSeconds: Int64
    /// The gateway's clock less the true time, seconds; 0 where it is right, or where ours is the one in doubt. A program
    /// that starts again must give each round the same value as before.
    package var skewSeconds: Int64
    /// Nothing speaks against our own clock: a device time far from the time of fetching is then one of a gateway whose clock has
    /// just jumped, by how much is not yet known. As with the skew, a program that starts again must give the same as before.
    package var isOwnClockTrusted = false

    /// Makes rows of what the reader of rounds gave.
    package init(
        _ batches: [RowBatch] = [],
        summary: DocumentSummary = DocumentSummary(),
        fetchedUTCSeconds: Int64,
        skewSeconds: Int64 = 0
    ) {
        (readings, states, events) = ([], [], [])
        doubtedMeters = summary.doubtedMeters
        self.fetchedUTCSeconds = min(max(fetchedUTCSeconds, 0), GatewayRows.times.upperBound)
        self.skewSeconds = skewSeconds
        for batch in batches {
            switch batch {
            case .deviceReadings(let rows): readings += rows
            case .deviceStates(let rows): states += rows
            case .events(let rows): events += rows
            default: break
            }
        }
    }

    /// A skew up to this is none: answers take their time, seconds.
    private static let mostSkewSeconds: Int64 = 120
    /// What is measured now lies no farther from the time of fetching, seconds: the first round takes minutes.
    private static let nearSeconds: Int64 = 600
    /// Times outside of 2008 to 2099 are none.
    private static let times: Range<Int64> = 1_199_145_600..<4_102_444_800

    /// Tells whether the device times are to be put right.
    var isShifted: Bool { skewSeconds.magnitude > UInt64(GatewayRows.mostSkewSeconds) }

    /// Tells whether a time can be one.
    static func isTime(_ utcSeconds: Int64) -> Bool { times.contains(utcSeconds) }

    /// Returns a device time, put right where the gateway's clock is wrong; nil for one that is none.
    func time(_ deviceUTCSeconds: Int64) -> Int64? {
        guard GatewayRows.times.contains(deviceUTCSeconds) else { return nil }
        let (time, overflow) = deviceUTCSeconds.subtractingReportingOverflow(isShifted ? skewSeconds : 0)
        let isAhead = isOwnClockTrusted && time > fetchedUTCSeconds + GatewayRows.nearSeconds
        return !overflow && !isAhead && GatewayRows.times.contains(time) ? time : nil
    }

    /// Returns the device time of what is measured now; nil for one that cannot be now.
    func present(_ deviceUTCSeconds: Int64) -> Int64? {
        time(deviceUTCSeconds).flatMap {
            isOwnClockTrusted && $0 < fetchedUTCSeconds - GatewayRows.nearSeconds ? nil : $0
        }
    }
}

/// Rows of a site, made of registers.
package struct MadeRows: Sendable {
    /// Rows of 60 s: evidence only.
    package var minutes = ReadingColumns()
    /// Rows of 900 s.
    package var quarters = ReadingColumns()
    /// What registers did besides counting energy.
    package var events: [SiteEvent] = []

    /// Makes none.
    package init() {}

    /// Tells whether there is nothing.
    package var isEmpty: Bool { minutes.isEmpty && quarters.isEmpty && events.isEmpty }

    /// The rows of quarter-hours and the events, as a store takes them. The minutes go where evidence goes.
    package var batches: [RowBatch] {
        (quarters.isEmpty ? [] : [.site(.gateway, seconds: Int32(MarkTime.quarter), quarters)])
            + (events.isEmpty ? [] : [.events(events)])
    }
}

/// Marks of the clock: whole minutes and quarter-hours in UTC. Every zone's local quarter-hours are among them.
enum MarkTime {
    static let minute: Int64 = 60
    static let quarter: Int64 = 900

    /// The last mark at or before a time.
    static func floor(_ utcSeconds: Int64, _ step: Int64) -> Int64 {
        utcSeconds.flooredDivision(by: step) * step
    }

    /// The first mark at or behind a time.
    static func ceiling(_ utcSeconds: Int64, _ step: Int64) -> Int64 { floor(utcSeconds + step - 1, step) }
}
