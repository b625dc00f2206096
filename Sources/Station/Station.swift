// The use cases on one store: import, check, report, reconcile, bills, cases, evidence, upkeep. Nothing here parses an
// argument, prints, asks a person or ends a process: progress is a callback, errors are typed, the clock is given.

import Lake
import Readings

/// A store that is open for use cases.
package struct Station {
    /// The store.
    package let lake: Lake
    /// Whoever asked.
    package let hooks: Hooks

    /// Makes a station.
    package init(lake: Lake, hooks: Hooks = Hooks()) {
        self.lake = lake
        self.hooks = hooks
    }

    /// The time, seconds UTC, by the store's clock.
    package var now: Int64 { lake.environment.nowMicroseconds().flooredDivision(by: 1_000_000) }

    /// What a store takes from this machine.
    ///
    /// - Parameter programVersion: as `0.1.0`.
    package static func environment(programVersion: String) -> LakeEnvironment {
        LakeEnvironment(programVersion: programVersion, loadZone: { try ZoneFiles.load($0) })
    }

    /// Stops where whoever asked says so.
    ///
    /// - Throws: `StationError.cancelled`.
    package func proceed() throws {
        if hooks.isCancelled() { throw StationError.cancelled }
    }
}
