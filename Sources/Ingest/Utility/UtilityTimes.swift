// What the times of a utility's file are where the owner says it: the site's wall clock, its standard time all year, or UTC.

import Readings

extension TimeZoneRules {
    /// The offset of the zone's standard time east of UTC in the year of an instant, seconds: the smaller one of winter and summer.
    func standardOffset(nearUTCSeconds utcSeconds: Int64) -> Int64 {
        let halfYear: Int64 = 182 * 86_400
        return [-halfYear, -halfYear / 2, 0, halfYear / 2, halfYear].map {
            offset(atUTCSeconds: utcSeconds + $0)
        }
        .min() ?? 0
    }

    /// Returns the instant of a time that shows the zone's standard time all year.
    func instant(ofStandardSeconds localSeconds: Int64) -> Int64 {
        // A time beyond all calendars is refused elsewhere; here it only must not overflow.
        guard localSeconds.magnitude < 1 << 40 else { return localSeconds }
        return localSeconds - standardOffset(nearUTCSeconds: localSeconds)
    }
}
