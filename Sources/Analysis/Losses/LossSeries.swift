// How the days of a series are cut for the rules about losses: quarter hours at the finest, and only whole ones.

import Readings

/// The local days of a series, one after the other.
struct LossSeries: Sendable {
    /// The length of the rows that the rules see, seconds.
    let seconds: Int64
    private let presence: Presence
    private let zone: TimeZoneRules
    private let channels: [[Int32]]

    /// Finer rows are summed to this length, seconds.
    private static let finest: Int64 = 900

    /// Takes a series; nil where its step is no part or multiple of a quarter hour, or production is not reported.
    init?(_ presence: Presence, zone: TimeZoneRules) {
        let step = Int64(presence.key.seconds)
        guard presence.columns.hasChannel(.produced), step > 0, step <= 86_400,
            LossSeries.finest % step == 0 || step % LossSeries.finest == 0
        else { return nil }
        seconds = max(step, LossSeries.finest)
        self.presence = presence
        self.zone = zone
        channels = Channel.allCases.map {
            presence.columns.hasChannel($0) ? presence.columns[$0] : []
        }
    }

    /// Tells whether a row is a whole day.
    var isDaily: Bool { seconds == Int64(SeriesKey.day) }

    /// Hands on the days that begin at or after an instant, in order.
    func forEachDay(from first: Int64 = .min, _ body: (LossDay) -> Void) {
        let starts = presence.columns.startUTCSeconds
        var row = first == .min ? 0 : presence.columns.firstRow(atOrAfter: first)
        while row < starts.count {
            let date = zone.wallClock(atUTCSeconds: starts[row]).day
            let end = max(
                row + 1,
                presence.columns.firstRow(atOrAfter: zone.interval(of: date).endUTCSeconds)
            )
            body(day(date, row..<end))
            row = end
        }
    }

    /// The rows of a day: each is the sum of those in it, where they are all there.
    private func day(_ date: CivilDate, _ rows: Range<Int>) -> LossDay {
        var day = LossDay(number: date.daysSince1970, seconds: seconds)
        let parts = isDaily ? 1 : Int(seconds / Int64(presence.key.seconds))
        let starts = presence.columns.startUTCSeconds
        var row = rows.lowerBound
        while row < rows.upperBound {
            let start = isDaily ? starts[row] : starts[row] - starts[row].flooredRemainder(by: seconds)
            var end = row + 1
            while !isDaily, end < rows.upperBound, starts[end] < start + seconds { end += 1 }
            day.starts.append(start)
            let isWhole = end - row == parts && presence.isPresent[row..<end].allSatisfy { $0 }
            func sum(_ channel: Channel) -> Double {
                let values = channels[channel.rawValue]
                guard isWhole, !values.isEmpty else { return .nan }
                var sum: Int64 = 0
                for part in row..<end {
                    if values[part] == ReadingColumns.missingWh { return .nan }
                    sum += Int64(values[part])
                }
                return Double(sum)
            }
            day.isZero.append(
                !isWhole && end - row == parts && !(row..<end).contains(where: presence.hasEnergy)
            )
            day.isDoubtful.append(!isWhole && (row..<end).contains(where: presence.isDoubtful))
            day.produced.append(sum(.produced))
            day.imported.append(sum(.imported))
            day.exported.append(sum(.exported))
            day.consumed.append(sum(.consumed))
            day.charged.append(sum(.charged))
            day.discharged.append(sum(.discharged))
            row = end
        }
        return day
    }
}
