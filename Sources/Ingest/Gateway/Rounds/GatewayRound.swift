// The answers of one round of asking a gateway as rows, by the same reader that takes saved captures. When what is asked is
// the business of Collect; what is kept of the rows is RecordThinning's.

import Readings

/// Reads rounds of one gateway, in the order in which they came.
package struct GatewayRound {
    /// An answer: the path with its query, the status, and the body as it came.
    package typealias Reply = (path: String, status: Int, body: [UInt8])

    private let options: DocumentOptions
    private let zone: TimeZoneRules
    private var known = GatewayKnown()

    /// A program that starts again gives what came within this before the first round that it wants rows of to `recall`,
    /// seconds: the list of meters is asked for once an hour.
    package static let recallSeconds: Int64 = 2 * 3600

    /// Bodies of a gateway whose own times lie further than this from its clock stand still, seconds.
    private static let standingSeconds: Int64 = 180

    /// Starts.
    package init(zone: TimeZoneRules, options: DocumentOptions) {
        (self.zone, self.options) = (zone, options)
    }

    /// Takes the answers of an earlier round for what they explain; nothing else becomes of them.
    package mutating func recall(_ replies: [Reply], fetchedUTCSeconds: Int64) {
        known.take(GatewayBodies(GatewayRound.capture(of: replies)), fetchedUTCSeconds: fetchedUTCSeconds)
    }

    /// Returns the rows of a round. The first round, with all bodies, gives those of a capture of the same; later ones those
    /// of the bodies that came in them.
    ///
    /// - Parameters:
    ///   - replies: in the order in which they came; of several of one path the last good one counts.
    ///   - fetchedUTCSeconds: when they came, by our clock.
    /// - Returns: no rows, and a note that says why, where no body can be read.
    /// - Throws: `IngestError.limit` for more rows than a document may have.
    package mutating func rows(of replies: [Reply], fetchedUTCSeconds: Int64) throws -> (
        rows: [RowBatch], summary: DocumentSummary
    ) {
        var bodies = GatewayBodies(GatewayRound.capture(of: replies))
        let isFirst = known.info == nil
        known.take(bodies, fetchedUTCSeconds: fetchedUTCSeconds)
        do {
            try GatewayCaptureParser.check(bodies)
        } catch {
            var summary = DocumentSummary()
            if let serial = known.info?.serial, !serial.isEmpty { summary.identifiers["gateway"] = serial }
            summary.notes.append("\(error)")
            return ([], summary)
        }
        var own = options
        own.capturedUTCSeconds = fetchedUTCSeconds
        let parser = GatewayCaptureParser(options: own, zone: zone)
        // What is known of before has its own times, which say nothing of this round.
        let observed = parser.observationTime(bodies)
        let time = isFirst ? observed : clock(bodies, fetchedUTCSeconds)
        bodies.recall(known)
        var rows: [RowBatch] = []
        let summary = try parser.parse(bodies, atUTCSeconds: time) { rows.append($0) }
        return (rows, summary)
    }

    /// The time of values that have none of their own: that of the meters' registers while they go on, else the gateway's
    /// clock, as it was last seen to differ from ours.
    private func clock(_ bodies: GatewayBodies, _ fetchedUTCSeconds: Int64) -> Int64 {
        let (estimate, overflow) = fetchedUTCSeconds.addingReportingOverflow(known.skewSeconds ?? 0)
        let now = bodies.info?.utcSeconds ?? (overflow ? fetchedUTCSeconds : estimate)
        let meters = bodies["ivp/meters/readings"]?.elements.compactMap { $0["timestamp"]?.time }.max()
        guard let meters, abs(meters - now) <= GatewayRound.standingSeconds else { return now }
        return meters
    }

    /// Returns the files of a capture that holds these answers: a body by the name of its path, and the status of each that
    /// is no body. What was sent, headers and cookies are not in it.
    package static func capture(of replies: [Reply]) -> [(name: String, bytes: [UInt8])] {
        var best: [String: Reply] = [:]
        for reply in replies where reply.status == 200 || best[fileName(reply.path)]?.status != 200 {
            best[fileName(reply.path)] = reply
        }
        return best.sorted { $0.key < $1.key }.flatMap { name, reply in
            let log = JSONValue.object([("code", .integer(Int64(reply.status)))]).compact
            return [(name: name, bytes: reply.body), (name: "\(name)_log.json", bytes: Array(log.utf8))]
        }
    }

    /// The name under which the body of a path is saved: `ivp/meters/readings` is `ivp_meters_readings`.
    static func fileName(_ path: String) -> String {
        let separators: Set<Character> = ["/", "\\", "?", "=", "&", ":", "\0"]
        return path.split(whereSeparator: separators.contains).joined(separator: "_")
    }
}
