// Which messages are due, told with findings made by hand: a test for each row of the life of a notification.

import Notify
import Readings
import Testing
import Words

@Suite struct PlanTests {
    @Test func nothingIsTwoMessages() {
        #expect(OutboxPlan().isEmpty)
        var book = PlanBook.seen()
        #expect(book.plan().isEmpty)
    }

    @Test(
        "what lasts is told once, from warning on, sure or likely, unless its owner knows it or it is told with another"
    )
    func new() {
        var book = PlanBook.seen {
            $0.findings = [
                .open("a"), .open("critical", severity: .critical), .open("notice", severity: .notice),
                .open("suspected"), .open("acknowledged"), .open("muted"), .open("led"),
            ]
        }
        book.change("suspected") { $0.finding.sureness = .suspected }
        book.change("acknowledged") { ($0.isQuiet, $0.standing) = (true, .known) }
        book.change("muted") { ($0.isQuiet, $0.isMuted) = (true, true) }
        book.change("led") { $0.leader = "a" }
        #expect(book.told() == ["new critical", "new a"])
        #expect(book.told() == [])
        book.change("muted") { ($0.isQuiet, $0.isMuted) = (false, false) }
        book.change("led") { $0.leader = nil }
        book.change("notice") { $0.finding.severity = .warning }
        #expect(book.told(run: 0) == ["new led", "new muted", "new notice"])
    }

    @Test("what is told as sure or likely is what is not suspected, of every kind")
    func sureness() {
        for kind in FindingKind.allCases {
            for sureness in Sureness.allCases {
                var finding = NotifiedFinding.open("a", kind: kind).finding
                finding.sureness = sureness
                #expect((OwnerWords.told(finding) == .suspected) == (sureness == .suspected))
            }
        }
    }

    @Test("a channel hears from its severity on")
    func fromSeverity() {
        var book = PlanBook.seen {
            $0.channel.fromSeverity = .critical
            $0.findings = [.open("a"), .open("b", severity: .critical)]
        }
        #expect(book.told() == ["new b"])
        book.channel.fromSeverity = .notice
        book.findings.append(.open("c", severity: .notice))
        #expect(book.told() == ["new a", "new c"])
    }

    @Test("what was over before it was found is one sentence for 14 days; older ones are counted")
    func newAndOver() {
        var book = PlanBook.seen {
            $0.findings = [
                NotifiedFinding.open("a", since: $0.now - 20 * PlanBook.day).ended(
                    $0.now - 13 * PlanBook.day
                ),
                NotifiedFinding.open("explained").ended($0.now - PlanBook.day, standing: .over),
                NotifiedFinding.open("old", since: 0).ended($0.now - 15 * PlanBook.day),
                NotifiedFinding.open("older", since: 0).ended(86_400, standing: .over),
                NotifiedFinding.open("notice", since: 0, severity: .notice).ended(86_400),
                NotifiedFinding.open("known long", since: 0).ended(86_400),
            ]
            for index in 0..<5 { $0.findings[index].isFresh = true }
        }
        #expect(book.told() == ["new_and_over a", "older×2 1"])
        for index in 0..<5 { book.findings[index].isFresh = false }
        #expect(book.told() == [])
        book.change("a") { $0.finding.end = nil }
        #expect(book.told() == ["again(1) a"])
        book.pass(days: 1)
        book.end("a")
        #expect(book.told() == ["over(2) a"])
    }

    @Test("what is older alone waits in a message of its own for the week's")
    func older() throws {
        var book = PlanBook.seen {
            $0.findings = [NotifiedFinding.open("a", since: 0).ended(86_400, standing: .over)]
            $0.findings[0].isFresh = true
        }
        let first = try #require(book.plan().items.first)
        // Monday, 2026-07-06 06:00.
        #expect(first.dueMicroseconds == 1_783_317_600_000_000)
        #expect(first.events.map(\.event) == [.older])
        book.findings = [NotifiedFinding.open("b", since: 0).ended(86_400, standing: .over)]
        book.findings[0].isFresh = true
        let second = try #require(book.plan().items.first)
        #expect(second.dedupe != first.dedupe)
        book.channel.digestWeekday = nil
        #expect(book.plan().items.first?.dueMicroseconds == (book.now + 7 * PlanBook.day) * 1_000_000)
    }

