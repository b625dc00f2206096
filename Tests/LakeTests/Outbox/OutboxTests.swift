// Messages and marks as the store keeps them: once, in order, whole or told as damaged, and as long as they are wanted.

import Foundation
import GRDB
import Lake
import Readings
import TestSupport
import Testing

@Suite("messages in the store")
struct OutboxTests {
    private let home: OutboxHome
    private var lake: LakeWriter { home.lake }

    init() throws { home = try OutboxHome() }

    private func event(_ identity: String, level: String = "", cost: Int64? = nil) -> ToldEvent {
        OutboxHome.event(identity, level: level, cost: cost)
    }

    @Test("what is planned twice is kept once, as it was planned first")
    func once() throws {
        let told = event("1|site|island|100", cost: 7)
        #expect(try home.keep([OutboxHome.item("a")], [OutboxHome.mark(told)]) == 1)
        let other = event("1|site|island|100", cost: 9)
        let again = OutboxHome.item("a", channel: "phone", at: OutboxHome.start + OutboxHome.day)
        let marks = [OutboxHome.mark(other, at: 5), OutboxHome.mark(told, channel: "phone", at: 6)]
        #expect(try home.keep([again, OutboxHome.item("b")], marks) == 1)
        let items = try lake.outbox()
        #expect(items.map(\.dedupe) == ["a", "b"] && items.map(\.itemID) == [1, 2])
        #expect(items[0].channel == "mail" && items[0].createdMicroseconds == OutboxHome.start)
        #expect(items[0].events == [event("1|site|island|100")] && items[0].state == .waiting)
        #expect(
            try lake.told(systemID: 1) == [
                OutboxHome.mark(told, channel: "phone", at: 6), OutboxHome.mark(told),
            ]
        )
        #expect(try lake.told(systemID: 2) == [] && lake.told().count == 2)
    }

    @Test("where nothing is planned nothing is written")
    func nothing() throws {
        let before = try Data(contentsOf: URL(filePath: lake.path + "/catalog.newest"))
        #expect(try home.keep([]) == 0)
        #expect(try lake.bringBack(nowMicroseconds: OutboxHome.start) == 0)
        try lake.keepOutbox([])
        #expect(try Data(contentsOf: URL(filePath: lake.path + "/catalog.newest")) == before)
    }

    @Test("any text comes back as it was, but for a zero, and events in their order")
    func texts() throws {
        let name = "a\"\\\n\r\u{202E}ü|/'; DROP TABLE sunvigil_told; --\u{1}"
        let events = [
            event("1|\(name)|island|100", level: name, cost: .some(1 << 50)),
            ToldEvent(.older, identity: "1", severity: .critical, count: 12),
        ]
        var item = OutboxHome.item(name, channel: name, events: events)
        try home.keep([item], [OutboxHome.mark(events[0], channel: name)])
        item = try #require(try lake.outbox().first)
        #expect(item.events == events && item.channel == name && item.dedupe == name)
        item.lastError = "a\u{0}b"
        item.receipt = name
        try lake.keepOutbox([item])
        #expect(try lake.outbox()[0].lastError == "a\u{FFFD}b" && lake.outbox()[0].receipt == name)
        #expect(try lake.told()[0].told == events[0] && lake.told()[0].channel == name)
        #expect(try lake.verify().damages == [])
    }

    @Test("questions: by state, the newest of so many, and when a channel's messages went")
    func questions() throws {
        try home.fill()
        #expect(try lake.outbox([.waiting, .failed]).map(\.state) == [.waiting, .failed])
        #expect(try lake.outbox(limit: 2).map(\.dedupe) == ["failed", "merged"])
        #expect(try lake.outbox([.sent, .waiting], limit: 1).map(\.dedupe) == ["sent"])
        #expect(try lake.outbox(limit: -1).isEmpty && lake.outbox([]).isEmpty)
        let sent = OutboxHome.start + OutboxHome.hour
        #expect(try lake.sentTimes(channel: "mail", since: sent) == [sent])
        #expect(try lake.sentTimes(channel: "mail", since: sent + 1) == [])
        #expect(try lake.sentTimes(channel: "phone", since: 0) == [])
        let desk = try home.snapshot().outboxDesk { desk in
            (try desk.waiting(), try desk.told(channel: "mail", systemID: 1), try desk.isChecked(systemID: 1))
        }
        #expect(desk.0.map(\.dedupe) == ["waiting"] && desk.1.count == 2 && !desk.2)
    }

    @Test("what became of a message is kept; what it tells stays once it was tried, and so does its name")
    func outcome() throws {
        try home.keep([OutboxHome.item("a")])
        var item = try lake.outbox()[0]
        item.events.append(event("1|site|outage|5"))
        item.attempts = 1
        item.firstTriedMicroseconds = OutboxHome.start
        item.nextMicroseconds += 9
        item.dueMicroseconds += 1
        try lake.keepOutbox([item])
        #expect(try lake.outbox() == [item])
        var late = item
        late.events = []
        (late.channel, late.createdMicroseconds, late.runID) = ("phone", 5, 9)
        (late.state, late.sentMicroseconds, late.attempts) = (.sent, OutboxHome.start + 9, 2)
        (late.lastError, late.receipt) = ("no", "250 ok")
        try lake.keepOutbox([late])
        (item.state, item.sentMicroseconds, item.attempts) = (.sent, OutboxHome.start + 9, 2)
        (item.lastError, item.receipt) = ("no", "250 ok")
        #expect(try lake.outbox() == [item])
        // Another message under its number, or one that is gone, is not this one.
        late.dedupe = "b"
        late.receipt = "other"
        var gone = item
        gone.itemID = 9
        try lake.keepOutbox([late, gone])
        #expect(try lake.outbox() == [item])
    }

    @Test("numbers that could not be read again are refused, and nothing is kept")
    func bounds() throws {
        let far = OutboxHome.item("a", at: .max - OutboxHome.hour)
        #expect(throws: LakeError.self) { try home.keep([OutboxHome.item("b"), far]) }
        #expect(throws: LakeError.self) {
            try home.keep([OutboxHome.item("b")], [OutboxHome.mark(event("home|island|100"))])
        }
        #expect(throws: LakeError.self) { try home.keep([OutboxHome.item("b", systemID: 0)]) }
        #expect(throws: LakeError.self) {
            try home.keep([], [OutboxHome.mark(event("1|site|island|100", cost: -1))])
        }
        #expect(try lake.outbox().isEmpty && lake.told().isEmpty)
    }

    @Test(
        "a clock that was ahead: what was kept then is brought back to now, what lies within the hour stays"
    )
    func clockAhead() throws {
        let (start, hour) = (OutboxHome.start, OutboxHome.hour)
        let ahead = start + 90 * OutboxHome.day
        try home.keep(
            [
                OutboxHome.item("ahead", at: ahead), OutboxHome.item("tried"),
                OutboxHome.item("near", at: start + hour),
            ],
            [
                OutboxHome.mark(event("1|a|island|1"), at: ahead), OutboxHome.mark(event("1|b|island|1")),
                OutboxHome.mark(event("1|c|island|1"), at: start + hour),
            ]
        )
        var tried = try lake.outbox()[1]
        tried.attempts = 1
        tried.firstTriedMicroseconds = ahead
        tried.nextMicroseconds = ahead + hour
        try lake.keepOutbox([tried])
        #expect(try lake.bringBack(nowMicroseconds: start) == 3)
        let items = try lake.outbox()
        #expect(items.map(\.createdMicroseconds) == [start, start, start + hour])
        #expect(items.map(\.dueMicroseconds) == [start + hour, start + hour, start + 2 * hour])
        #expect(items.map(\.nextMicroseconds) == [start + hour, start, start + 2 * hour])
        #expect(items[1].firstTriedMicroseconds == start)
        #expect(try lake.told().map(\.atMicroseconds) == [start, start, start + hour])
        #expect(try lake.bringBack(nowMicroseconds: start) == 0)
        #expect(try lake.verify().damages == [])
    }

    @Test(
        "messages that went, failed or were merged are forgotten after 400 days; what waits and the marks stay"
    )
    func forgetting() throws {
        try home.fill()
        home.clock.now += 400 * OutboxHome.day
        _ = try lake.expire(beforeMicroseconds: 0)
        #expect(try lake.outbox().count == 4)
        home.clock.now += 1
        _ = try lake.expire(beforeMicroseconds: 0)
        // It went an hour after it was planned.
        #expect(try lake.outbox().map(\.dedupe) == ["waiting", "sent"])
        home.clock.now += OutboxHome.hour
        _ = try lake.expire(beforeMicroseconds: 0)
        #expect(try lake.outbox().map(\.dedupe) == ["waiting"] && lake.told().count == 2)
    }

    @Test("a site that goes takes its messages and marks along; another name changes nothing")
    func sites() throws {
        try lake.makeSite("b")
        let marks = [event("1|site|island|100"), event("2|site|island|100"), event("12|site|island|100")]
        try home.keep(
            [OutboxHome.item("a"), OutboxHome.item("b", systemID: 2)],
            marks.map { OutboxHome.mark($0) }
        )
        try lake.renameSite("a", to: "c")
        #expect(try lake.told().count == 3 && lake.outbox().count == 2)
        #expect(try lake.removeSite(try lake.site(named: "b")))
        #expect(try lake.outbox().map(\.systemID) == [1])
        #expect(try lake.told().map(\.told.identity) == ["12|site|island|100", "1|site|island|100"])
    }

    @Test(
        "a row that is not as it was written is an error for readers and writers, and told by verify",
        arguments: [
            "UPDATE sunvigil_told SET event = 'shouted' WHERE event = 'new'",
            "UPDATE sunvigil_told SET at_us = at_us + 1 WHERE event = 'new'",
            "UPDATE sunvigil_told SET identity = '1|site|island|101' WHERE event = 'new'",
            "UPDATE sunvigil_told SET system_id = 2 WHERE event = 'new'",
            "UPDATE sunvigil_outbox SET state = 'lost' WHERE item_id = 1",
            "UPDATE sunvigil_outbox SET state = 'sent' WHERE item_id = 1",
            "UPDATE sunvigil_outbox SET events = '[' WHERE item_id = 1",
            "UPDATE sunvigil_outbox SET events = '[{\"event\":\"new\"}]' WHERE item_id = 1",
            "UPDATE sunvigil_outbox SET created_us = 9223372036854775807 WHERE item_id = 1",
        ]
    )
    func damage(sql: String) throws {
        try home.fill()
        try home.damage(sql)
        let snapshot = try home.snapshot()
        #expect(throws: LakeError.self) { _ = (try snapshot.outbox(), try snapshot.told()) }
        #expect(try snapshot.verify().damages.contains { $0.contains("message") || $0.contains("sunvigil_") })
        #expect(throws: LakeError.self) {
            try LakeStore(path: lake.path, environment: lake.environment).writer()
        }
        // A catalogue that is made anew leaves that row out.
        let rebuilt = try Lake.rebuild(path: lake.path, environment: lake.environment)
        #expect(rebuilt.remarks.contains { $0.contains("rows of messages are damaged") })
        #expect(try home.snapshot().outbox().count + home.snapshot().told().count == 5)
        #expect(try home.snapshot().verify().damages == [])
    }

    @Test("a catalogue that is made anew keeps marks and messages with their names; a backup has them too")
    func remains() throws {
        try home.fill()
        let (items, marks) = (try lake.outbox(), try lake.told())
        lake.release()
        _ = try lake.backUp(to: home.folder.path + "/backup")
        let rebuilt = try Lake.rebuild(path: lake.path, environment: lake.environment)
        #expect(rebuilt.remarks == [])
        #expect(try home.snapshot().outbox() == items && home.snapshot().told() == marks)
        let other = home.folder.path + "/restored"
        _ = try Lake.restore(from: home.folder.path + "/backup", to: other, environment: lake.environment)
        #expect(try home.snapshot(other).outbox() == items && home.snapshot(other).told() == marks)
        // What is planned again has its name already, and the next one a number of its own.
        let writer = try LakeStore(path: lake.path, environment: lake.environment).writer()
        #expect(
            try writer.plan { _, _ in
                OutboxHome.plan([OutboxHome.item("sent"), OutboxHome.item("next")])
            } == 1
        )
        #expect(try writer.outbox().map(\.itemID) == [1, 2, 3, 4, 5])
    }

    @Test("where the old catalogue cannot be read what was told starts anew, and that is said")
    func lostCatalogue() throws {
        try home.fill()
        lake.release()
        try Data(repeating: 7, count: 9000).write(to: URL(filePath: lake.path + "/catalog.sqlite"))
        try? FileManager.default.removeItem(atPath: lake.path + "/catalog.sqlite-wal")
        let rebuilt = try Lake.rebuild(path: lake.path, environment: lake.environment)
        #expect(
            rebuilt.remarks.contains { $0.contains("what was told, and messages that wait, cannot be read") }
        )
        #expect(try home.snapshot().outbox().isEmpty && home.snapshot().told().isEmpty)
    }
}
