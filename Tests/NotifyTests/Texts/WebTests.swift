// The bodies for ntfy, for webhooks of both forms, and for programs.

import Foundation
import Notify
import Readings
import Testing

@Suite("bodies for the web and for programs")
struct WebTests {
    typealias House = NotifyHouse

    private func object(_ value: JSONValue) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(value.compact.utf8)) as? [String: Any])
    }

    // MARK: ntfy

    @Test("ntfy gets a priority by how grave it is, and quiet words for what is over")
    func priorities() throws {
        let notice = House.finding(.dropout, severity: .notice)
        let digest = Message(
            House.item([ToldEvent(.digest, identity: "1", severity: .critical)]),
            facts: House.facts([]),
            options: MessageOptions()
        )
        for (message, priority, tag) in [
            (House.message([(.new, House.pinned)]), 5, "rotating_light"),
            (House.message([(.reminder, House.lost)]), 4, "warning"),
            (House.message([(.new, notice)]), 3, "information_source"),
            (House.message([(.over, House.silence)]), 2, "white_check_mark"),
            (House.message([(.new, House.silence)]), 2, "white_check_mark"), (digest, 2, "calendar"),
            (
                Message.test(channel: "phone", facts: House.facts([]), id: "t", options: MessageOptions()), 3,
                "information_source"
            ),
        ] {
            let body = try object(NtfyBody.json(message, topic: "topic", delayUntil: nil))
            #expect(body["priority"] as? Int == priority, "\(message.title)")
            #expect(body["tags"] as? [String] == [tag])
            #expect(Set(body.keys) == ["topic", "title", "message", "priority", "tags", "sequence_id"])
        }
    }

    @Test("ntfy gets the link, the time until which to wait, and a name that it takes")
    func members() throws {
        var options = MessageOptions()
        options.link = "https://sunvigil.example.org/"
        var message = House.message([(.new, House.pinned)], options: options)
        let body = try object(NtfyBody.json(message, topic: "t", delayUntil: 1_772_700_000))
        #expect(body["click"] as? String == "https://sunvigil.example.org/")
        #expect(body["delay"] as? String == "1772700000")
        #expect(body["sequence_id"] as? String == message.id)
        for id in House.hostileNames + [String(repeating: "a", count: 65)] {
            message.id = id
            let own =
                try object(NtfyBody.json(message, topic: "t", delayUntil: nil))["sequence_id"] as? String
            #expect(try #require(own).wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil)
        }
    }

    @Test("a long message is cut between two characters, and says so")
    func cut() throws {
        for letter in ["x", "ß", "日", "👍🏽", "e\u{301}"] {
            for shift in 0..<5 {
                var message = House.message([(.new, House.pinned)])
                message.lines = [
                    String(repeating: "a", count: shift) + String(repeating: letter, count: 4_000)
                ]
                message.title = String(repeating: letter, count: 1_100)
                let body = try object(NtfyBody.json(message, topic: "t", delayUntil: nil))
                let text = try #require(body["message"] as? String)
                #expect(text.utf8.count <= 3_800 && text.utf8.count > 3_600)
                #expect(text.hasSuffix("\n… cut here; the whole stands in: sunvigil findings --open\n"))
                let kept = text.components(separatedBy: "\n… cut here")[0]
                #expect(message.text.hasPrefix(kept) && kept.hasSuffix(letter))
                #expect(try #require(body["title"] as? String).utf8.count <= 1_024)
            }
        }
    }

    // MARK: Webhooks

    @Test("our own form names its version, the message and what changed")
    func own() throws {
        let message = House.message([(.new, House.pinned), (.over, House.silence)])
        let body = try object(WebhookBody.own(message))
        #expect(body["version"] as? Int == 1 && body["run"] as? Int == 7)
        #expect(body["id"] as? String == message.id && body["site"] as? String == "home")
        #expect(body["sent_at"] as? String == "2026-03-05T06:00:00Z")
        let changes = try #require(body["changes"] as? [[String: Any]])
        #expect(changes.map { $0["event"] as? String } == ["new", "over"])
        #expect(changes[0]["device"] as? String == "…0006" && changes[0]["end"] is NSNull)
        #expect(
            (changes[0]["evidence"] as? [String: Double]) == ["lowest_soc_pct": 99, "highest_soc_pct": 99]
        )
        let open = try #require(body["open"] as? [[String: Any]])
        #expect(open.map { $0["id"] as? Int } == [12])
        #expect(open[0]["fingerprint"] as? String == changes[0]["fingerprint"] as? String)
    }

    @Test("Alertmanager's form has all members of version 4, and only those")
    func alertmanager() throws {
        let message = House.message([(.new, House.pinned), (.worse, House.lost), (.over, House.silence)])
        let body = try object(WebhookBody.alertmanager(message, channel: "hook"))
        // https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
        #expect(
            Set(body.keys) == [
                "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels",
                "commonAnnotations", "externalURL", "alerts",
            ]
        )
        #expect(body["version"] as? String == "4" && body["status"] as? String == "firing")
        #expect(body["receiver"] as? String == "hook" && body["truncatedAlerts"] as? Int == 0)
        #expect(body["commonLabels"] as? [String: String] == ["site": "home"])
        let alerts = try #require(body["alerts"] as? [[String: Any]])
        #expect(alerts.map { $0["status"] as? String } == ["firing", "firing", "resolved"])
        for alert in alerts {
            #expect(
                Set(alert.keys) == [
                    "status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint",
                ]
            )
            #expect(alert["labels"] is [String: String] && alert["annotations"] is [String: String])
            #expect(try #require(alert["fingerprint"] as? String).wholeMatch(of: /[0-9a-f]{16}/) != nil)
        }
        #expect(alerts[0]["endsAt"] as? String == "0001-01-01T00:00:00Z")
        #expect(alerts[2]["endsAt"] as? String == "2026-03-03T06:00:00Z")
    }

    @Test("an alert and its end have one fingerprint; two batteries with the same last digits have two")
    func fingerprints() throws {
        func prints(_ told: [(MessageEvent, NotifiedFinding)]) throws -> [String] {
            let body = try object(WebhookBody.alertmanager(House.message(told), channel: "hook"))
            return try #require(body["alerts"] as? [[String: Any]]).compactMap {
                $0["fingerprint"] as? String
            }
        }
        let first = House.finding(.batteryPinned)
        let second = House.finding(.batteryPinned, device: "121212350006")
        var over = first
        over.state = .closed
        let both = try prints([(.new, first), (.new, second)])
        #expect(Set(both).count == 2)
        #expect(try prints([(.over, over)]) == [try prints([(.new, first)])[0]])
    }

    @Test("what is about the site as a whole leaves no alert open")
    func whole() throws {
        for event in [MessageEvent.digest, .older, .state] {
            let item = House.item([ToldEvent(event, identity: "1", severity: .notice)])
            let message = Message(item, facts: House.facts([]), options: MessageOptions())
            let body = try object(WebhookBody.alertmanager(message, channel: "hook"))
            #expect(body["status"] as? String == "resolved")
            #expect((body["alerts"] as? [[String: Any]])?.count == 1)
        }
    }

    // MARK: Programs

    @Test("a program gets title, text and JSON in one line, and variables")
    func program() throws {
        let message = House.message([(.new, House.pinned)])
        let input = CommandInput(message)
        let text = String(decoding: input.bytes, as: UTF8.self)
        #expect(text.hasPrefix("\(message.title)\n\nCritical: Battery …0006"))
        let last = try #require(text.split(separator: "\n").last)
        #expect(try JSONSerialization.jsonObject(with: Data(last.utf8)) is [String: Any])
        #expect(
            input.variables == [
                "SUNVIGIL_TITLE": message.title, "SUNVIGIL_EVENT": "new", "SUNVIGIL_LEVEL": "critical",
                "SUNVIGIL_SITE": "home", "SUNVIGIL_ID": message.id,
            ]
        )
    }
}
