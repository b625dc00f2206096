// A store with a site and a clock that can be set, and messages to keep in it.

import Foundation
import GRDB
import Lake
import Readings
import Synchronization
import TestSupport

/// A store with one site, and what is told of it.
struct OutboxHome {
    /// A clock that can be set, microseconds UTC.
    final class Clock: Sendable {
        private let time = Mutex<Int64>(OutboxHome.start)
        var now: Int64 {
            get { time.withLock { $0 } }
            set { time.withLock { $0 = newValue } }
        }
    }

    /// 2026-11-30T00:00:00Z.
    static let start: Int64 = 1_795_996_800_000_000
    static let hour: Int64 = 3_600_000_000
    static let day: Int64 = 24 * hour

    let folder: ScratchFolder
    let clock = Clock()
    let lake: LakeWriter

    init() throws {
        folder = try ScratchFolder()
        let clock = clock
        lake = try LakeStore(
            path: folder.path + "/s",
            environment: LakeEnvironment(programVersion: "0", nowMicroseconds: { clock.now })
        ).writerOrNew()
        try lake.makeSite()
        _ = try lake.stageLive(LiveHome.rows(1), systemID: 1)
        _ = try lake.flush { _, _ in }
        lake.release()
    }

    func snapshot(_ path: String? = nil) throws -> LakeSnapshot {
        try LakeStore(path: path ?? lake.path, environment: lake.environment).snapshot()
    }

    /// Changes the catalogue behind the store's back: afterwards no seal speaks for it.
    func damage(_ sql: String) throws {
        lake.release()
        let database = try DatabaseQueue(path: lake.path + "/catalog.sqlite")
        try database.write { try $0.execute(sql: sql) }
        try database.close()
        try FileManager.default.removeItem(atPath: lake.path + "/catalog.seal")
    }

    static func event(
        _ identity: String,
        _ event: MessageEvent = .new,
        level: String = "",
        cost: Int64? = nil
    ) -> ToldEvent {
        ToldEvent(event, identity: identity, level: level, severity: .warning, costWh: cost)
    }

    static func item(
        _ dedupe: String,
        channel: String = "mail",
        systemID: Int64 = 1,
        events: [ToldEvent] = [event("1|site|island|100")],
        at: Int64 = start
    ) -> OutboxItem {
        OutboxItem(
            channel: channel,
            systemID: systemID,
            dedupe: dedupe,
            events: events,
            createdMicroseconds: at,
            dueMicroseconds: at + hour
        )
    }

    static func mark(_ told: ToldEvent, channel: String = "mail", at: Int64 = start) -> ToldMark {
        ToldMark(channel: channel, told: told, atMicroseconds: at)
    }

    static func plan(_ items: [OutboxItem], _ marks: [ToldMark] = []) -> OutboxPlan {
        var plan = OutboxPlan()
        plan.items = items
        plan.marks = marks
        return plan
    }

    /// Plans messages and marks by time.
    @discardableResult
    func keep(_ items: [OutboxItem], _ marks: [ToldMark] = []) throws -> Int {
        try lake.plan { _, _ in OutboxHome.plan(items, marks) }
    }

    /// Keeps one message of each state, and two marks.
    func fill() throws {
        try keep(
            OutboxItem.State.allCases.map { OutboxHome.item($0.rawValue) },
            [
                OutboxHome.mark(OutboxHome.event("1|site|island|100", cost: 1200)),
                OutboxHome.mark(OutboxHome.event("1", .openNow)),
            ]
        )
        try lake.keepOutbox(
            try lake.outbox().map { item in
                var item = item
                item.state = OutboxItem.State(rawValue: item.dedupe) ?? .waiting
                if item.state == .sent { item.sentMicroseconds = OutboxHome.start + OutboxHome.hour }
                return item
            }
        )
    }
}
