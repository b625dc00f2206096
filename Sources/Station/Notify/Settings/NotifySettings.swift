// What the owner wrote in config.json of messages, of the sign of life and of the file of numbers. A slip takes out what it is in,
// and nothing else: the night's check runs, and the other channels tell of it.

import Notify
import Readings

/// What the owner wants to be told, and how.
package struct NotifySettings: Equatable, Sendable {
    /// The channels that are right, by name.
    package var channels: [NotifyChannel] = []
    /// What is wrong.
    package var faults: [SettingsFault] = []
    /// Where more is to be seen, `http://…`; nil for no place.
    package var link: String?
    /// Where the sign of life goes after a check; nil for nowhere.
    package var aliveURL: SecretSource?
    /// Where that of the watch goes; nil for nowhere.
    package var watchURL: SecretSource?
    /// The file of numbers; nil for none.
    package var prometheus: String?

    /// Returns the channel of a name; nil where none is right.
    package func channel(_ name: String) -> NotifyChannel? { channels.first { $0.name == name } }

    /// How messages of a channel are worded.
    func options(for channel: NotifyChannel) -> MessageOptions {
        var options = MessageOptions()
        options.hasFullSerials = channel.hasFullSerials
        options.link = link
        return options
    }

    /// Says nothing to anybody.
    package init() {}

    static let channelsPlace = "notify.channels"

    /// Channels that a file may have.
    private static let mostChannels = 32

    /// Reads the members.
    ///
    /// - Parameters:
    ///   - notify, alive, prometheus: the members of the file; nil where they are not there.
    ///   - home: the owner's home folder, for `~/`.
    package init(notify: JSONValue?, alive: JSONValue?, prometheus: JSONValue?, home: String) {
        if let notify { read(notify: notify, home: home) }
        if let alive {
            var object = SettingsObject(alive, place: "alive", home: home)
            object.know(["url", "watch_url"])
            aliveURL = object.secret("url")
            watchURL = object.secret("watch_url")
            if object.names.isEmpty, object.faults.isEmpty {
                object.need("url", SettingsObject.secretForms)
            }
            faults += object.faults
        }
        if let prometheus {
            // Read as a member of the whole file, so that it is named as one.
            var object = SettingsObject(.object([("prometheus", prometheus)]), place: "", home: home)
            self.prometheus = object.file(
                "prometheus",
                as: "/var/lib/node_exporter/sunvigil.prom",
                ending: ".prom"
            )
            faults += object.faults
        }
    }

    private mutating func read(notify: JSONValue, home: String) {
        var object = SettingsObject(notify, place: "notify", home: home)
        object.know(["channels", "reminder_days", "digest", "link"])
        var shared = ChannelRules(name: "")
        if let days = NotifySettings.reminderDays(&object) { shared.reminderDays = days }
        if let weekday = object.word("digest", NotifySettings.weekdays) {
            shared.digestWeekday = weekday == 0 ? nil : weekday
        }
        link = object.text("link", "write an address, as \"http://sunvigil.lan:8420\"", isShown: false) {
            $0.utf8.count <= 200 ? WebAddress($0, schemes: ["http", "https"])?.text : nil
        }
        faults = object.faults
        guard let listed = object.value("channels") else { return }
        let named = SettingsObject(listed, place: NotifySettings.channelsPlace, home: home)
        faults += named.faults
        if named.names.count > NotifySettings.mostChannels {
            let reason =
                "there are \(named.names.count) channels; write at most \(NotifySettings.mostChannels)"
            faults.append(SettingsFault(place: NotifySettings.channelsPlace, reason: reason))
        }
        let reading = ChannelReading(shared: shared, home: home)
        for name in named.names.prefix(NotifySettings.mostChannels) {
            let (channel, found) = reading.channel(name, named.value(name) ?? .null)
            faults += found
            if let channel { channels.append(channel) }
        }
    }

    private static let weekdays: KeyValuePairs<String, Int> = [
        "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 7,
        "none": 0,
    ]

    /// Reads the days of reminders: rising; an empty list for none.
    private static func reminderDays(_ object: inout SettingsObject) -> [Int]? {
        guard let value = object.value("reminder_days") else { return nil }
        let days = value.elements.map { element -> Int in
            if case .integer(let day) = element, (1...3650).contains(day) { return Int(day) }
            return 0
        }
        var isList = false
        if case .array = value { isList = true }
        guard isList, days.count <= 30, !days.contains(0), zip(days, days.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            object.refuse(
                "reminder_days",
                "\(SettingsObject.shown(value)) does not fit; write days from 1 to 3650 that rise, as [3, 7, 14, 30], or [] for none"
            )
            return nil
        }
        return days
    }

    /// Returns slips that only the store's sites show: channels that hear of sites that are not there.
    package func faults(knownSites known: [String]) -> [SettingsFault] {
        channels.flatMap { channel in
            (channel.sites ?? []).subtracting(known).sorted().map {
                let names = known.isEmpty ? "none" : known.sorted().joined(separator: ", ")
                return SettingsFault(
                    place: "\(channel.place).sites",
                    reason: "there is no site \(SettingsObject.shown($0)); known are \(names)"
                )
            }
        }
    }

    /// Variables that hold secrets: they are not handed on to programs.
    package var secretVariables: Set<String> {
        let sources =
            channels.flatMap { $0.kind.secrets.map(\.source) } + [aliveURL, watchURL].compactMap { $0 }
        return Set(sources.compactMap { if case .env(let name) = $0 { name } else { nil } })
    }
}
