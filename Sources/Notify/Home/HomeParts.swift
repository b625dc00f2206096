// What Home Assistant is told of a site's device: its sensors, each with where its value stands. How they stand is written in
// HomeStateText.
// Source: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload,
// https://www.home-assistant.io/integrations/binary_sensor.mqtt/, https://www.home-assistant.io/integrations/sensor.mqtt/

import Readings

/// Makes the discovery of a device.
struct HomeParts {
    let id: String
    let topic: String
    let site: String

    /// The sensors that every site has, each with its name in the discovery.
    var fixed: [(String, JSONValue)] {
        let attributes: [(String, JSONValue)] = [
            ("device_class", .text("problem")), ("json_attributes_topic", .text(topic)),
            ("json_attributes_template", .text("{{ value_json.attributes | tojson }}")),
        ]
        let count: [(String, JSONValue)] = [
            ("icon", .text("mdi:format-list-bulleted")), ("state_class", .text("measurement")),
        ]
        let words: [(String, JSONValue)] = [
            ("device_class", .text("enum")), ("options", .array([.text("closed"), .text("open")])),
        ]
        return [
            ("problem", component("binary_sensor", "problem", title: "Problem", more: attributes)),
            ("gravest", component("sensor", "gravest", title: "Gravest finding", more: HomeParts.alert)),
            ("findings_open", component("sensor", "findings_open", title: "Open findings", more: count)),
            ("data_until", component("sensor", "data_until", title: "Data until", more: HomeParts.time)),
            ("checked_at", component("sensor", "checked_at", title: "Checked at", more: HomeParts.time)),
            ("relay", component("sensor", "relay", title: "Grid relay", more: words)),
        ]
    }

    private static let alert: [(String, JSONValue)] = [("icon", .text("mdi:alert"))]

    private static let time: [(String, JSONValue)] = [
        ("device_class", .text("timestamp")), ("entity_category", .text("diagnostic")),
    ]

    /// The charge of a battery.
    func battery(_ name: String, _ serial: String) -> JSONValue {
        component(
            "sensor",
            name,
            title: "Battery \(serial) charge",
            more: [
                ("device_class", .text("battery")), ("unit_of_measurement", .text("%")),
                ("state_class", .text("measurement")),
            ],
            value: "value_json.charge['\(name)']"
        )
    }

    /// A sensor whose value stands in the state under its name.
    private func component(
        _ platform: String,
        _ name: String,
        title: String,
        more: [(String, JSONValue)],
        value: String? = nil
    ) -> JSONValue {
        let unique = "sunvigil_\(id)_\(name)"
        return .object(
            [
                ("platform", .text(platform)), ("unique_id", .text(unique)),
                ("default_entity_id", .text("\(platform).\(HomeParts.slug(unique))")), ("name", .text(title)),
                ("state_topic", .text(topic)),
                ("value_template", .text("{{ \(value ?? "value_json.\(name)") }}")),
                ("expire_after", .integer(HomeDevice.expireSeconds)),
            ] + more
        )
    }

    /// Names of entities are small letters, digits and `_`.
    private static func slug(_ text: String) -> String { text.lowercased().replacing("-", with: "_") }

    /// The whole discovery.
    func discovery(_ components: [(String, JSONValue)], link: String?, version: String) -> JSONValue {
        var device: [(String, JSONValue)] = [
            ("identifiers", .array([.text("sunvigil_\(id)")])), ("name", .text("Sunvigil \(site)")),
            ("model", .text("Watch over a solar system")), ("sw_version", .text(version)),
        ]
        if let link { device.append(("configuration_url", .text(link))) }
        return .object([
            ("device", .object(device)),
            ("origin", .object([("name", .text("sunvigil")), ("sw_version", .text(version))])),
            ("components", .object(components)), ("qos", .integer(1)),
        ])
    }
}
