// Devices that were taken out of service: nothing is expected of them any more. By what lists say it stands in
// DeviceState+Retired.

import Readings

/// Devices that lists call deleted, and since when that is known.
struct RetiredDevices {
    /// The first capture that shows it and that none contradicted since, seconds UTC, by serial number.
    private let since: [String: Int64]

    /// Gathers what states say; the newest word of a device counts.
    init(_ states: [DeviceState]) {
        var since: [String: Int64] = [:]
        let told = states.filter { !$0.device.serial.isEmpty && $0.isRetired != nil }
        for state in told.sorted(by: { $0.atUTCSeconds < $1.atUTCSeconds }) {
            if state.isRetired == true {
                since[state.device.serial] = since[state.device.serial] ?? state.atUTCSeconds
            } else {
                since[state.device.serial] = nil
            }
        }
        self.since = since
    }

    /// Tells whether a device was known to be out of service at an instant.
    func contains(_ serial: String, at utcSeconds: Int64) -> Bool {
        since[serial].map { utcSeconds >= $0 } ?? false
    }

    /// Since when a device was known to be out of service, seconds UTC; nil where it is in service.
    func retired(_ serial: String) -> Int64? { since[serial] }

    /// Ends findings about devices when they were taken out of service; what was told only later is no finding.
    func ended(_ findings: [Finding]) -> [Finding] {
        guard !since.isEmpty else { return findings }
        return findings.compactMap { finding in
            guard let instant = since[finding.device] else { return finding }
            guard max(finding.start.utcSeconds, finding.alert.utcSeconds) < instant else { return nil }
            guard finding.end.map({ $0.utcSeconds > instant }) ?? true else { return finding }
            var ended = finding
            ended.end = Instant(utcSeconds: instant)
            ended.knownEnd = Instant(utcSeconds: instant)
            return ended
        }
    }
}
