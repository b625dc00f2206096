// An event with the time at which somebody could know of it, and what was said of the grid then.

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

/// What controllers said of the grid, capture by capture.
struct RelayStates {
    private struct Moment: Hashable {
        let device: Device
        let at: Int64
    }

    private let absent: Set<Moment>

    /// Gathers what states say.
    init(_ states: [DeviceState]) {
        absent = Set(
            states.filter {
                $0.device.kind == .systemController && LiveRelay.grid($0.properties) == .absent
            }.map { Moment(device: $0.device, at: $0.atUTCSeconds) }
        )
    }

    /// Tells whether the controller said, when an event was seen, that there is no grid.
    func isAbsent(_ seen: SeenEvent) -> Bool {
        absent.contains(Moment(device: seen.event.device, at: seen.seenUTCSeconds))
    }
}
