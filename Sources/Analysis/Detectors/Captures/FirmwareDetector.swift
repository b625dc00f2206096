// Devices whose firmware stays behind that of their siblings. See docs/analysis/firmware.md.

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
        let retired = RetiredDevices(records.states)
        let states = records.states.filter {
            [.inverter, .battery, .acBattery].contains($0.device.kind) && $0.properties[.firmware] != nil
                && !retired.contains($0.device.serial, at: .max)
        }
        // Each list names firmware in its own way: numbers of two lists are not compared.
        let lists = Dictionary(grouping: states, by: \.origin)
        var behind: [Behind] = []
        for origin in lists.keys.sorted() {
            let models = Dictionary(grouping: devices(lists[origin] ?? []), by: \.siblings)
            for model in models.values {
                behind += FirmwareDetector.behind(model.sorted { $0.device < $1.device }).filter { own in
                    !behind.contains { $0.device == own.device }
                }
            }
        }
        return findings(behind)
    }

    /// What a device had last.
    private struct Running {
        let device: Device
        /// By what its siblings are known.
        let siblings: [String]
        /// The version, and when it was seen first and last.
        let text: String
        let since: Int64
        let last: Int64
    }

    /// Devices of one model are siblings; where no part number is given, those whose image has the same first number.
    private static func devices(_ states: [DeviceState]) -> [Running] {
        Dictionary(grouping: states, by: \.device).compactMap { device, own in
            let sorted = own.sorted { $0.atUTCSeconds < $1.atUTCSeconds }
            guard let newest = sorted.last, let text = newest.properties[.firmware] else { return nil }
            let run = sorted.reversed().prefix { $0.properties[.firmware] == text }
            let model = sorted.last { $0.properties[.model] != nil }?.properties[.model]
            return Running(
                device: device,
                siblings: [device.kind.rawValue, model ?? family(of: text)],
                text: text,
                since: run.last?.atUTCSeconds ?? newest.atUTCSeconds,
                last: newest.atUTCSeconds
            )
        }
    }

    /// The number of the image, as `521-00005` of `521-00005-r05-v06.05.02`; empty for a version that has none.
    private static func family(of text: String) -> String {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isImage =
            parts.count >= 3 && parts.prefix(2).allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
        return isImage ? parts.prefix(2).joined(separator: "-") : ""
    }

    /// A device that stayed behind.
    private struct Behind {
        let device: Device
        let text: String
        let siblings: [String]
        let since: Int64
        let now: Int64
    }

    private static func behind(_ devices: [Running]) -> [Behind] {
        guard devices.count >= 3, let now = devices.map(\.last).max() else { return [] }
        return devices.compactMap { own in
            let newer = devices.filter { $0.device != own.device && isOlder(own.text, $0.text) }
            guard Double(newer.count) > share * Double(devices.count - 1) else { return nil }
            // Since when most of the others have been ahead.
            let since = newer.map(\.since).sorted()[newer.count / 2]
            guard now - since >= days * 86_400, own.last >= since else { return nil }
            return Behind(
                device: own.device,
                text: own.text,
                siblings: Set(newer.map(\.text)).sorted(),
                since: since,
                now: now
            )
        }
    }

    /// Devices that one update left behind are one finding.
    private static func findings(_ behind: [Behind]) -> [Finding] {
        struct Update: Hashable {
            let kind: DeviceKind
            let siblings: [String]
            let since: Int64
        }
        let updates = Dictionary(grouping: behind) {
            Update(kind: $0.device.kind, siblings: $0.siblings, since: $0.since)
        }
        return updates.map { update, group in
            let serials = group.map(\.device.serial).sorted()
            let name = update.kind == .inverter ? "inverters" : "batteries"
            return .ofRecords(
                .firmwareBehind,
                serials.count == 1 ? serials[0] : name,
                start: update.since,
                end: nil,
                alert: update.since + days * 86_400,
                knownEnd: group.map(\.now).max() ?? update.since,
                severity: .warning,
                sureness: .likely,
                rule: FindingRule(.olderThanSiblings, [("days", .integer(days))]),
                evidence: Evidence {
                    $0.table = "device_state"
                    $0.deviceKind = update.kind.rawValue
                    if serials.count > 1 { $0.serials = serials }
                    $0.firmware = Set(group.map(\.text)).sorted().joined(separator: ", ")
                    $0.siblings = update.siblings
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
