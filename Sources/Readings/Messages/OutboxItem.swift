// A message that waits, went, or failed. Its text is made when it is sent; here stands what it is about.

/// A message on its way.
package struct OutboxItem: Equatable, Sendable {
    /// What became of it.
    package enum State: String, CaseIterable, Sendable {
        /// It is to be sent, again perhaps.
        case waiting
        /// It went.
        case sent
        /// It was given up.
        case failed
        /// Another message tells what it would have told.
        case merged
    }

    /// Its number; 0 before it is kept.
    package var itemID: Int64 = 0
    /// The channel's name in config.json.
    package var channel: String
    /// The site's number.
    package var systemID: Int64
    /// Its name: the same however often it is sent, and the same in a store that was made anew.
    package var dedupe: String
    /// The run that brought it about; 0 where time did.
    package var runID: Int64 = 0
    /// When it was planned, microseconds UTC.
    package var createdMicroseconds: Int64
    /// When it may go, microseconds UTC: behind quiet hours.
    package var dueMicroseconds: Int64
    /// When it is tried next, microseconds UTC.
    package var nextMicroseconds: Int64
    /// How often it was tried; counted before each try.
    package var attempts = 0
    /// When it was tried first, microseconds UTC; nil where it was not.
    package var firstTriedMicroseconds: Int64?
    /// When it went, microseconds UTC; nil where it did not.
    package var sentMicroseconds: Int64?
    /// What became of it.
    package var state = State.waiting
    /// What it tells, the gravest first.
    package var events: [ToldEvent]
    /// Why the last try failed, in one line without secrets.
    package var lastError: String?
    /// What the other side answered; of several recipients a JSON object of those who have it.
    package var receipt: String?

    /// Describes a message that is to be sent.
    package init(
        channel: String,
        systemID: Int64,
        dedupe: String,
        events: [ToldEvent],
        createdMicroseconds: Int64,
        dueMicroseconds: Int64
    ) {
        (self.channel, self.systemID, self.dedupe, self.events) = (channel, systemID, dedupe, events)
        (self.createdMicroseconds, self.dueMicroseconds) = (createdMicroseconds, dueMicroseconds)
        nextMicroseconds = dueMicroseconds
    }
}

/// What is to be told, as it is planned in the transaction that stores findings.
package struct OutboxPlan: Equatable, Sendable {
    /// Messages to keep. One whose `dedupe` is known already is left out.
    package var items: [OutboxItem] = []
    /// What counts as told from now on. A mark that is there already stays as it is.
    package var marks: [ToldMark] = []

    /// Plans nothing.
    package init() {}

    /// Tells whether nothing is planned.
    package var isEmpty: Bool { items.isEmpty && marks.isEmpty }
}
