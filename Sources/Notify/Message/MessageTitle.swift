// The title of a message: which site, how grave, what is gravest, and how much more there is, in one line.

import Readings
import Words

/// The title of a message.
struct MessageTitle {
    /// As many characters as a phone and a list of mails show.
    private static let mostCharacters = 78
    private static let mostOfSite = 24

    let event: MessageEvent
    let told: [ToldEntry]
    let events: [ToldEvent]
    let site: SiteLines

    /// The title.
    var text: String {
        let more = told.count > 1 ? " (+\(told.count - 1))" : ""
        let (body, end) =
            switch event {
            case .openNow: (openNow, "")
            case .digest: ("this week: \(site.verdict)", "")
            case .older: (older, "")
            case .state: (site.openCount, "")
            case .test: ("test", "")
            default: (told.first.map(headline) ?? site.openCount, more)
            }
        return MessageTitle.text(of: site.facts, site.safe, body: body, end: end)
    }

    /// Returns `[SITE] BODY END`, the body cut behind one of its parts or a word where all of it is too long.
    static func text(of facts: SiteFacts, _ safe: SafeText, body: String, end: String = "") -> String {
        let name = safe.of(facts.name, most: mostOfSite)
        let start = "[\(name.isEmpty ? "site" : name)] "
        return start + SafeText.cutClause(body, to: mostCharacters - start.count - end.count) + end
    }

    private func headline(_ told: ToldEntry) -> String {
        let severity = told.entry.severity.rawValue
        return switch told.entry.event {
        case .over, .newAndOver: "over: \(told.short)"
        case .again: "\(severity), again: \(told.short)"
        case .worse: "\(severity), worse: \(told.short)"
        case .reminder: "\(severity), still: \(told.short)"
        default: "\(severity): \(told.short)"
        }
    }

    private var openNow: String {
        let lasting = told.filter(\.isActive)
        guard let first = lasting.first else { return "nothing is open" }
        return lasting.count == 1
            ? "1 finding is open: \(first.short)"
            : "\(lasting.count) findings are open, the gravest: \(first.short)"
    }

    private var older: String {
        NumberText.count(
            events.filter { $0.event == .older }.reduce(0) { $0 + max(0, $1.count) },
            "older finding"
        )
    }
}
