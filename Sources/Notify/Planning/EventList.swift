// The events of a message: their order, how many stand by themselves, and what remains of them where messages are put together.

import Readings

/// The events of a message.
package enum EventList {
    /// Findings that a message names by themselves; the others are counted.
    package static let mostSingle = 50
    /// The level of an event that counts findings for which there was no room: its identity is the site's number.
    package static let restLevel = "rest"

    /// Tells whether somebody has to hear of it at once: hardware or money is being lost, and it is news.
    package static func isUrgent(_ events: [ToldEvent]) -> Bool {
        events.contains {
            $0.severity == .critical && ($0.event == .new || $0.event == .worse || $0.event == .again)
        }
    }

    /// Tells whether there is nothing but a count of what was over long ago.
    package static func isPassenger(_ events: [ToldEvent]) -> Bool {
        !events.isEmpty && events.allSatisfy { $0.event == .older }
    }

    /// Returns events in the order in which they are told: what leads, the findings with the gravest first, those that are
    /// counted, what was over long ago.
    ///
    /// - Parameter systemID: the site's number, the identity of what is counted.
    /// - Complexity: n log n.
    static func ordered(_ events: [ToldEvent], systemID: Int64) -> [ToldEvent] {
        var leading: [ToldEvent] = []
        var places: [Place] = []
        var counted: [MessageEvent: ToldEvent] = [:]
        var trailing: [ToldEvent] = []
        for (index, event) in events.enumerated() {
            if event.event == .older {
                trailing.append(event)
            } else if !event.event.isOfFinding {
                leading.append(event)
            } else if event.level == restLevel {
                counted.add(event, systemID: systemID)
            } else {
                places.append(Place(event, index: index))
            }
        }
        places.sort()
        for place in places.dropFirst(mostSingle) { counted.add(events[place.index], systemID: systemID) }
        leading.sort { $0.event == .openNow && $1.event != .openNow }
        return leading + places.prefix(mostSingle).map { events[$0.index] }
            + MessageEvent.allCases.compactMap { counted[$0] } + trailing
    }

    /// Where an event stands among those of findings.
    private struct Place: Comparable {
        let rank: Int
        let costWh: Int64
        let identity: String
        let index: Int

        init(_ event: ToldEvent, index: Int) {
            let severity =
                switch event.severity {
                case .critical: 0
                case .warning: 1
                case .notice: 2
                }
            let kind =
                switch event.event {
                case .new, .worse, .again: 0
                case .newAndOver: 1
                case .over: 2
                default: 3
                }
            rank = severity * 4 + kind
            costWh = event.costWh ?? -1
            identity = event.identity
            self.index = index
        }

        static func < (left: Place, right: Place) -> Bool {
            if left.rank != right.rank { return left.rank < right.rank }
            if left.costWh != right.costWh { return left.costWh > right.costWh }
            return left.identity < right.identity
        }
    }
}

extension [MessageEvent: ToldEvent] {
    /// Counts an event of a finding for which there is no room.
    fileprivate mutating func add(_ event: ToldEvent, systemID: Int64) {
        var count =
            self[event.event]
            ?? ToldEvent(
                event.event,
                identity: "\(systemID)",
                level: EventList.restLevel,
                severity: event.severity,
                count: 0
            )
        count.severity = Swift.max(count.severity, event.severity)
        count.count += event.count
        self[event.event] = count
    }
}

extension EventList {
    /// Returns what is left to tell of several messages of a site, the earliest first: one step of each finding.
    static func merged(_ messages: [[ToldEvent]], systemID: Int64) -> [ToldEvent] {
        var merged: [ToldEvent] = []
        var places: [String: Int] = [:]
        for event in messages.joined() {
            let key = self.key(event)
            if let place = places[key] {
                merged[place] = event.behind(merged[place])
            } else {
                places[key] = merged.count
                merged.append(event)
            }
        }
        return ordered(merged, systemID: systemID)
    }

    /// What may stand once in a message: a finding, or a kind of event of the site.
    private static func key(_ event: ToldEvent) -> String {
        event.event.isOfFinding && event.level != restLevel
            ? event.identity : "\(event.event.rawValue)\n\(event.identity)"
    }
}

extension ToldEvent {
    /// Returns what is left to tell where an earlier event of the same finding was not told yet.
    fileprivate func behind(_ earlier: ToldEvent) -> ToldEvent {
        var left = self
        left.severity = max(severity, earlier.severity)
        left.costWh = costWh ?? earlier.costWh
        guard event.isOfFinding, level != EventList.restLevel else {
            // Of a week, or of a state, the last one counts; what is counted adds up.
            if event == .older || event.isOfFinding { left.count += earlier.count }
            return left
        }
        switch (earlier.event, event) {
        case (.new, .over), (.newAndOver, .over): left.event = .newAndOver
        case (.new, _), (.newAndOver, .again), (.newAndOver, .worse): left.event = .new
        case (.again, .worse), (.again, .reminder), (.worse, .reminder):
            (left.event, left.level) = (earlier.event, earlier.level)
        default: break
        }
        if left.event == .new || left.event == .newAndOver { left.level = "" }
        return left
    }
}
