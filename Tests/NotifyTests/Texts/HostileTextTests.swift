// What leaves the house: no whole serial number, no place, no number of the system, nothing that a screen would act on, whatever
// findings of every kind say.

import Foundation
import Notify
import Readings
import Testing

@Suite("what leaves the house")
struct HostileTextTests {
    typealias House = NotifyHouse

    private static let secrets = [
        "121212340006", "482212345678", "902210004711", "AB-77XK-12345", "4711815", "51.42", "0.33", "2.17",
        "abababab", "/home/me", "MFkwEwYH",
    ]

    /// A finding of a kind that names everything it can.
    private static func talkative(_ kind: FindingKind, device: String, isOver: Bool = false)
        -> NotifiedFinding
    {
        var own = House.finding(
            kind,
            device: device,
            endedDaysAgo: isOver ? 1 : nil,
            severity: .warning,
            evidence: Evidence {
                $0.systemID = 4_711_815
                $0.serial = "121212340006"
                $0.serials = ["482212345678", "AB-77XK-12345"]
                $0.deviceKind = "battery"
                $0.before = kind == .keyChanged ? "MFkwEwYHKoZIzj0CAQ" : "902210004711"
                $0.after = kind == .keyChanged ? "MFkwEwYHKoZIzj0DAQ" : "121212340006"
                $0.statedLatitude = 51.42
                $0.statedLongitude = -0.33
                $0.proposedLatitude = 51.42
                $0.proposedLongitude = 2.17
                $0.hoursOff = 2.5
                $0.origins = ["/home/me/4711815.csv:3"]
                $0.texts = ["Gateway 902210004711 at 51.42"]
                $0.documents = [String(repeating: "ab", count: 32)]
                $0.source = "gateway_902210004711"
                $0.promisedBy = "installer"
                $0.text = "exchange 482212345678"
                $0.newestRowEnds = Instant(utcSeconds: House.now)
                $0.firmware = "2.0"
                $0.siblings = ["3.0"]
            }
        )
        own.companions = [
            "#4 battery AB-77XK-12345 and inverter 482212345678",
            "#5 the sun is 2.5 hours off the stated place 51.42, -0.33: slip; 51.42, 2.17 would fit",
        ]
        own.finding.sideEffects = [
            SideEffect(kind: .batteryDeep, device: "AB-77XK-12345", interval: own.finding.interval)
        ]
        return own
    }

    /// All that leaves the house of a finding, every form of it.
    private static func everything(_ own: NotifiedFinding, options: MessageOptions) -> String {
        var facts = House.facts([own])
        facts.week = House.week
        var texts: [String] = []
        for event in [MessageEvent.new, .reminder, .digest] {
            let told =
                event.isOfFinding
                ? House.event(event, own) : ToldEvent(event, identity: "1", severity: .warning)
            let message = Message(House.item([told]), facts: facts, options: options)
            texts += [message.title, message.text, WebhookBody.own(message).compact]
            texts.append(WebhookBody.alertmanager(message, channel: "hook").compact)
            texts.append(NtfyBody.json(message, topic: "t", delayUntil: nil).compact)
            texts.append(String(decoding: CommandInput(message).bytes, as: UTF8.self))
            let mail = MailText(message, from: "a@b.org", to: "c@d.org", inReplyTo: own.identity)
            texts.append(String(decoding: mail.bytes, as: UTF8.self).replacing("=\r\n", with: ""))
        }
        let home = HomeDevice.messages(
            id: "home",
            facts: facts,
            state: {
                var state = HomeState()
                state.batteries = [("121212340006", 50), ("AB-77XK-12345", nil)]
                return state
            }(),
            gone: ["482212345678"],
            options: options,
            discoveryPrefix: "homeassistant",
            version: "1.0"
        )
        texts += home.flatMap { [$0.topic, String(decoding: $0.payload, as: UTF8.self)] }
        return texts.joined(separator: "\n")
    }

    @Test(
        "no whole serial number, place, number of the system or document of any kind leaves the house",
        arguments: FindingKind.allCases
    )
    func nothingWhole(kind: FindingKind) {
        for device in ["AB-77XK-12345", "site"] {
            for isOver in [false, true] {
                let own = Self.talkative(kind, device: device, isOver: isOver)
                let text = Self.everything(own, options: MessageOptions())
                for secret in Self.secrets {
                    #expect(!text.contains(secret), "\(kind) of \(device): \(secret)")
                }
            }
        }
    }

