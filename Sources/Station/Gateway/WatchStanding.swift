// How the watch over a gateway stands, told from its last sign of life: for people, and as JSON.

import Analysis
import Lake
import Readings

/// How the watch over a gateway stands.
package struct WatchStanding {
    private let entry: GatewayEntry
    private let beat: WatchHeartbeat?
    private let now: Int64

    /// Describes a gateway.
    ///
    /// - Parameters:
    ///   - beat: the last sign of life; nil where there never was one.
    ///   - now: the time, seconds UTC.
    package init(_ entry: GatewayEntry, _ beat: WatchHeartbeat?, now: Int64) {
        (self.entry, self.beat, self.now) = (entry, beat, now)
    }

    /// Tells whether the watch gives no sign any more, whoever ended it: a gateway that was added is to be watched.
    package var isStalled: Bool { beat.map { now - $0.lastKept > LiveRules.stalledSeconds } ?? false }

    /// Returns what a night says of watches over a site's gateways that stand still.
    static func stalled(_ configuration: Configuration, site: Site, storePath: String, now: Int64)
        -> [Finding]
    {
        configuration.gateways.filter { $0.site == site.name && !$0.mute.contains(.watchStalled) }
            .compactMap { entry in
                LiveRules.stalled(
                    heartbeat: WatchHeartbeat.read(storePath, serial: entry.serial)?.lastKept,
                    setUp: configuration.modifiedUTCSeconds ?? now,
                    gateway: entry.serial,
                    now: now
                )
            }
    }

    private var state: String {
        beat?.state ?? "never_watched"
    }

    /// Ends what the watch over a gateway holds open, where the site has no other gateway: nobody looks any more.
    ///
    /// - Throws: `LakeError`.
    package static func endFindings(of entry: GatewayEntry, in lake: LakeWriter, now: Int64) throws {
        let others = try Configuration.load(lake).gateways.filter {
            $0.site == entry.site && $0.serial != entry.serial
        }
        guard others.isEmpty else { return }
        let site = try lake.site(named: entry.site)
        let open = try lake.findings(systemID: site.systemID).filter {
            $0.rule.isLive && $0.state == .open && $0.end == nil
        }
        let ended = open.map { stored in
            var finding = stored.finding
            finding.end = Instant(utcSeconds: max(now, finding.start.utcSeconds))
            return finding
        }
        guard !ended.isEmpty else { return }
        _ = try lake.stageLive([], systemID: site.systemID, findings: LiveFindingUpdate(ended: ended))
    }

    /// A JSON object.
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("serial", .text(entry.serial)), ("site", .text(entry.site)), ("host", .text(entry.host)),
            ("key", .optional(entry.key)), ("state", .text(state)),
            ("stalled", .boolean(isStalled)), ("ended", .boolean(beat?.hasEnded ?? false)),
        ]
        guard let beat else { return .object(members) }
        func time(_ seconds: Int64?) -> JSONValue {
            .optional(seconds.map { Instant(utcSeconds: $0).iso8601 })
        }
        members += [
            ("at", time(beat.at)), ("age_s", .integer(now - beat.at)), ("began", time(beat.began)),
            ("answered", time(beat.answered)), ("firmware", .optional(beat.firmware)),
            ("rounds", .integer(Int64(beat.rounds))), ("requests", .integer(Int64(beat.requests))),
            ("failures", .integer(Int64(beat.failures))),
            ("token_days_left", .optional(beat.tokenDays.map { Int64($0) })),
            ("clock_skew_s", .optional(beat.skewSeconds)),
            ("rounds_waiting", .integer(Int64(beat.roundsWaiting))), ("not_kept", .optional(beat.notKept)),
        ]
        let paths = beat.paths.sorted { $0.key < $1.key }.map { name, path -> JSONValue in
            .object([
                ("path", .text(name)), ("asked", time(path.asked)), ("good", time(path.good)),
                ("age_s", .optional(path.good.map { now - $0 })),
                ("status", .optional(path.status.map { Int64($0) })), ("ms", .optional(path.milliseconds)),
                ("bytes", .optional(path.bytes.map { Int64($0) })),
                ("failures", .integer(Int64(path.failures))),
                ("reason", .optional(path.reason)), ("paused_until", time(path.pausedUntil)),
            ])
        }
        return .object(members + [("paths", .array(paths))])
    }

    /// Lines for people.
    package var text: String {
        var lines = ["gateway \(entry.serial) at \(entry.host), site \(ControlledText.oneLine(entry.site))"]
        guard let beat else { return lines[0] + "\n  not watched yet" }
        lines.append(
            "  \(state)\(beat.hasEnded ? ", ended" : ""), last sign \(WatchStanding.age(now - beat.at)) ago\(isStalled ? ": the watch stands still" : "")"
        )
        if let firmware = beat.firmware { lines.append("  firmware \(ControlledText.oneLine(firmware))") }
        if let answered = beat.answered {
            lines.append("  last answer \(WatchStanding.age(now - answered)) ago")
        }
        if let days = beat.tokenDays { lines.append("  token: \(days) days left") }
        if let skew = beat.skewSeconds, abs(skew) >= 30 {
            lines.append("  its clock is \(abs(skew)) s \(skew > 0 ? "ahead" : "behind")")
        }
        lines.append("  \(beat.rounds) rounds, \(beat.requests) requests, \(beat.failures) failed")
        if beat.roundsWaiting > 0 { lines.append("  \(beat.roundsWaiting) rounds wait for the store") }
        if let reason = beat.notKept { lines.append("  nothing is kept: \(ControlledText.oneLine(reason))") }
        for (name, path) in beat.paths.sorted(by: { $0.key < $1.key }) {
            let good = path.good.map { "\(WatchStanding.age(now - $0)) ago" } ?? "never"
            let trouble = path.reason ?? (path.status == 200 ? nil : path.status.map { "status \($0)" })
            lines.append("    \(name): \(good)\(trouble.map { ", \($0)" } ?? "")")
        }
        return lines.joined(separator: "\n")
    }

    /// A stretch of time in the largest unit that tells it.
    private static func age(_ seconds: Int64) -> String {
        switch max(0, seconds) {
        case ..<120: "\(max(0, seconds)) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}
