// What the nightly check does for the store itself.

import Lake
import Readings

/// The nightly care for a store.
package struct NightlyUpkeep {
    private let station: Station<LakeWriter>

    /// A clock that is so far behind the last night may have been set wrong: nothing is forgotten on its word.
    private static let longestPause: Int64 = 400 * 86_400_000_000

    package init(_ station: Station<LakeWriter>) { self.station = station }

    /// Flushes, compacts, forgets what is old and removes what nothing needs.
    ///
    /// - Parameter lastRun: when the last check ran, microseconds UTC; nil where none did.
    /// - Returns: what went wrong, each in one line; one step that fails keeps no other from being done.
    package func run(_ configuration: Configuration, lastRun: Int64?) -> [String] {
        let (lake, hooks) = (station.lake, station.hooks)
        let now = lake.environment.nowMicroseconds()
        var remarks: [String] = []
        func attempt(_ step: String, _ body: () throws -> Void) {
            do { try body() } catch { remarks.append("\(step): \(hooks.words(error))") }
        }
        attempt("flush") { _ = try lake.flush() }
        attempt("compact") {
            remarks += try lake.compact { hooks.progress(.compacting($0)) }.left.map {
                "compact: \(hooks.words($0))"
            }
        }
        if let lastRun, now - lastRun > NightlyUpkeep.longestPause {
            hooks.notice(.longPause)
        } else {
            attempt("expire") {
                let kept = Int64(configuration.retentionDays) * 86_400_000_000
                _ = try lake.expire(beforeMicroseconds: now - kept)
            }
            attempt("cleanup") { _ = try lake.cleanUp(scheduledBeforeMicroseconds: now - 86_400_000_000) }
        }
        hooks.progress(.ended)
        return remarks
    }
}
