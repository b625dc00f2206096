// What can be found. What each kind is called, and what to do about it, is the business of Words.

/// The kinds of findings; names are part of the command's contract.
package enum FindingKind: String, CaseIterable, Codable, Sendable {
    /// Nothing was reported for 1.5 h or longer.
    case siteSilent = "site_silent"
    /// Nothing was reported for less than 1.5 h.
    case dropout
    /// The first interval of a local day is all zero between intervals that are not.
    case midnightZero = "midnight_zero"
    /// One averaged vector stands in several intervals.
    case smear
    /// A site that reports production alone reports none for whole days.
    case zeroDay = "zero_day"
    /// No document covers a time between two that do.
    case notDownloaded = "not_downloaded"
    /// The place that the owner stated contradicts the sun in the data.
    case placeWrong = "place_wrong"
    /// The production meter counts wrongly for good: its clamp, or its sign.
    case productionMeterWrong = "production_meter_wrong"
    /// The grid meter counts wrongly for good: its clamps, or their sign.
    case gridMeterWrong = "grid_meter_wrong"
    /// The load's clamps count wrongly for good; the exchange is computed from them.
    case consumptionMeterWrong = "consumption_meter_wrong"
    /// The array gives less than under the same sun before, or nothing, while the house goes on reporting.
    case productionLost = "production_lost"
    /// The array gives less from month to month.
    case degradation
    /// Two histories of the same site contradict each other.
    case stepDisagreement = "step_disagreement"
    /// Rows arrived long after their interval.
    case lateBackfill = "late_backfill"
    /// Several inverters stopped reporting together.
    case partialSite = "partial_site"
    /// One device does not report.
    case deviceSilent = "device_silent"
    /// An inverter reports zeros while the others produce.
    case microDead = "micro_dead"
    /// An inverter gives less than its neighbours than it used to.
    case microDegraded = "micro_degraded"
    /// A battery stands short of full and keeps charging.
    case batteryPinned = "batt_pinned"
    /// A battery takes no charge while the others do.
    case batteryNoCharge = "batt_no_charge"
    /// A battery's state of charge has moved away from the others'.
    case batteryUnbalanced = "batt_unbalanced"
    /// A battery, or all of them, fell below the reserve.
    case batteryDeep = "batt_deep"
    /// A meter repeats a value.
    case stale
    /// Production in the dark.
    case nightProduction = "night_prod"
    /// A meter gave what cannot be.
    case spike
    /// The clock of the data moved.
    case clockShift = "clock_shift"
    /// The home was off the grid.
    case island
    /// The gateway has not reached the cloud for long.
    case cloudSilent = "cloud_silent"
    /// The relay opened although it was told to be closed.
    case relayOpenedItself = "relay_opened_itself"
    /// The relay keeps opening.
    case relayRepeats = "relay_repeats"
    /// The utility's meter saw energy while the relay was open.
    case gridDisagreement = "grid_disagreement"
    /// An inverter that is listed gives no data any more.
    case inverterLost = "inverter_lost"
    /// Batteries at rest differ widely.
    case batteriesDiverge = "batteries_diverge"
    /// A meter says that it is wired wrongly or does not meter.
    case meterFault = "meter_fault"
    /// The gateway's clock is off.
    case clockSkewed = "clock_skewed"
    /// A counter wrapped, was reset, or jumped.
    case counterStep = "counter_step"
    /// A device's firmware stays behind its siblings'.
    case firmwareBehind = "firmware_behind"
    /// A bill and the monitor disagree.
    case mismatch
    /// A silence, with what happened to the production in it.
    case outage
    /// No new data came in for longer than the owner expects.
    case noNewData = "no_new_data"
    /// What the owner was promised is overdue.
    case promiseOverdue = "promise_overdue"
    /// The gateway does not answer the watch.
    case gatewayUnreachable = "gateway_unreachable"
    /// The machine that watches has no network itself.
    case watchOffline = "watch_offline"
    /// The relay stays open although the grid is back.
    case returnFailed = "return_failed"
    /// A battery reports no more, or its capacity is missing.
    case batteryLost = "battery_lost"
    /// A battery's state of charge stands still while energy goes in or out.
    case batteryStuck = "battery_stuck"
    /// The array gives nothing in the sun.
    case productionStopped = "production_stopped"
    /// The register of a meter stands still while the inverters give.
    case meterFrozen = "meter_frozen"
    /// The token of the gateway ends soon, or has ended.
    case tokenExpiring = "token_expiring"
    /// The gateway has another key than the one that is trusted.
    case keyChanged = "key_changed"
    /// The gateway has another firmware.
    case firmwareChanged = "firmware_changed"
    /// Another gateway answers at the address.
    case serialChanged = "serial_changed"
    /// The watch over the gateway stands still.
    case watchStalled = "watch_stalled"
    /// Messages do not reach the owner by a channel.
    case channelFailing = "channel_failing"

    /// Tells whether a finding comes of holding the monitor against the utility.
    package var isOfReconciliation: Bool { self == .mismatch || self == .outage }

    /// Tells whether it says that something did not come: it is known up to now, whatever the data say.
    package var isOfWatch: Bool {
        [.noNewData, .promiseOverdue, .watchStalled, .channelFailing].contains(self)
    }

    /// Tells whether only the live watch, or whoever sends messages, finds it: a check that does not see it knows nothing of it.
    package var isUnseenByChecks: Bool {
        switch self {
        case .gatewayUnreachable, .watchOffline, .returnFailed, .batteryLost, .batteryStuck,
            .productionStopped,
            .meterFrozen, .tokenExpiring, .keyChanged, .firmwareChanged, .serialChanged, .channelFailing:
            true
        default: false
        }
    }

    /// Tells whether nothing is left to follow up when it has ended: what was wrong was the way to the gateway, or a word of
    /// it that was taken note of.
    package var isSettledByItsEnd: Bool {
        switch self {
        case .gatewayUnreachable, .watchOffline, .watchStalled, .tokenExpiring, .keyChanged, .serialChanged,
            .firmwareChanged, .channelFailing:
            true
        default: false
        }
    }

    /// Tells whether it is found in the series of the site alone, without its devices.
    package var isOfWholeSeries: Bool {
        switch self {
        case .siteSilent, .dropout, .midnightZero, .notDownloaded, .smear, .zeroDay, .stepDisagreement,
            .placeWrong, .productionMeterWrong, .gridMeterWrong, .consumptionMeterWrong, .productionLost,
            .degradation:
            true
        default: false
        }
    }

    /// Tells whether energy is missing while it lasts.
    package var isGap: Bool {
        switch self {
        case .siteSilent, .dropout, .midnightZero, .notDownloaded, .zeroDay: true
        default: false
        }
    }

    /// Tells whether it says that the array made less than it could, while its reports are complete.
    package var isProductionLoss: Bool { self == .productionLost || self == .degradation }

    /// The channels whose sums are wrong while it lasts, whatever they look like.
    package var spoilsSums: Set<Channel> {
        switch self {
        case .productionMeterWrong: [.produced, .consumed]
        case .gridMeterWrong, .consumptionMeterWrong: [.imported, .exported, .consumed]
        default: []
        }
    }

    /// Tells whether a finding by a rule is found in records of single moments, which every run reads whole.
    ///
    /// - Parameter rule: the rule; some kinds are found in captures or by the live watch as well as in intervals.
    package func isOfRecords(_ rule: FindingRule) -> Bool {
        switch self {
        case .cloudSilent, .relayOpenedItself, .relayRepeats, .gridDisagreement, .inverterLost,
            .batteriesDiverge,
            .meterFault, .clockSkewed, .counterStep, .firmwareBehind, .noNewData, .promiseOverdue, .mismatch,
            .outage, .gatewayUnreachable, .watchOffline, .returnFailed, .batteryLost, .batteryStuck,
            .productionStopped, .meterFrozen, .tokenExpiring, .keyChanged, .firmwareChanged, .serialChanged,
            .watchStalled, .channelFailing:
            true
        default: rule.name.map { $0.isOfCaptures || $0.isLive } ?? false
        }
    }
}
