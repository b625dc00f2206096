// An event with the time at which somebody could know of it.

import Readings

/// An event, and when it was seen: the time of the capture that shows it.
package struct SeenEvent: Sendable {
    let event: SiteEvent
    package let seenUTCSeconds: Int64

    /// Tells whether it says that the gateway did not reach the cloud.
    package var isCloudSilence: Bool { event.kind == .cloudSilent }

    /// Describes an event that was seen at a time.
    package init(_ event: SiteEvent, seenUTCSeconds: Int64) {
        self.event = event
        self.seenUTCSeconds = seenUTCSeconds
    }
}
