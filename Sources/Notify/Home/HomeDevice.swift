// A site as Home Assistant takes it over MQTT: one device with its sensors, and how they stand. No energy sensors: they would be
// booked at the hour at which they arrive.
// Source: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload

import Readings

/// A retained message of a broker.
package struct BrokerMessage: Sendable, Equatable {
    /// The topic.
    package var topic: String
    /// The payload.
    package var payload: [UInt8]

    /// Describes a message.
    package init(topic: String, payload: [UInt8]) { (self.topic, self.payload) = (topic, payload) }
}

/// How a site stands, for home automation.
package struct HomeState: Sendable, Equatable {
    /// Batteries by serial number: state of charge, percent; nil where it is not known.
    package var batteries: [(serial: String, percent: Double?)] = []
    /// The relay: `closed` or `open`; nil where it is not known.
    package var relay: String?

    /// Describes a site of which nothing is known.
    package init() {}

    package static func == (left: HomeState, right: HomeState) -> Bool {
        left.relay == right.relay && left.batteries.elementsEqual(right.batteries, by: ==)
    }
}

/// A site as a device of home automation.
package enum HomeDevice {
    /// After so long without news all is unavailable: a check runs every night, and one may be missed.
    static let expireSeconds: Int64 = 36 * 3600

    /// Returns the discovery and the state, in this order; each is retained.
    ///
    /// - Parameters:
    ///   - id: what tells this site's device from others: letters and digits, `sunvigil_ID`.
    ///   - gone: batteries that an earlier discovery had and that are gone: each is sent with its platform alone once.
    package static func messages(
        id: String,
        facts: SiteFacts,
        state: HomeState,
        gone: [String],
        options: MessageOptions,
        discoveryPrefix: String,
        version: String
    ) -> [BrokerMessage] {
        let safe = SafeText(facts, options)
        let id = StableName.token(id)
        let topic = "sunvigil/\(id)/state"
        let names = batteryNames(state.batteries.map(\.serial), isWhole: options.hasFullSerials)
        let parts = HomeParts(id: id, topic: topic, site: safe.of(facts.name, most: 64))
        var components = parts.fixed
        var charges: [(String, JSONValue)] = []
        for battery in state.batteries {
            guard let name = names[battery.serial], !charges.contains(where: { $0.0 == name }) else {
                continue
            }
            let label = safe.of(battery.serial, most: 60)
            // Two batteries may share their last digits: then the end of the name tells them apart.
            let isShared = state.batteries.contains {
                $0.serial != battery.serial && safe.of($0.serial, most: 60) == label
            }
            components.append((name, parts.battery(name, isShared ? "\(label) \(name.suffix(4))" : label)))
            charges.append((name, .optional(percent(battery.percent), decimals: 1)))
        }
        for serial in gone where names[serial] == nil {
            let name = batteryNames([serial], isWhole: options.hasFullSerials)[serial] ?? ""
            guard !components.contains(where: { $0.0 == name }) else { continue }
            components.append((name, .object([("platform", .text("sensor"))])))
        }
        let discovery = parts.discovery(components, link: Message.plainLink(options.link), version: version)
        let own = HomeStateText(facts, safe).json(relay: state.relay, charges: charges)
        return [
            BrokerMessage(
                topic: "\(prefix(discoveryPrefix))/device/sunvigil_\(id)/config",
                payload: Array(discovery.compact.utf8)
            ),
            BrokerMessage(topic: topic, payload: Array(own.compact.utf8)),
        ]
    }

    /// Returns what takes a device away that a site had under another name.
    package static func farewell(id: String, discoveryPrefix: String) -> [BrokerMessage] {
        let id = StableName.token(id)
        return [
            BrokerMessage(topic: "\(prefix(discoveryPrefix))/device/sunvigil_\(id)/config", payload: []),
            BrokerMessage(topic: "sunvigil/\(id)/state", payload: []),
        ]
    }

    /// Names of batteries, each another one, the same whatever other batteries there are: the last four characters and 16 bits of
    /// a hash; of two that share all that, the one that comes later by its serial number gets more of its hash.
    private static func batteryNames(_ serials: [String], isWhole: Bool) -> [String: String] {
        var names: [String: String] = [:]
        var taken: Set<String> = []
        for serial in Set(serials).sorted() {
            var name = "battery_\(StableName.token(isWhole ? serial : StableName.short(serial)))"
            if !taken.insert(name).inserted {
                name = "battery_\(StableName.hex(serial))"
                taken.insert(name)
            }
            names[serial] = name
        }
        return names
    }

    private static func percent(_ value: Double?) -> Double? {
        value.flatMap { $0.isFinite ? min(100, max(0, $0)) : nil }
    }

    /// The beginning of the topics of discovery, without what would make it a pattern.
    private static func prefix(_ text: String) -> String {
        let parts = text.split(separator: "/").map { StableName.token(String($0)) }
        return parts.isEmpty ? "homeassistant" : parts.joined(separator: "/")
    }
}
