// A message for programs: our own form, and that of Alertmanager's webhooks.
// Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config

import Readings

/// The body of a webhook.
package enum WebhookBody {
    /// The version of our own form.
    private static let version: Int64 = 1

    /// Returns our own form: `{version, id, site, run, sent_at, event, severity, title, text, changes, more, lines, open, link}`.
    package static func own(_ message: Message) -> JSONValue {
        .object([
            ("version", .integer(version)), ("id", .text(message.id)), ("site", .text(message.site)),
            ("run", message.runID > 0 ? .integer(message.runID) : .null),
            ("sent_at", .text(Instant(utcSeconds: message.madeUTCSeconds).iso8601)),
            ("event", .text(message.event.rawValue)), ("severity", .text(message.level.rawValue)),
            ("title", .text(message.title)), ("text", .text(message.text)),
            ("changes", .array(message.entries.map(\.json))), ("more", .integer(Int64(message.untold))),
            ("lines", .array(message.lines.map { .text($0) })), ("open", .array(message.open)),
            ("link", .optional(message.link)),
        ])
    }

    // MARK: Alertmanager

    /// The end of an alert that fires.
    private static let never = "0001-01-01T00:00:00Z"

    /// Returns Alertmanager's version 4.
    ///
    /// - Parameter channel: the channel's name, the receiver.
    package static func alertmanager(_ message: Message, channel: String) -> JSONValue {
        let alerts =
            message.entries.isEmpty ? [Alert(whole: message)] : message.entries.map { Alert($0, message) }
        let link = message.link ?? ""
        let group = "{}:{site=\(JSONValue.text(message.site).compact)}"
        return .object([
            ("version", .text("4")), ("groupKey", .text(group)),
            ("truncatedAlerts", .integer(Int64(message.untold))),
            ("status", .text(Alert.status(isOver: alerts.allSatisfy(\.isOver)))),
            ("receiver", .text(SafeText.clean(channel))),
            ("groupLabels", .object([("site", .text(message.site))])),
            ("commonLabels", .object(common(alerts.map(\.labels)))),
            ("commonAnnotations", .object(common(alerts.map(\.annotations)))),
            ("externalURL", .text(link)), ("alerts", .array(alerts.map { $0.json(link: link) })),
        ])
    }

    private static func common(_ all: [[(String, JSONValue)]]) -> [(String, JSONValue)] {
        (all.first ?? []).filter { name, value in
            all.allSatisfy { $0.contains { $0.0 == name && $0.1 == value } }
        }
    }

    /// An alert.
    private struct Alert {
        let isOver: Bool
        let labels: [(String, JSONValue)]
        let annotations: [(String, JSONValue)]
        let startsAt: String
        let endsAt: String
        let fingerprint: String

        static func status(isOver: Bool) -> String { isOver ? "resolved" : "firing" }

        /// An alert of a finding.
        init(_ entry: Message.Entry, _ message: Message) {
            func text(_ name: String) -> String? { entry.json[name]?.string }
            let now = Instant(utcSeconds: message.madeUTCSeconds).iso8601
            isOver = entry.isOver
            fingerprint = StableName.fingerprint(entry.identity)
            labels = [
                ("alertname", .text(text("kind") ?? "sunvigil")), ("site", .text(message.site)),
                ("severity", .text(entry.severity.rawValue)), ("device", .text(text("device") ?? "")),
                // Two devices may share their last four digits: labels tell alerts from each other.
                ("finding", .text(fingerprint)),
            ]
            annotations = [
                ("summary", .text(entry.headline)),
                ("description", .text(entry.lines.joined(separator: "\n"))),
            ]
            startsAt = text("start") ?? now
            endsAt = isOver ? text("end") ?? now : never
        }

        /// What is about the site as a whole is told, and over with it: nothing is left to be resolved.
        init(whole message: Message) {
            isOver = true
            fingerprint = StableName.hex(message.id)
            labels = [
                ("alertname", .text("sunvigil_\(message.event.rawValue)")), ("site", .text(message.site)),
                ("severity", .text(message.level.rawValue)), ("finding", .text(fingerprint)),
            ]
            annotations = [("summary", .text(message.title)), ("description", .text(message.text))]
            startsAt = Instant(utcSeconds: message.madeUTCSeconds).iso8601
            endsAt = startsAt
        }

        func json(link: String) -> JSONValue {
            .object([
                ("status", .text(Alert.status(isOver: isOver))), ("labels", .object(labels)),
                ("annotations", .object(annotations)), ("startsAt", .text(startsAt)),
                ("endsAt", .text(endsAt)), ("generatorURL", .text(link)), ("fingerprint", .text(fingerprint)),
            ])
        }
    }
}
