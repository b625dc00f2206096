// What findings are about, counted: `One battery and one inverter`. What is said of each stands in FindingWords.

import Analysis
import Readings

/// What a finding is about.
enum FindingSubject: String, CaseIterable {
    case battery, inverter, meter, gateway
    /// The panels of the site as a whole.
    case array
    /// Anything else: the site as a whole, the grid, a clock, a bill.
    case other
}

extension OwnerWords {
    /// Returns what findings are about, each device once, as the beginning of a sentence with its verb: `One battery and
    /// one inverter need`; empty for none.
    package static func needing(_ findings: [Finding]) -> String {
        var devices: [FindingSubject: Set<String>] = [:]
        for finding in findings {
            let subject = self.subject(of: finding)
            // What is about the site is counted by kind: a clock and a bill are two things.
            let name = subject == .other ? "\(finding.kind.rawValue) \(finding.start)" : device(of: finding)
            // Devices that are one finding are each one; of inverters silent together it is told that they are several.
            let names = finding.device == "micros" ? nil : finding.evidence.serials
            devices[subject, default: []].formUnion(subject == .other ? [name] : names ?? [name])
        }
        guard !devices.isEmpty else { return "" }
        let parts = FindingSubject.allCases.compactMap { subject in
            devices[subject].map { counted(subject, $0, isAlone: devices.count == 1) }
        }
        let names = parts.map { $0.text }
        let list =
            names.count == 1
            ? names[0] : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
        let isOne = parts.count == 1 && parts[0].isOne
        return "\(sentence(list)) \(isOne ? "needs" : "need")"
    }

    private static func device(of finding: Finding) -> String {
        finding.kind == .consumptionMeterWrong ? loadMeter : finding.device
    }

    static func subject(of finding: Finding) -> FindingSubject {
        switch finding.evidence.deviceKind.flatMap({ DeviceKind(rawValue: $0) }) {
        case .battery, .acBattery: .battery
        case .inverter: .inverter
        case .meter: .meter
        case .gateway: .gateway
        default: FindingWords.of(finding.kind).subject
        }
    }

    private static func counted(_ subject: FindingSubject, _ devices: Set<String>, isAlone: Bool) -> (
        text: String, isOne: Bool
    ) {
        switch subject {
        case .battery where devices.contains("pack"): return ("the batteries", false)
        case .inverter where devices.contains("micros"): return ("several inverters", false)
        case .meter where devices.count == 1: return (meter(devices.first ?? ""), true)
        case .gateway where devices.count == 1: return ("the gateway", true)
        case .array: return ("the array", true)
        case .other:
            let noun = isAlone ? "thing" : "other thing"
            return (NumberText.spelled(devices.count, noun), devices.count == 1)
        default: return (NumberText.spelled(devices.count, subject.rawValue), devices.count == 1)
        }
    }

    /// Returns what is over, in few words: `41.7 days without data`, `deep discharge (6.4 days)`.
    package static func past(_ finding: Finding) -> String {
        let seconds = finding.interval.seconds
        if finding.kind == .siteSilent { return "\(NumberText.duration(seconds)) without data" }
        let name = FindingWords.of(finding.kind).name
        return seconds > 0 ? "\(name) (\(NumberText.duration(seconds)))" : name
    }
}
