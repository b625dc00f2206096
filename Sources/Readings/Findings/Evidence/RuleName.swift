// The names of the rules by which something is found; each is explained on the page of its detector in docs/analysis.

/// The names of the rules.
package enum RuleName: String, CaseIterable, Codable, Sendable {
    case absentRun = "absent_run"
    case apartInCaptures = "apart_in_captures"
    case awayFromPeers = "away_from_peers"
    case belowReserve = "below_reserve"
    case betweenDocuments = "between_documents"
    case beyondRating = "beyond_rating"
    case belowClearSky = "below_clear_sky"
    case billNet = "bill_net"
    case captureEvent = "capture_event"
    case chargePlateau = "charge_plateau"
    case clampContradiction = "clamp_contradiction"
    case cumulativeSumOfRatioToPeers = "cumulative_sum_of_ratio_to_peers"
    case dailySums = "daily_sums"
    case equalVectors = "equal_vectors"
    case exchangeThroughOpenRelay = "exchange_through_open_relay"
    case expectedReportsMissed = "expected_reports_missed"
    case gapReconciliation = "gap_reconciliation"
    case invertersSilentTogether = "inverters_silent_together"
    case liveBatteryDeep = "live_battery_deep"
    case liveBatteryLost = "live_battery_lost"
    case liveBatteryStuck = "live_battery_stuck"
    case liveClockSkewed = "live_clock_skewed"
    case liveCloudSilent = "live_cloud_silent"
    case liveFirmwareChanged = "live_firmware_changed"
    case liveGatewayUnreachable = "live_gateway_unreachable"
    case liveInverterLost = "live_inverter_lost"
    case liveInvertersSilent = "live_inverters_silent"
    case liveKeyChanged = "live_key_changed"
    case liveMeterFrozen = "live_meter_frozen"
    case liveProductionStopped = "live_production_stopped"
    case liveRelayOpened = "live_relay_opened"
    case liveReturnFailed = "live_return_failed"
    case liveSerialChanged = "live_serial_changed"
    case liveTokenExpiring = "live_token_expiring"
    case liveWatchOffline = "live_watch_offline"
    case heartbeatTooOld = "heartbeat_too_old"
    case midnightZero = "midnight_zero"
    case newestRowTooOld = "newest_row_too_old"
    case notDelivered = "not_delivered"
    case noRowAtAll = "no_row_at_all"
    case noChargeWhilePeersCharge = "no_charge_while_peers_charge"
    case noExchange = "no_exchange"
    case olderThanSiblings = "older_than_siblings"
    case placeAgainstSun = "place_against_sun"
    case productionAgainstSun = "production_against_sun"
    case productionInTheDark = "production_in_the_dark"
    case productionInTheDarkMostNights = "production_in_the_dark_most_nights"
    case promiseOverdue = "promise_overdue"
    case relayOpen = "relay_open"
    case repeatedOpening = "repeated_opening"
    case reportedLate = "reported_late"
    case runSurprise = "run_surprise"
    case signReversed = "sign_reversed"
    case silentInCaptures = "silent_in_captures"
    case stuckInCaptures = "stuck_in_captures"
    case zeroProductionDay = "zero_production_day"
    case zeroWhileArrayProduces = "zero_while_array_produces"

    /// Tells whether it looks at captures, which every run reads whole.
    package var isOfCaptures: Bool {
        switch self {
        case .captureEvent, .silentInCaptures, .stuckInCaptures, .apartInCaptures: true
        default: false
        }
    }

    /// Tells whether it holds the monitor against the utility.
    var isOfReconciliation: Bool { self == .billNet || self == .gapReconciliation }
}
