// Which rules cannot run for a home, and what they lack.

import Readings

/// A group of kinds that cannot be looked for.
package struct MissingDetector: Equatable, Sendable {
    /// The kinds.
    package let kinds: [FindingKind]
    /// What is missing, and how to mend it.
    package let reason: String
}

/// Tells what a home's data do not allow.
package enum DetectorReadiness {
    /// Days of data before which rules that learn say nothing.
    private static let learningDays = 14

    /// Returns what cannot be looked for; `home` is nil where nothing has intervals of an hour or less.
    package static func missing(_ home: HomeContext?) -> [MissingDetector] {
        guard let home else {
            return [
                MissingDetector(
                    kinds: [
                        .stale, .spike, .nightProduction, .clockShift, .island, .deviceSilent, .batteryPinned,
                    ],
                    reason: "no data at intervals of an hour or less; import a 15-minute report"
                )
            ]
        }
        var missing: [MissingDetector] = []
        func lack(_ kinds: [FindingKind], _ reason: String) {
            missing.append(MissingDetector(kinds: kinds, reason: reason))
        }
        if home.inverterCount == 0 {
            lack(
                [.deviceSilent, .partialSite, .microDead, .microDegraded],
                "no inverter has intervals; import the API's per-device telemetry or a device readings CSV"
            )
        } else if home.inverterCount < 4 {
            lack([.microDegraded], "fewer than four inverters: there are not enough neighbours")
        }
        let batteries = home.batteries.count
        if batteries == 0 {
            lack(
                [.batteryPinned, .batteryNoCharge, .batteryUnbalanced, .batteryDeep],
                "no battery has intervals; import the API's per-device telemetry or a device readings CSV"
            )
        } else if batteries == 1 {
            lack([.batteryNoCharge, .batteryUnbalanced], "a single battery has no others to be held against")
        }
        if home.columns.delay.isEmpty { lack([.lateBackfill], "no source tells when its rows arrived") }
        if !home.columns.changes.contains(where: { $0.isRelayOpen != nil }) {
            lack(
                [.island],
                batteries == 0
                    ? "no relay state and no battery: time off the grid cannot be told"
                    : "no relay state: time off the grid is only suspected, from energy"
            )
        }
        if home.installedW == nil {
            lack(
                [.spike],
                "the array's rating is not known, so production beyond it is not seen; run: sunvigil init --update --installed-w W"
            )
        }
        if home.channel(.produced) == nil {
            lack([.nightProduction, .clockShift], "production is not reported")
        }
        if home.dayCount < learningDays {
            lack(
                [.microDegraded, .batteryUnbalanced, .clockShift, .stale],
                "fewer than \(learningDays) days of data: these rules learn first"
            )
        }
        return missing
    }
}
