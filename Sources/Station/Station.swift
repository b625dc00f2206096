// The use cases on one store: import, check, report, reconcile, bills, cases, evidence, upkeep. Nothing here parses an
// argument, prints, asks a person or ends a process: progress is a callback, errors are typed, and what the time is the store's environment says. How long something took is
// measured.

import Lake
import Readings

/// A store that is open for use cases: a snapshot for those that ask, its writer for those that change it.
package struct Station<Store: LakeReader> {
    /// The store.
    package let lake: Store
    /// Whoever asked.
    package let hooks: Hooks

    /// Makes a station.
    package init(lake: Store, hooks: Hooks = Hooks()) {
        self.lake = lake
        self.hooks = hooks
    }

    /// The time, seconds UTC, by the store's clock.
    package var now: Int64 { lake.environment.nowMicroseconds().flooredDivision(by: 1_000_000) }
}

extension LakeEnvironment {
    /// What a store takes from this machine.
    ///
    /// - Parameters:
    ///   - programVersion: as `0.1.0`.
    ///   - home: the owner's home folder.
    ///   - onWait: is told that a change waits for another process.
    package static func ofMachine(
        programVersion: String,
        home: String = "",
        onWait: @escaping @Sendable (_ path: String, _ holder: String) -> Void = { _, _ in }
    ) -> LakeEnvironment {
        var environment = LakeEnvironment(
            programVersion: programVersion,
            loadZone: { try ZoneFiles.load($0) },
            onWait: onWait
        )
        environment.home = home
        environment.readDocument = { try DocumentReplay.replay($0, $1, $2) }
        return environment
    }
}
