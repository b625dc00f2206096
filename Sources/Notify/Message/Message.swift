// A message as it is when it is sent, before any channel gives it its form: what happened, in the owner's words, safe to leave the
// house.

import Readings

/// A message.
package struct Message: Sendable, Equatable {
    /// Its name, the same however often it is sent.
    package var id: String
    /// The site, as the owner calls it.
    package var site: String
    /// What it is about first.
    package var event: MessageEvent
    /// The gravest of what it tells.
    package var level: Severity
    /// One line of at most 78 characters.
    package var title: String
    /// What is told of single findings, the gravest first.
    package var entries: [Entry] = []
    /// Lines of the site as a whole: what is counted, the week.
    package var lines: [String] = []
    /// Where more is to be seen; nil for no place.
    package var link: String?
    /// When it was made, seconds UTC.
    package var madeUTCSeconds: Int64
    /// The run that brought it about; 0 for none.
    package var runID: Int64 = 0
    /// Findings that are open now, for programs; JSON as docs/contract.md has it.
    package var open: [JSONValue] = []

    /// What is told of one finding.
    package struct Entry: Sendable, Equatable {
        /// What happened to it.
        package var event: MessageEvent
        /// The number by which the owner names it; 0 for none.
        package var number: Int64
        /// How grave it is.
        package var severity: Severity
        /// What it is, a sentence.
        package var headline: String
        /// Lines below it: since when, how sure, what it costs, what to do, what is told with it.
        package var lines: [String]
        /// The finding for programs; JSON as docs/contract.md has it.
        package var json: JSONValue
        /// The finding's identity, of which threads and fingerprints are made.
        package var identity: String

        /// Describes an entry.
        package init(
            event: MessageEvent,
            number: Int64,
            severity: Severity,
            headline: String,
            lines: [String],
            json: JSONValue,
            identity: String
        ) {
            (self.event, self.number, self.severity, self.headline) = (event, number, severity, headline)
            (self.lines, self.json, self.identity) = (lines, json, identity)
        }
    }

    /// Describes a message without content.
    package init(
        id: String,
        site: String,
        event: MessageEvent,
        level: Severity,
        title: String,
        madeUTCSeconds: Int64
    ) {
        (self.id, self.site, self.event, self.level) = (id, site, event, level)
        (self.title, self.madeUTCSeconds) = (title, madeUTCSeconds)
    }
}

/// How messages are worded.
package struct MessageOptions: Sendable, Equatable {
    /// Serial numbers are told whole, for servers of the owner's own.
    package var hasFullSerials = false
    /// Where more is to be seen, `http://…`; nil for no place.
    package var link: String?

    /// The usual words.
    package init() {}
}

extension Message {
    /// Makes the message of an item from how things stand now: what is over by then is told as over.
    package init(_ item: OutboxItem, facts: SiteFacts, options: MessageOptions) {
        self.init(
            id: item.dedupe,
            site: facts.name,
            event: .test,
            level: .notice,
            title: "",
            madeUTCSeconds: facts.nowUTCSeconds
        )
    }

    /// Makes a message by which the owner tries a channel.
    package static func test(channel: String, facts: SiteFacts, id: String, options: MessageOptions)
        -> Message
    {
        Message(
            id: id,
            site: facts.name,
            event: .test,
            level: .notice,
            title: "",
            madeUTCSeconds: facts.nowUTCSeconds
        )
    }

    /// The whole message as plain text, lines of any length that end in LF.
    package var text: String { "" }
}
