// Home automation's discovery against what its documentation and its own schema take: members that must be there, members that are
// known, and their types. Unknown members make Home Assistant refuse a component.

import Foundation
import Notify
import Readings
import Testing

/// What a member may be.
private enum Form {
    case text, count, topic, template, entity, texts
    case one(of: Set<String>)

    func takes(_ value: Any) -> Bool {
        switch self {
        case .text: value is String
        case .count: (value as? Int).map { $0 > 0 } ?? false
        case .topic: (value as? String)?.wholeMatch(of: /[^+#\0]+/) != nil
        case .template: (value as? String)?.wholeMatch(of: /\{\{ value_json[^{}]+ \}\}/) != nil
        case .entity: (value as? String)?.wholeMatch(of: /(sensor|binary_sensor)\.[a-z0-9_]+/) != nil
        case .texts: value is [String]
        case .one(let words): (value as? String).map { words.contains($0) } ?? false
        }
    }
}

/// https://github.com/home-assistant/core/blob/dev/homeassistant/components/mqtt/schemas.py: what every entity takes;
/// `default_entity_id` instead of `object_id` since 2025.10.
private let common: [String: Form] = [
    "platform": .one(of: ["sensor", "binary_sensor"]), "unique_id": .text, "default_entity_id": .entity,
    "name": .text,
    "state_topic": .topic, "value_template": .template, "json_attributes_topic": .topic,
    "json_attributes_template": .template, "icon": .text,
    "entity_category": .one(of: ["diagnostic", "config"]),
    "expire_after": .count,
]
/// https://www.home-assistant.io/integrations/sensor.mqtt/#configuration-variables
private let sensor = common.merging(
    [
        "device_class": .one(of: ["timestamp", "battery", "enum"]), "unit_of_measurement": .one(of: ["%"]),
        "state_class": .one(of: ["measurement"]), "options": .texts,
    ]
) { $1 }
/// https://www.home-assistant.io/integrations/binary_sensor.mqtt/#configuration-variables
private let binarySensor = common.merging(["device_class": .one(of: ["problem"])]) { $1 }
/// https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
private let device: [String: Form] = [
    "identifiers": .texts, "name": .text, "model": .text, "sw_version": .text, "configuration_url": .text,
]
private let origin: [String: Form] = ["name": .text, "sw_version": .text, "support_url": .text]

@Suite("home automation")
struct HomeTests {
    typealias House = NotifyHouse

    private func messages(
        _ findings: [NotifiedFinding] = [House.pinned, House.lost],
        batteries: [(String, Double?)] = [("121212340006", 99), ("121212350006", nil)],
        gone: [String] = [],
        options: MessageOptions = MessageOptions()
    ) throws -> (config: [String: Any], state: [String: Any], topics: [String]) {
        var state = HomeState()
        state.batteries = batteries.map { (serial: $0.0, percent: $0.1) }
        state.relay = "closed"
        let all = HomeDevice.messages(
            id: "home",
            facts: House.facts(findings),
            state: state,
            gone: gone,
            options: options,
            discoveryPrefix: "homeassistant",
            version: "1.0"
        )
        let read = try all.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.payload)) as? [String: Any])
        }
        return (read[0], read[1], all.map(\.topic))
    }

    private func check(
        _ object: [String: Any],
        forms: [String: Form],
        required: Set<String>,
        place: String
    ) {
        #expect(required.isSubset(of: object.keys), "\(place)")
        for (name, value) in object {
            let takes = forms[name]?.takes(value) ?? false
            #expect(takes, "\(place).\(name)")
        }
    }

    @Test("the discovery is what the documentation says")
    func schema() throws {
        var options = MessageOptions()
        options.link = "http://sunvigil.lan:8420"
        let own = try messages(gone: ["121212360007"], options: options)
        #expect(own.topics == ["homeassistant/device/sunvigil_home/config", "sunvigil/home/state"])
        #expect(Set(own.config.keys) == ["device", "origin", "components", "qos"])
        check(
            try #require(own.config["device"] as? [String: Any]),
            forms: device,
            required: ["identifiers"],
            place: "device"
        )
        check(
            try #require(own.config["origin"] as? [String: Any]),
            forms: origin,
            required: ["name"],
            place: "origin"
        )
        let components = try #require(own.config["components"] as? [String: [String: Any]])
        var unique: [String] = []
        for (name, component) in components where component.count > 1 {
            let isBinary = component["platform"] as? String == "binary_sensor"
            let required: Set = [
                "platform", "unique_id", "default_entity_id", "state_topic", "value_template", "expire_after",
            ]
            check(component, forms: isBinary ? binarySensor : sensor, required: required, place: name)
            #expect(component["expire_after"] as? Int == 129_600)
            #expect(component["state_topic"] as? String == own.topics[1])
            // A list of words goes with no unit, and a class of its own.
            #expect(component["options"] == nil || component["device_class"] as? String == "enum")
            unique.append(try #require(component["unique_id"] as? String))
        }
        #expect(Set(unique).count == unique.count && unique.count == 8)
        #expect(components.values.count { $0.count == 1 && $0["platform"] as? String == "sensor" } == 1)
        #expect(components.keys.allSatisfy { $0.wholeMatch(of: /[a-z0-9_]+/) != nil })
    }

    @Test("every value that the discovery names stands in the state")
    func values() throws {
        let own = try messages()
        let components = try #require(own.config["components"] as? [String: [String: Any]])
        let charge = try #require(own.state["charge"] as? [String: Any])
        for (name, component) in components {
            let template = try #require(component["value_template"] as? String)
            if let part = template.firstMatch(of: /charge\['([^']+)'\]/)?.1 {
                #expect(charge[String(part)] != nil && String(part) == name)
            } else {
                #expect(template == "{{ value_json.\(name) }}" && own.state[name] != nil)
            }
        }
        #expect(own.state["problem"] as? String == "ON" && own.state["findings_open"] as? Int == 2)
        #expect(own.state["relay"] as? String == "closed")
        #expect(own.state["data_until"] as? String == "2026-03-05T01:00:00Z")
        #expect(charge.values.compactMap { $0 as? Double } == [99])
    }

    @Test(
        "what is a problem: a warning or worse that lasts, is not only suspected, and of which nobody said that he knows"
    )
    func problem() throws {
        var known = House.pinned
        known.standing = .known
        let suspected = House.finding(.batteryUnbalanced, sureness: .suspected)
        let notice = House.finding(.dropout, severity: .notice)
        for (finding, word) in [
            (House.lost, "ON"), (known, "OFF"), (suspected, "OFF"), (notice, "OFF"), (House.silence, "OFF"),
        ] {
            #expect(try messages([finding]).state["problem"] as? String == word, "\(finding.identity)")
        }
        #expect(try messages([]).state["gravest"] as? String == "nothing is open")
    }

    @Test("before the first check nobody knows whether there is a problem")
    func unknown() throws {
        let facts = SiteFacts(name: "home", zone: House.zone, nowUTCSeconds: House.now)
        let all = HomeDevice.messages(
            id: "home",
            facts: facts,
            state: HomeState(),
            gone: [],
            options: MessageOptions(),
            discoveryPrefix: "homeassistant",
            version: "1.0"
        )
        let state = try #require(
            try JSONSerialization.jsonObject(with: Data(all[1].payload)) as? [String: Any]
        )
        for name in ["problem", "data_until", "checked_at", "relay"] {
            #expect(state[name] is NSNull, "\(name)")
        }
    }

    @Test("many findings stay within what is kept, and within what a state may hold")
    func bounds() throws {
        let findings = (0..<60).map { number in
            var own = House.finding(
                .promiseOverdue,
                device: "case \(number)",
                severity: .warning,
                number: Int64(number + 1)
            )
            own.finding.evidence.text = String(repeating: "e\u{301}\u{302} 日本 ", count: 200)
            return own
        }
        let own = try messages(findings)
        let attributes = try #require(own.state["attributes"] as? [String: Any])
        let listed = try #require(attributes["findings"] as? [[String: Any]])
        #expect((1...20).contains(listed.count) && attributes["more"] as? Int == 60 - listed.count)
        #expect(try JSONSerialization.data(withJSONObject: attributes).count < 16_384)
        #expect(try #require(own.state["gravest"] as? String).unicodeScalars.count <= 255)
    }

    @Test("batteries keep their names whatever other batteries there are, and no two share one")
    func batteries() throws {
        func names(_ serials: [String], isWhole: Bool = false) throws -> [String] {
            var options = MessageOptions()
            options.hasFullSerials = isWhole
            let own = try messages(batteries: serials.map { ($0, 50) }, options: options)
            return try #require(own.config["components"] as? [String: Any]).keys.filter {
                $0.hasPrefix("battery")
            }.sorted()
        }
        let first = try names(["121212340006"])
        let both = try names(["121212350006", "121212340006"])
        #expect(both.count == 2 && both.contains(first[0]))
        let many = (0..<2_000).map { "1212\(String($0 + 1_000))0006" }
        #expect(Set(try names(many)).count == 2_000)
        #expect(try names(["121212340006"], isWhole: true) == ["battery_121212340006"])
    }

    @Test("a battery that is gone and is there again is not sent as gone")
    func gone() throws {
        let own = try messages(gone: ["121212340006", "121212360007"])
        let components = try #require(own.config["components"] as? [String: [String: Any]])
        #expect(components.values.count { $0.count == 1 } == 1)
    }

    @Test("a device of before is taken away by empty messages to its own topics")
    func farewell() {
        let gone = HomeDevice.farewell(id: "home", discoveryPrefix: "homeassistant")
        #expect(gone.map(\.topic) == ["homeassistant/device/sunvigil_home/config", "sunvigil/home/state"])
        #expect(gone.allSatisfy { $0.payload.isEmpty })
    }
}
