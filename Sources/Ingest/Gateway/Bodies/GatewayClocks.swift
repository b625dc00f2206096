// The clocks of a capture. All bodies come of one gateway, but not of one moment: by hand they are saved minutes or hours
// apart. A difference between them says when each was saved; a wrong clock shows only against a clock outside.

import Readings

/// When the bodies of a capture were saved, by the gateway's own clock.
struct GatewayClocks {
    /// The clock of `info`; nil where it is missing.
    let info: Int64?
    /// The clock of `home`, which is local and has minutes; nil where it is missing.
    let home: Int64?
    /// The newest time of the meters' registers; nil where there are none.
    let meters: Int64?
    /// When the files were changed last: the time at which they were saved, or later.
    let capturedUTCSeconds: Int64

    /// Bodies of a capture by a program stand within this, seconds.
    private static let momentSeconds: Int64 = 60
    /// Bodies that lie further apart are noted, seconds.
    private static let apartSeconds: Int64 = 300
    /// A clock that is wrong by more is told, seconds.
    private static let skewSeconds: Int64 = 300
    /// Beyond this the files' times say nothing of the capture, seconds.
    private static let plausibleSeconds: Int64 = 86_400
    /// Zones lie whole multiples of this apart: an archive that forgets its zone is off by as much, seconds.
    private static let zoneStep: Int64 = 900

    init(_ bodies: GatewayBodies, zone: TimeZoneRules, capturedUTCSeconds: Int64) {
        info = bodies.info?.utcSeconds
        home = bodies["home"].flatMap { GatewayClocks.local($0, zone) }
        meters = bodies["ivp/meters/readings"]?.elements.compactMap { $0["timestamp"]?.time }.max()
        self.capturedUTCSeconds = capturedUTCSeconds
    }

    /// The local date and time of `home`, taken in the site's zone.
    private static func local(_ body: JSONNode, _ zone: TimeZoneRules) -> Int64? {
        guard let date = body["current_date"]?.string, let time = body["current_time"]?.string else {
            return nil
        }
        let (days, clock) = (
            date.split(separator: "/").map { Int($0) }, time.split(separator: ":").map { Int($0) }
        )
        guard days.count == 3, clock.count >= 2, let month = days[0], let day = days[1], let year = days[2],
            let hour = clock[0], let minute = clock[1], (0...23).contains(hour), (0...59).contains(minute),
            let civil = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let local = civil.daysSince1970 * 86_400 + Int64(hour * 3600 + minute * 60)
        switch zone.resolve(localSeconds: local) {
        case .unique(let instant): return GatewayTime.plausible(instant)
        case .fold(let first, _): return GatewayTime.plausible(first)
        case .gap: return nil
        }
    }

    /// Returns the age of something that `home` tells the time of, by the clock under which it looks youngest: whoever saved
    /// `home` hours before `info` has no silent gateway.
    func leastAge(since instant: Int64, fallback: Int64) -> Int64 {
        let ages = [info ?? fallback, home].compactMap { $0 }.map { $0 - instant }
        // A local clock that is behind the report itself is one of another zone.
        return ages.filter { $0 >= -GatewayClocks.apartSeconds }.min() ?? fallback - instant
    }

    /// What to note of bodies that were saved apart; nil where they are of one moment.
    var apart: String? {
        guard let info, let meters, abs(info - meters) > GatewayClocks.apartSeconds else { return nil }
        return
            "the bodies were saved \(GatewayText.span(info - meters)) apart: info \(info < meters ? "before" : "after") the meters' readings"
    }

    /// By how much the gateway's clock is ahead of the files' own time, seconds; nil where it is not, or where the files'
    /// time proves nothing. A copy is younger than the capture, so a clock that is behind cannot be told.
    var ahead: Int64? {
        guard let info, let meters, abs(info - meters) <= GatewayClocks.momentSeconds else { return nil }
        let ahead = info - capturedUTCSeconds
        let offStep = ahead.flooredRemainder(by: GatewayClocks.zoneStep)
        let isOfZone =
            min(offStep, GatewayClocks.zoneStep - offStep) <= GatewayClocks.momentSeconds
        guard ahead > GatewayClocks.skewSeconds, ahead < GatewayClocks.plausibleSeconds, !isOfZone else {
            return nil
        }
        return ahead
    }
}
