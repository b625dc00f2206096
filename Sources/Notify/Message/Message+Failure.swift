// The message that a service of the watch failed: it needs neither a store nor a finding, since they may be what is broken.

import Readings

extension Message {
    /// Makes the message that a service failed.
    ///
    /// - Parameters:
    ///   - unit: the service, as systemd or cron calls it.
    ///   - host: the computer on which it runs.
    package static func serviceFailed(
        unit: String,
        host: String,
        facts: SiteFacts,
        id: String,
        options: MessageOptions
    ) -> Message {
        let safe = SafeText(facts, options)
        let name = safe.of(unit, most: 60)
        let computer = safe.of(host, most: 60)
        var message = Message(
            id: id,
            site: safe.of(facts.name, most: 64),
            event: .serviceFailed,
            level: .critical,
            title: MessageTitle.text(of: facts, safe, body: "critical: \(name) failed"),
            madeUTCSeconds: facts.nowUTCSeconds
        )
        message.lines = [
            "\(name) failed on \(computer). What it watches is not watched until it runs again.",
            "Why stands in its journal there: journalctl -u \(name), or journalctl --user -u \(name).",
        ]
        message.link = plainLink(options.link)
        return message
    }
}
