// What a channel that keeps the last state is told: that there is another one, or that it still is as it was.

import Readings

/// Plans the state of a site.
struct StatePlan {
    private let input: PlanInput
    private let open: [NotifiedFinding]

    /// A state that did not change is told again after this time, microseconds.
    static let repeatMicroseconds = 12 * PlanTime.hour

    /// Takes in what is known.
    init(_ input: PlanInput) {
        self.input = input
        open = input.findings.filter(\.isLasting)
    }

    /// What is to be told: after a check, where what is open is another than was told last, and from time to time.
    var plan: OutboxPlan {
        var plan = OutboxPlan()
        let now = input.nowMicroseconds
        let print = fingerprint
        if input.runID == 0, let last, last.print == print,
            PlanTime.elapsed(from: last.at, to: now) < StatePlan.repeatMicroseconds
        {
            return plan
        }
        let state = ToldEvent(
            .state,
            identity: "\(input.systemID)",
            level: "\(now):\(print)",
            severity: open.map(\.finding.severity).max() ?? .notice
        )
        plan.marks = [ToldMark(channel: input.channel.name, told: state, atMicroseconds: now)]
        var item = OutboxItem(
            channel: input.channel.name,
            systemID: input.systemID,
            dedupe: input.name("\(input.channel.name)\n\(input.systemID)\nstate|\(state.level)"),
            events: [state],
            createdMicroseconds: now,
            dueMicroseconds: now
        )
        item.runID = input.runID
        plan.items = [item]
        return plan
    }

    /// What is open and how grave it is, in a few letters.
    private var fingerprint: String {
        let text = open.map {
            "\($0.identity)|\($0.finding.severity.rawValue)|\($0.finding.sureness.rawValue)|\($0.standing.rawValue)|\($0.isQuiet)"
        }.sorted().joined(separator: "\n")
        return String(input.name(text).prefix(16))
    }

    /// The state that was told last. A time that is yet to come is no word of now.
    private var last: (at: Int64, print: Substring)? {
        var last: (at: Int64, made: Int64, print: Substring)?
        for mark in input.told where mark.told.event == .state {
            guard !PlanTime.isAhead(mark.atMicroseconds, of: input.nowMicroseconds) else { continue }
            let parts = mark.told.level.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let made = Int64(parts[0]) else { continue }
            // Times that were brought back are all the same: the later one was made later.
            if let last, (last.at, last.made) >= (mark.atMicroseconds, made) { continue }
            last = (mark.atMicroseconds, made, parts[1])
        }
        return last.map { ($0.at, $0.print) }
    }
}
