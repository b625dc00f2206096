// A device whose firmware stays behind that of its siblings. See docs/analysis/firmware.md.

import Readings

/// Finds devices left behind by an update.
enum FirmwareDetector: RecordDetector {
    package static let profile = DetectorProfile(
        kinds: [.firmwareBehind: .nineDays],
        memoryDays: 0,
        page: "firmware.md"
    )

    /// Days within which an update reaches all devices of a kind: the gateway updates them one by one, by night.
    private static let days: Int64 = 14
    /// Share of the siblings that must have the newer version.
    private static let share = 0.5

    package static func findings(_ records: SiteRecords) -> [Finding] {
        var findings: [Finding] = []
        for kind in [DeviceKind.inverter, .battery, .acBattery] {
            let own = records.states.filter { $0.device.kind == kind && $0.properties[.firmware] != nil }
            findings += FirmwareDetector.findings(own, kind)
        }
        return findings
    }

    private struct Version {
        /// The version that a device had last, and when that was seen first and last.
        var text: String
        var since: Int64
        var last: Int64
    }

    private static func findings(_ states: [DeviceState], _ kind: DeviceKind) -> [Finding] {
        var versions: [String: Version] = [:]
        for state in states.sorted(by: { $0.atUTCSeconds < $1.atUTCSeconds }) {
            guard let text = state.properties[.firmware] else { continue }
            if var known = versions[state.device.serial], known.text == text {
                known.last = state.atUTCSeconds
                versions[state.device.serial] = known
            } else {
                versions[state.device.serial] = Version(
                    text: text,
                    since: state.atUTCSeconds,
                    last: state.atUTCSeconds
                )
            }
        }
        guard versions.count >= 3, let now = versions.values.map(\.last).max() else { return [] }
        return versions.keys.sorted().compactMap { serial in
            guard let own = versions[serial] else { return nil }
            let newer = versions.filter { $0.key != serial && isOlder(own.text, $0.value.text) }
            guard Double(newer.count) > share * Double(versions.count - 1) else { return nil }
            // Since when most of the others have been ahead.
            let since = newer.values.map(\.since).sorted()[newer.count / 2]
            guard now - since >= days * 86_400, own.last >= since else { return nil }
            return .ofRecords(
                .firmwareBehind,
                serial,
                start: since,
                end: nil,
                alert: since + days * 86_400,
                knownEnd: now,
                severity: .warning,
                sureness: .likely,
                rule: FindingRule(.olderThanSiblings, [("days", .integer(days))]),
                evidence: Evidence {
                    $0.table = "device_state"
                    $0.deviceKind = kind.rawValue
                    $0.firmware = own.text
                    $0.siblings = Set(newer.values.map(\.text)).sorted()
                }
            )
        }
    }

    /// Compares versions by their numbers, from the left; versions of another shape are not comparable.
    static func isOlder(_ left: String, _ right: String) -> Bool {
        func numbers(_ text: String) -> [Int] {
            text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0.prefix(9)) }
        }
        let (first, second) = (numbers(left), numbers(right))
        guard !first.isEmpty, first.count == second.count else { return false }
        return first.lexicographicallyPrecedes(second)
    }
}