    @Test("serial numbers are whole where the owner wants them whole, all else stays at home")
    func whole() {
        var options = MessageOptions()
        options.hasFullSerials = true
        let text = Self.everything(Self.talkative(.batteryPinned, device: "121212340006"), options: options)
        #expect(text.contains("121212340006") && text.contains("AB-77XK-12345"))
        for secret in ["4711815", "51.42", "abababab", "/home/me"] { #expect(!text.contains(secret)) }
    }

    @Test("many digits in a row are shortened although nobody knows them as a serial number, in any script")
    func digits() {
        var own = House.pinned
        own.companions = ["see 999988887777, x12345678y and ١٢٣٤٥٦٧٨٩", "1234567 and 2026-03-01 stay"]
        let lines = House.message([(.new, own)]).entries[0].lines.joined(separator: "|")
        #expect(lines.contains("see …7777, x…5678y and …٦٧٨٩"))
        #expect(lines.contains("1234567 and 2026-03-01 stay"))
    }

    @Test("a short word that happens to be a serial number is not cut out of other words")
    func shortSerials() {
        var facts = House.facts([House.pinned])
        facts.serials = ["1", "99", "site", "A1", "battery", "%"]
        let message = Message(
            House.item([House.event(.new, House.pinned)]),
            facts: facts,
            options: MessageOptions()
        )
        #expect(message.text.contains("Battery …0006 has sat at 99 % for 3.0 days"))
    }

    /// A message in which a name stands wherever one can.
    private static func message(_ name: String) -> Message {
        var own = House.finding(
            .firmwareBehind,
            device: name,
            evidence: Evidence {
                $0.firmware = name
                $0.siblings = [name]
                $0.deviceKind = name
                $0.serials = [name]
            }
        )
        own.companions = [name, name]
        own.closedBy = ClosingReason(filledBy: [(1, name)])
        var promise = House.finding(
            .promiseOverdue,
            device: name,
            number: 13,
            evidence: Evidence {
                $0.promisedBy = name
                $0.text = name
            }
        )
        promise.state = .closed
        promise.closedBy = own.closedBy
        var facts = House.facts([own, promise], name: name)
        facts.serials.insert(name)
        facts.tariff?.currency = name
        facts.week = House.week
        facts.week?.failingChannels = [(name, name)]
        let events = [
            House.event(.new, own), House.event(.over, promise),
            ToldEvent(.digest, identity: "1", severity: .notice),
            ToldEvent(.new, identity: "1|\(name)|\(name)|5", severity: .warning),
        ]
        return Message(House.item(events), facts: facts, options: MessageOptions())
    }

    private static func isHarmless(_ text: some StringProtocol) -> Bool {
        text.unicodeScalars.allSatisfy {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
            default: true
            }
        }
    }

    @Test("whatever names hold, a message is lines of visible text", arguments: House.hostileNames)
    func visible(name: String) throws {
        let message = Self.message(name)
        #expect(message.title.count <= 78 && message.title.unicodeScalars.count <= 400)
        #expect(Self.isHarmless(message.title), "\(message.title)")
        #expect(message.text.split(separator: "\n").allSatisfy(Self.isHarmless))
        for entry in message.entries {
            #expect(Self.isHarmless(entry.headline) && entry.lines.allSatisfy(Self.isHarmless))
        }
        #expect(message.lines.allSatisfy(Self.isHarmless))
        for body in [
            WebhookBody.own(message), WebhookBody.alertmanager(message, channel: "hook"),
            NtfyBody.json(message, topic: "topic", delayUntil: nil),
        ] {
            let text = body.compact
            #expect(Self.isHarmless(text))
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
        }
        let input = CommandInput(message)
        #expect(input.variables.values.allSatisfy(Self.isHarmless))
        #expect(input.bytes.starts(with: Array("\(message.title)\n\n".utf8)))
    }

    @Test(
        "whatever names hold, home automation gets clean topics, names of its own, and few bytes",
        arguments: House.hostileNames
    )
    func home(name: String) throws {
        let findings = (0..<60).map { House.finding(.batteryNoCharge, device: name + "\($0)", number: $0) }
        var state = HomeState()
        state.batteries = [(name, 5), (name + "2", .nan), ("1" + name, 500)]
        state.relay = name
        let messages = HomeDevice.messages(
            id: name,
            facts: House.facts(findings, name: name),
            state: state,
            gone: [name + "3", name],
            options: MessageOptions(),
            discoveryPrefix: name,
            version: "1.0"
        )
        #expect(messages.count == 2)
        for message in messages {
            #expect(message.topic.wholeMatch(of: /[A-Za-z0-9_\/-]+/) != nil, "\(message.topic)")
            #expect(message.payload.count < 16_384 || message.topic.hasSuffix("/config"))
            #expect(Self.isHarmless(String(decoding: message.payload, as: UTF8.self)))
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(message.payload)) }
        }
    }
}
