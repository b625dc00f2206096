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
        var message = Message(
            id: id,
            .serviceFailed,
            .critical,
            facts: facts,
            options: options,
            body: "critical: \(name) failed"
        )
        message.lines = [
            "\(name) failed on \(safe.of(host, most: 60)). What it watches is not watched until it runs again.",
            "Why stands in its journal there: journalctl -u \(name), or journalctl --user -u \(name).",
        ]
        return message
    }
}
