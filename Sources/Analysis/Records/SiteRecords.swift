// What was reported of single moments, and by the utility: what detectors of records look at.

import Readings

/// What was reported of single moments, and by the utility.
package struct SiteRecords: Sendable {
    /// Events, as sources report them and as captures show them.
    package var events: [SeenEvent]
    /// States of devices.
    package var states: [DeviceState]
    /// What batteries said of themselves at single moments, in any order.
    package var moments: [DeviceReading]
    /// The utility's intervals.
    package var utility: [UtilityInterval]
    /// The utility's bills that count.
    package var bills: [Bill] = []
    /// Changes of the grid relay in order, as the home's columns have them.
    package var relay: [HomeChange]
    /// Behind each moment at which the cloud was seen to be silent: the start of the first row with data that came through
    /// it, seconds UTC.
    package var cloudRows: [Int64] = []

    /// Gathers records.
    package init(
        events: [SeenEvent] = [],
        states: [DeviceState] = [],
        moments: [DeviceReading] = [],
        utility: [UtilityInterval] = [],
        relay: [HomeChange] = []
    ) {
        self.events = events
        self.states = states
        self.moments = moments
        self.utility = utility
        self.relay = relay
    }
}
