// The alarm that a service of the watch failed. The store may be what is broken: nothing is asked of it, and of config.json only the
// channels.

import Foundation
import Lake
import Notify
import Readings

extension NotifySettings {
    /// Reads what is said of messages in a store's config.json, whatever is wrong with the rest of it or with the store; nothing
    /// where it cannot be read at all.
    ///
    /// - Parameters:
    ///   - storePath: the store's folder.
    ///   - home: the owner's home folder, for `~/`.
    package init(storePath: String, home: String) {
        guard let bytes = try? Lake.file("\(storePath)/\(Lake.configurationFile)"),
            let json = JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
        else {
            self.init()
            return
        }
        self.init(notify: json["notify"], alive: json["alive"], prometheus: json["prometheus"], home: home)
    }
}

/// The alarm that a service failed.
package enum ServiceAlarm {
    /// Returns the letter for a channel; nil for one that keeps a state.
    ///
    /// - Parameters:
    ///   - unit: the service, as systemd or cron calls it.
    ///   - now: the time, microseconds UTC.
    package static func letter(unit: String, _ channel: NotifyChannel, link: String?, now: Int64) -> Letter? {
        guard !channel.rules.isOfState else { return nil }
        let facts = SiteFacts(name: "sunvigil", zone: .utc, nowUTCSeconds: now / 1_000_000)
        let id = "failed-" + UUID().uuidString.lowercased()
        var options = MessageOptions()
        options.link = link
        let message = Message.serviceFailed(
            unit: unit,
            host: ProcessInfo.processInfo.hostName,
            facts: facts,
            id: id,
            options: options
        )
        let item = OutboxItem(
            channel: channel.name,
            systemID: 0,
            dedupe: id,
            events: [ToldEvent(.serviceFailed, identity: "", severity: .critical)],
            createdMicroseconds: now,
            dueMicroseconds: now
        )
        return Letter(channel: channel.name, item: item, message: message)
    }
}
