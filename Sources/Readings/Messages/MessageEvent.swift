// What a message tells: which step of a finding's life, or of a site as a whole. How it is worded is the business of Notify.

/// A step that is told.
package enum MessageEvent: String, CaseIterable, Codable, Sendable {
    /// A channel's first message, or the first after the store was made anew: what is open now.
    case openNow = "open_now"
    /// A finding was opened, and asks for its owner.
    case new
    /// A finding was opened and was over before anybody could be told.
    case newAndOver = "new_and_over"
    /// It grew worse: its severity, or what it costs.
    case worse
    /// It was over and holds again.
    case again
    /// It ended, or new data filled it.
    case over
    /// It lasts, and its owner has said nothing.
    case reminder
    /// Findings that were over long before they were found, counted.
    case older
    /// The week: what is suspected, notices, coverage, energy, channels.
    case digest
    /// How things stand, for a channel that keeps the last state instead of messages.
    case state
    /// A service of the watch failed.
    case serviceFailed = "service_failed"
    /// A message that the owner asked for to try a channel.
    case test

    /// Tells whether it is about one finding.
    package var isOfFinding: Bool {
        switch self {
        case .new, .newAndOver, .worse, .again, .over, .reminder: true
        case .openNow, .older, .digest, .state, .serviceFailed, .test: false
        }
    }
}

/// One thing that a message tells.
package struct ToldEvent: Codable, Equatable, Hashable, Sendable {
    /// What happened.
    package var event: MessageEvent
    /// The finding's identity: site, device, kind, start; of what is about a site as a whole its number.
    package var identity: String
    /// Which of several of this event: a severity or a cost of `worse`, a day of `reminder`, a number of `again` and `over`, a date
    /// of `digest`. Empty where there is one only.
    package var level: String
    /// How grave it was when it was planned.
    package var severity: Severity
    /// What it had cost then, Wh; nil where that is not known.
    package var costWh: Int64?
    /// How many findings of `older`; else 1.
    package var count: Int

    /// Describes an event.
    package init(
        _ event: MessageEvent,
        identity: String,
        level: String = "",
        severity: Severity,
        costWh: Int64? = nil,
        count: Int = 1
    ) {
        (self.event, self.identity, self.level) = (event, identity, level)
        (self.severity, self.costWh, self.count) = (severity, costWh, count)
    }
}

/// What a channel was told, or is about to be: kept for ever, so that nothing is told twice.
package struct ToldMark: Equatable, Sendable {
    /// The channel's name in config.json.
    package var channel: String
    /// What was told. The identity, event and level of a channel are told once. A channel that was seen has a mark of `openNow`
    /// for each site, with the site's number as its identity.
    package var told: ToldEvent
    /// When it was planned, microseconds UTC.
    package var atMicroseconds: Int64

    /// Describes a mark.
    package init(channel: String, told: ToldEvent, atMicroseconds: Int64) {
        (self.channel, self.told, self.atMicroseconds) = (channel, told, atMicroseconds)
    }
}
