// Which stretches of time are silences, by what was found.

import Readings

/// The silences of a site as stretches of time.
package enum Silences {
    /// Returns the silences among findings; those that touch are one.
    package static func merged(_ findings: [Finding]) -> [Interval] {
        var result: [Interval] = []
        for finding in findings where finding.kind == .siteSilent {
            let interval = finding.interval
            if let last = result.last, last.endUTCSeconds >= interval.startUTCSeconds {
                result[result.count - 1] = Interval(
                    startUTCSeconds: last.startUTCSeconds,
                    endUTCSeconds: max(last.endUTCSeconds, interval.endUTCSeconds)
                )
            } else {
                result.append(interval)
            }
        }
        return result
    }
}