    @Test("a severity that rises is told once, also of what was acknowledged, not of what is muted")
    func worse() {
        var book = PlanBook.seen { $0.findings = [.open("a"), .open("b"), .open("c")] }
        #expect(book.told().count == 3)
        let known = book.now * 1_000_000
        book.change("b") {
            ($0.isQuiet, $0.standing, $0.acknowledgedMicroseconds) = (true, .known, known)
        }
        book.change("c") { ($0.isQuiet, $0.isMuted) = (true, true) }
        for identity in ["a", "b", "c"] { book.change(identity) { $0.finding.severity = .critical } }
        book.pass(days: 1)
        #expect(book.told() == ["worse(critical) a", "worse(critical) b"])
        #expect(book.told() == [])
        for identity in ["a", "b"] { book.change(identity) { $0.finding.severity = .warning } }
        #expect(book.told() == [])
        for identity in ["a", "b"] { book.change(identity) { $0.finding.severity = .critical } }
        #expect(book.told() == [])
        // What grew worse ends the acknowledgement: it is reminded of.
        book.pass(days: 3)
        #expect(book.told(run: 0).contains("reminder(3) b"))
        // Of a time that is yet to come it is not known whether it lies behind the acknowledgement.
        for index in book.marks.indices where book.marks[index].told.event == .worse {
            book.marks[index].atMicroseconds += 400 * PlanBook.day * 1_000_000
        }
        book.pass(days: 4)
        #expect(book.told(run: 0) == ["digest(2026-07-06) 1", "reminder(7) a"])
        book.change("c") { ($0.isQuiet, $0.isMuted) = (false, false) }
        #expect(book.told() == ["worse(critical) c"])
        // Its reminder counts as told with it.
        #expect(book.told() == [])
    }

    @Test("a cost that has doubled and grew by 5 kWh is told")
    func cost() {
        var book = PlanBook.seen {
            $0.findings = [.open("a", kWh: 4), .open("b", kWh: 6), .open("c"), .open("d", kWh: 100)]
        }
        #expect(book.told() == ["new d", "new b", "new a", "new c"])
        func costs(_ kWh: [Double]) {
            for (identity, lost) in zip(["a", "b", "c", "d"], kWh) {
                book.change(identity) { $0.finding.evidence = Evidence { $0.lostKWh = lost } }
            }
        }
        costs([8, 11.9, 7, 199.9])
        #expect(book.told() == [])
        costs([9, 12, 7, 200])
        #expect(book.told() == ["worse(cost:200000) d", "worse(cost:12000) b", "worse(cost:9000) a"])
        #expect(book.told() == [])
        costs([17, 23.9, 7, 399])
        #expect(book.told() == [])
        costs([18, 23.9, 7, 399])
        #expect(book.told() == ["worse(cost:18000) a"])
    }

    @Test(
        "what is over is told where it was told, whether it ended, was filled or is gone; an acknowledged one too, a muted one not"
    )
    func over() {
        var book = PlanBook.seen {
            $0.findings = ["ended", "filled", "gone", "acknowledged", "muted"].map { .open($0) }
        }
        #expect(book.told().count == 5)
        book.findings.append(NotifiedFinding.open("never told").ended(book.now - 20 * PlanBook.day))
        book.pass(days: 1)
        let now = Instant(utcSeconds: book.now)
        book.change("ended") { $0.finding.end = now }
        book.change("filled") { $0.state = .closed }
        book.change("acknowledged") { ($0.isQuiet, $0.finding.end) = (true, now) }
        book.change("muted") { ($0.isQuiet, $0.isMuted, $0.finding.end) = (true, true, now) }
        book.findings.removeAll { $0.identity == "gone" }
        book.isChecked = false
        #expect(book.told() == ["over(1) acknowledged", "over(1) ended", "over(1) filled"])
        book.isChecked = true
        #expect(book.told() == ["over(1) gone"])
        #expect(book.told() == [])
        book.change("muted") { ($0.isQuiet, $0.isMuted) = (false, false) }
        #expect(book.told() == ["over(1) muted"])
    }

    @Test("what comes back is told at once, once in 7 days; what grew worse meanwhile at once")
    func again() {
        var book = PlanBook.seen { $0.findings = [.open("a")] }
        func set(_ lasts: Bool) {
            let end = lasts ? nil : Instant(utcSeconds: book.now)
            book.change("a") { $0.finding.end = end }
        }
        #expect(book.told() == ["new a"])
        var told: [[String]] = []
        for lasts in [false, true, false, true, false, true] {
            book.pass(days: 0.25)
            set(lasts)
            told.append(book.told())
        }
        #expect(told == [["over(1) a"], ["again(1) a"], ["over(2) a"], [], [], []])
        book.pass(days: 5)
        #expect(book.told() == ["digest(2026-07-06) 1"])
        book.pass(days: 1.1)
        #expect(book.told() == ["again(2) a"])
        book.pass(days: 0.25)
        set(false)
        #expect(book.told() == ["over(3) a"])
        set(true)
        #expect(book.told() == [])
        book.change("a") { $0.finding.severity = .critical }
        #expect(book.told() == ["again(3) a"])
    }
}
