// A message as it is when it is sent, before any channel gives it its form: what happened, in the owner's words, safe to leave the
// house.

import Readings
import Words

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
    /// How many findings are not even among these; they are counted.
    package var untold = 0
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
    /// So many findings are told one by one to people; the rest is counted.
    package static let mostTold = 5
    /// So many findings are told to programs.
    package static let mostEntries = 100

    /// How many findings are counted only, where people read it.
    package var countedOnly: Int { max(0, entries.count - Message.mostTold) + untold }

    /// What is said of findings that are counted only; nil where there is none.
    package var countLine: String? {
        countedOnly == 0
            ? nil
            : "\(NumberText.count(countedOnly, "more finding")); list them with: sunvigil findings --open"
    }

    /// The whole message as plain text, lines of any length that end in LF.
    package var text: String {
        var blocks = entries.prefix(Message.mostTold).map { entry in
            let head = "\(entry.label): \(entry.headline)"
            return ([head] + entry.lines.map { "  \($0)" }).joined(separator: "\n")
        }
        if let countLine { blocks.append(countLine) }
        if !lines.isEmpty { blocks.append(lines.joined(separator: "\n")) }
        if let link { blocks.append(link) }
        return blocks.isEmpty ? "\(title)\n" : blocks.joined(separator: "\n\n") + "\n"
    }
}

extension Message.Entry {
    /// It does not last.
    package var isOver: Bool { event == .over || event == .newAndOver }

    /// How grave it is, in a word for people; of what is over, that it is.
    package var label: String { isOver ? "Over" : OwnerWords.sentence(severity.rawValue) }
}
