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
    ) -> [BrokerMessage] { [] }
}
