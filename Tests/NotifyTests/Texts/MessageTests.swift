// What messages say: how things stand when they are sent, in which order, and how much of it.

import Notify
import Readings
import Testing

@Suite("messages")
struct MessageTests {
    typealias House = NotifyHouse

    @Test("the text of a message of several findings is what somebody looked at")
    func golden() {
        var options = MessageOptions()
        options.link = "http://sunvigil.lan:8420"
        let events = [
            House.event(.new, House.pinned), House.event(.worse, House.lost, level: "cost:41300"),
            House.event(.over, House.silence),
        ]
        let facts = House.facts([House.pinned, House.lost, House.silence])
        let message = Message(House.item(events), facts: facts, options: options)
        #expect(message.title == "[home] critical: battery …0006 has sat at 99 % for 3 days (+2)")
        #expect(
            message.text == """
                Critical: Battery …0006 has sat at 99 % for 3.0 days, since 2026-03-02 07:00, and keeps taking charge.
                  Likely, the rule seldom misleads.
                  What to do: Open a support case with this evidence: the battery's state of charge is stuck.
                  With it: #13 battery …0006 has kept firmware 2.0 since 2026-03-02 07:00.
                  If you know of it: sunvigil ack 12
                  All about it: sunvigil findings 12

                Warning: Measured production fell to about 75 % of what this array gave under the same sun since 2026-02-24 07:00 (9.0 days so far): 1 of 4 inverters gives nothing (…5678) (told by the inverters' own counters); about 41 kWh so far.
                  It has grown worse: what it costs has doubled.
                  Likely, the rule seldom misleads.
                  About 41 kWh not produced so far, worth 3.30 to 12.80 EUR.
                  What to do: Look at the breaker of one of four branches, then at the gateway's list of inverters.
                  If you know of it: sunvigil ack 15
                  All about it: sunvigil findings 15

                Over: Your data stopped on 2026-02-13 07:00 and came back on 2026-03-03 07:00 (18.0 days).
                  About 210 kWh were not recorded; that alone does not say that they were lost.
                  What to do: It has ended. Ask the vendor why nobody told you; the section on the utility says what the panels did meanwhile.
                  All about it: sunvigil findings 9

                http://sunvigil.lan:8420

                """
        )
    }

    @Test("the text of a week is what somebody looked at")
    func goldenWeek() {
        var known = House.lost
        known.standing = .known
        known.isQuiet = true
        let notices = (0..<3).map {
            House.finding(.dropout, device: "site", daysAgo: 6 + $0, endedDaysAgo: 5, severity: .notice)
        }
        var suspected = House.finding(
            .batteryUnbalanced,
            device: "121212350006",
            severity: .warning,
            sureness: .suspected
        )
        suspected.number = 0
        var facts = House.facts([House.pinned, known, House.silence, suspected] + notices)
        facts.week = House.week
        let item = House.item([ToldEvent(.digest, identity: "1", level: "2026-03-02", severity: .notice)])
        let message = Message(item, facts: facts, options: MessageOptions())
        #expect(message.title == "[home] this week: 3 things to look at")
        #expect(
            message.text == """
                The week from 2026-02-23 to 2026-03-01:
                Data: 670 of 672 intervals (99.7 %).
                Recorded: produced 120.4 kWh, consumed 80.1 kWh, imported 12.0 kWh.
                Messages by the channel phone do not go: HTTP 403 of the server.
                Lasts, critical: battery …0006 has sat at 99 % for 3.0 days, since 2026-03-02 07:00, and keeps taking charge (sunvigil findings 12).
                Suspected, warning: battery …0006 stands apart from the others since 2026-03-02 07:00 (3.0 days so far).
                You know of it, warning: measured production fell to about 75 % of what this array gave under the same sun since 2026-02-24 07:00 (9.0 days so far): 1 of 4 inverters gives nothing (…5678) (told by the inverters' own counters); about 41 kWh so far (sunvigil findings 15).
                Worth knowing: lost report 3 times.
                Data up to 2026-03-05 02:00, 5 hours old.

                """
        )
    }

    @Test("a week in which nothing is to be done says so")
    func quietWeek() {
        var facts = House.facts([House.silence])
        facts.week = House.week
        facts.week?.failingChannels = []
        let item = House.item([ToldEvent(.digest, identity: "1", severity: .notice)])
        let message = Message(item, facts: facts, options: MessageOptions())
        #expect(message.title == "[home] this week: all is well")
        #expect(message.text.contains("Nothing lasts that needs a look."))
        #expect(message.event == .digest)
    }

    @Test("what is new and over before it is sent is told as over")
    func overBySending() {
        var ended = House.pinned
        ended.finding.end = Instant(utcSeconds: House.now - House.day)
        ended.finding.knownEnd = Instant(utcSeconds: House.now - House.day)
        let message = House.message([(.new, ended)])
        #expect(message.event == .newAndOver)
        #expect(message.title == "[home] over: battery …0006 sat at 99 % for 2 days and kept taking charge")
        #expect(message.entries[0].lines[0] == "It was, and is over.")
        #expect(!message.text.contains("sunvigil ack"))
    }

    @Test("new and over of one finding in one message are one entry")
    func oneEntry() {
        let own = House.silence
        let item = House.item([House.event(.new, own), House.event(.over, own, level: "1")])
        let message = Message(item, facts: House.facts([own]), options: MessageOptions())
        #expect(message.entries.map(\.event) == [.newAndOver])
    }

    @Test("what was over and lasts again when it is sent is not told as over")
    func backBySending() {
        let message = House.message([(.over, House.pinned)])
        #expect(message.event == .again)
        #expect(message.text.contains("It was over, and holds again."))
    }

    @Test("a finding that new data filled says by which documents, without their folders and long numbers")
    func filled() {
        var own = House.silence
        own.state = .closed
        own.closedBy = ClosingReason(filledBy: [(3, "/home/me/4711815_march.csv"), (4, "C:\\me\\b.csv")])
        let message = House.message([(.over, own)])
        #expect(message.entries[0].lines[0] == "New data fill it: …1815_march.csv, b.csv.")
        #expect(!message.text.contains("What to do"))
    }

    @Test("a finding whose start has moved is found; another one of its kind is not taken for it")
    func moved() {
        let told = House.event(.new, House.pinned)
        let near = House.finding(.batteryPinned, daysAgo: 5)
        let found = Message(House.item([told]), facts: House.facts([near]), options: MessageOptions())
        #expect(found.entries[0].identity == near.identity)
        let long = House.finding(.batteryPinned, daysAgo: 80)
        let other = House.finding(.batteryPinned, device: "121212350006")
        let ended = House.finding(.batteryPinned, daysAgo: 90, endedDaysAgo: 60)
        for (findings, isFound) in [([long], true), ([other], false), ([ended], false), ([], false)] {
            let facts = House.facts(findings)
            let message = Message(House.item([told]), facts: facts, options: MessageOptions())
            #expect((message.entries[0].number == 12) == isFound, "\(findings.map(\.identity))")
        }
    }

    @Test("what nothing is left of is told in a plain sentence")
    func gone() {
        let item = House.item([House.event(.over, House.pinned)])
        let message = Message(item, facts: House.facts([]), options: MessageOptions())
        #expect(
            message.text
                == "Over: What was told as battery stuck of …0006, since 2026-03-02 07:00, is seen no more.\n"
        )
    }

    @Test("the gravest that lasts comes first, and what is over last; five are told, the rest is counted")
    func order() {
        let many = (0..<8).map {
            House.finding(
                .batteryNoCharge,
                device: "12121234100\($0)",
                daysAgo: 2 + Int64($0),
                severity: $0 == 3 ? .critical : .warning,
                number: 20 + Int64($0)
            )
        }
        let message = House.message(
            [(.over, House.silence)] + many.map { (.new, $0) }
        )
        #expect(message.entries.first?.number == 23)
        #expect(message.entries.last?.number == 9)
        #expect(message.level == .critical)
        #expect(message.title.hasSuffix(" (+8)"))
        #expect(message.text.contains("4 more findings; list them with: sunvigil findings --open"))
        #expect(message.text.split(separator: "\n").count { $0.contains("All about it") } == 5)
    }

    @Test("a channel's first message counts what is open and what is old")
    func openNow() {
        let events = [
            ToldEvent(.openNow, identity: "1", severity: .critical), House.event(.new, House.pinned),
            House.event(.new, House.lost), ToldEvent(.older, identity: "1", severity: .warning, count: 12),
        ]
        let facts = House.facts([House.pinned, House.lost])
        let message = Message(House.item(events), facts: facts, options: MessageOptions())
        #expect(message.event == .openNow)
        #expect(
            message.title == "[home] 2 findings are open, the gravest: battery …0006 has sat at 99 %…"
        )
        #expect(message.text.contains("12 older findings were over long before they were found"))
        #expect(message.open.count == 2)
    }

    @Test("a reminder says how long it lasts, and a message that was late says so")
    func reminder() {
        var own = House.pinned
        own.timesBack = 2
        var item = House.item([House.event(.reminder, own, level: "3")])
        item.dueMicroseconds -= 8 * 3_600_000_000
        item.attempts = 3
        let message = Message(item, facts: House.facts([own]), options: MessageOptions())
        #expect(message.title == "[home] critical, still: battery …0006 has sat at 99 % for 3 days")
        #expect(
            message.text.contains(
                "It has lasted 3 days, has come back 2 times, and you have not said that you know of it."
            )
        )
        #expect(
            message.text.contains("This message was due on 2026-03-04 23:00 and could not be sent before.")
        )
    }

    @Test("what may only not have been measured may be worth nothing")
    func worth() {
        var doubtful = House.lost
        doubtful.finding.evidence.cause = "unknown"
        #expect(
            House.message([(.new, House.lost)]).text.contains(
                "kWh not produced so far, worth 3.30 to 12.80 EUR."
            )
        )
        #expect(
            House.message([(.new, doubtful)]).text.contains(
                "not produced, or not measured so far, worth 0.00 to 12.80 EUR."
            )
        )
    }

    @Test("a test says that it is one")
    func test() {
        let message = Message.test(
            channel: "phone",
            facts: House.facts([]),
            id: "t",
            options: MessageOptions()
        )
        #expect(message.title == "[home] test of the channel phone")
        #expect(message.text.contains("Nothing is wrong."))
    }

    @Test(
        "only an address of the web is a link",
        arguments: [
            "javascript:alert(1)", "http://a b", "http://a\r\nX: y", "https://a/\"><script>", "ftp://a", "",
            "http://a/\u{202E}",
        ]
    )
    func links(link: String) {
        var options = MessageOptions()
        options.link = link
        #expect(House.message([(.new, House.pinned)], options: options).link == nil)
    }

    @Test("of what the data show no more no length is told: nobody knows how long it lasted")
    func seenNoMore() throws {
        var own = House.pinned
        own.state = .closed
        let message = House.message([(.over, own)])
        let entry = try #require(message.entries.first)
        #expect(entry.headline.contains("seen no more in the data"))
        #expect(!entry.headline.contains("days") && !entry.lines.contains { $0.contains("days") })
    }

    @Test("a reminder tells how long it lasts as far as it is known, whatever the time is now")
    func knownLength() throws {
        var own = House.pinned
        own.finding.knownEnd = Instant(utcSeconds: own.finding.start.utcSeconds + 2 * 86_400 + 3600)
        let entry = try #require(House.message([(.reminder, own)]).entries.first)
        #expect(entry.lines.contains { $0.hasPrefix("It has lasted 2 days") }, "\(entry.lines)")
    }
}
