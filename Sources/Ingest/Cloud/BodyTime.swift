// When a body of the cloud's JSON was made. A time that the body bears goes before its file's: files are copied, unpacked and
// restored, and then they are all of one moment. The file's time is only an upper bound.

import Foundation
import Readings

/// The time of a body.
struct BodyTime: Equatable {
    /// When the site last reported, seconds UTC; nil where the body does not say. What begins later is no data.
    let lastReport: Int64?
    /// The time at which states of the body stand, seconds UTC.
    let page: Int64
    /// What the owner should know of it; nil where the body bears a time.
    let note: String?

    /// Names of the site's last report, in the outermost object or in these members of it.
    private static let siteNames = ["last_report_date", "last_report_at", "last_report"]
    private static let siteParts = ["meta", "system"]
    /// Names of a device's last report.
    private static let deviceNames = siteNames + ["last_reported_time"]
    /// Levels below which no body has devices.
    private static let deepest = 4

    /// Reads the times of a body.
    init(_ root: JSONNode, options: DocumentOptions, zone: TimeZoneRules) {
        let captured = options.capturedUTCSeconds
        let parts = [root] + BodyTime.siteParts.compactMap { root[$0] }
        lastReport = parts.flatMap { part in BodyTime.siteNames.compactMap { BodyTime.time(part[$0]) } }.max()
            .map { min($0, captured) }
        if options.isCaptureTold ?? false {
            // The owner knows best when he saved it.
            (page, note) = (captured, nil)
            return
        }
        let named = BodyTime.instant(inName: options.name).flatMap { $0 <= captured ? $0 : nil }
        let borne =
            lastReport ?? BodyTime.newestReport(root, level: 0)
            ?? BodyTime.lastInterval(root["intervals"], level: 0)
        if let newest = borne.map({ min($0, captured) }) {
            // A moment in the name is that of saving, which lies behind all reports.
            (page, note) = (max(newest, named ?? newest), nil)
            return
        }
        let day = BodyTime.day(inName: options.name).map { zone.interval(of: $0).endUTCSeconds - 1 }
        page = named ?? min(day ?? captured, captured)
        let source = named != nil ? "its name" : day != nil ? "the day in its name" : "its file"
        note = "the body bears no time: what it tells stands at the time of \(source)"
    }

    /// Returns where the data end: at the site's last report, unless the body has energy of later, and so contradicts it.
    ///
    /// - Parameter lastEnergyUTCSeconds: the start of the last interval with energy; nil where none has any.
    /// - Returns: seconds UTC; nil where the body does not say.
    func end(lastEnergyUTCSeconds: Int64?) -> Int64? {
        lastReport.flatMap { last in (lastEnergyUTCSeconds ?? .min) < last ? last : nil }
    }

    private static func time(_ node: JSONNode?) -> Int64? { CloudValue.localText(node) }

    /// The newest report of any device.
    private static func newestReport(_ node: JSONNode, level: Int) -> Int64? {
        guard level <= deepest else { return nil }
        var newest: Int64?
        func take(_ time: Int64?) { if let time { newest = max(newest ?? time, time) } }
        switch node.kind {
        case .object:
            for name in deviceNames { take(time(node[name])) }
            for (_, member) in node.members where member.kind == .object || member.kind == .array {
                take(newestReport(member, level: level + 1))
            }
        case .array:
            for element in node.elements {
                // Arrays of numbers are energies.
                guard element.kind == .object || element.kind == .array else { break }
                take(newestReport(element, level: level + 1))
            }
        default: break
        }
        return newest
    }

    /// The end of the newest interval, in a list or a list of lists: a body that says no more was made no earlier.
    private static func lastInterval(_ node: JSONNode?, level: Int) -> Int64? {
        guard level <= deepest, let node, node.kind == .array else { return nil }
        return node.elements.compactMap { element in
            element.kind == .array
                ? lastInterval(element, level: level + 1) : CloudValue.time(element["end_at"])
        }.max()
    }

    // MARK: Names

    /// The moment that a file's name holds: seconds or milliseconds since 1970, or a day with a time and its offset.
    static func instant(inName name: String) -> Int64? {
        for digits in name.split(whereSeparator: { !($0.isASCII && $0.isNumber) })
        where digits.count == 10 || digits.count == 13 {
            guard let number = Int64(digits) else { continue }
            let seconds = digits.count == 13 ? number / 1000 : number
            // From 2010 to 2100: the numbers of sites and serial numbers have other lengths, or lie elsewhere.
            if (1_262_304_000...4_102_444_800).contains(seconds) { return seconds }
        }
        guard
            let match = name.firstMatch(
                of: /(20\d\d)-?([01]\d)-?([0-3]\d)T([0-2]\d)[-:.]?([0-5]\d)(?:[-:.]?([0-5]\d))?Z/
            )
        else { return nil }
        let (_, year, month, day, hour, minute, second) = match.output
        return Instant(iso8601: "\(year)-\(month)-\(day)T\(hour):\(minute):\(second ?? "00")Z")?.utcSeconds
    }

    /// The day that a file's name holds, as `2025-04-11` or `20250411`.
    static func day(inName name: String) -> CivilDate? {
        guard let match = name.firstMatch(of: /(?:^|[^0-9])(20\d\d)([-_.]?)([01]\d)\2([0-3]\d)(?:[^0-9]|$)/)
        else {
            return nil
        }
        return CivilDate("\(match.output.1)-\(match.output.3)-\(match.output.4)")
    }
}
