// Devices that fall silent together are one cause and one finding. When a device counts as silent is said by its rule.

import Readings

/// How often a device reports.
struct ReportPace: Equatable {
    private var steps: [Int64] = []

    /// Steps beyond this are silences, and so many of them are kept, seconds.
    private static let (longest, count): (Int64, Int) = (7_200, 5)

    /// Takes the time between two reports, seconds.
    mutating func take(_ step: Int64) {
        guard (1...ReportPace.longest).contains(step) else { return }
        if steps.count >= ReportPace.count { steps.removeFirst() }
        steps.append(step)
    }

    /// The usual time between two reports, seconds.
    ///
    /// - Parameter usual: that of such devices, while too little is known of this one.
    func seconds(usual: Double) -> Double {
        steps.isEmpty ? usual : Double(steps.sorted()[steps.count / 2])
    }
}

/// The time of a device's last report. An older one is of the past, but where reports go on behind it: then the gateway's clock was
/// set back, and with it the times of all reports.
struct ReportTime: Equatable {
    private(set) var newest: Int64?
    /// An older time that was shown since.
    private var older: Int64?

    /// Takes the time that is shown, and tells whether it is that of a new report.
    mutating func take(_ shown: Int64) -> Bool {
        let isNew = newest.map { shown > $0 } ?? true
        let goesOn = older.map { shown > $0 } ?? false
        if isNew || goesOn && shown != newest {
            (newest, older) = (shown, nil)
            return true
        }
        if shown != newest { older = shown }
        return false
    }
}

/// Silent devices that are told as one.
struct LiveTogether {
    /// Those that are told as one; empty while none are.
    private(set) var members: Set<String> = []
    /// Those that are told one by one.
    private var alone: Set<String> = []
    private var back: Set<String> = []
    /// Whether the last of them has just come back.
    private(set) var isOver = false

    /// From this number on.
    private static let from = 3

    /// Goes on with what was open.
    init(resuming open: [Finding], kind: FindingKind, device: String) {
        for finding in open where finding.kind == kind {
            if finding.device == device {
                members = Set((finding.evidence.serials ?? []).prefix(LivePicture.mostDevices))
            } else {
                alone.insert(finding.device)
            }
        }
    }

    /// Returns those that are told one by one.
    ///
    /// - Parameters:
    ///   - lost: those that are silent for long enough to be told.
    ///   - late: those that may be about to be.
    ///   - reporting: those that report again.
    mutating func alone(lost: [String], late: [String], back reporting: [String]) -> [String] {
        isOver = false
        alone.subtract(reporting)
        back.formUnion(members.intersection(reporting))
        back.subtract(lost)
        if !members.isEmpty, back == members {
            (members, back, isOver) = ([], [], true)
        }
        let new = lost.filter { !alone.contains($0) && !members.contains($0) }
        if !members.isEmpty {
            members.formUnion(new)
        } else if !new.isEmpty {
            let all = Set(new).union(late.filter { !alone.contains($0) })
            if all.count >= LiveTogether.from { members = all } else { alone.formUnion(new) }
        }
        return lost.filter { alone.contains($0) }
    }

    /// Takes a device that is told by itself whatever the others do.
    mutating func single(_ serial: String) {
        if !members.contains(serial), alone.count < LivePicture.mostDevices { alone.insert(serial) }
    }
}
