// The work ends at each step between the commit of findings and the receipt that is kept: what the next run finds on the disk tells
// all of it, under the same names, and nothing more than twice.

import Foundation
import Lake
import Notify
import Readings
import Station
import Synchronization
import TestSupport
import Testing

@Suite("messages that were cut off")
struct CutOffTests {
    /// Copies of a store at the moments of a run, each with what had arrived by then.
    private final class Moments: Sendable {
        let taken = Mutex<[(path: String, arrived: [String])]>([])
        private let path: String

        init(_ path: String) { self.path = path }

        /// Keeps what a process that dies now would leave.
        func take(_ arrived: [String]) throws {
            try taken.withLock { moments in
                let copy = "\(path)-\(moments.count)"
                try FileManager.default.copyItem(atPath: path, toPath: copy)
                moments.append((copy, arrived))
            }
        }
    }

    @Test(
        "whatever step is the last, nothing is lost, nothing has another name, and at most it comes once more"
    )
    func everyStep() throws {
        let house = try FailingChannelTests.house()
        // Two messages for each channel: one that is being tried already, and a new one.
        house.post.fails(["mail", "chat"], isUncertain: true)
        try house.begin([house.finding("A")])
        try house.notify()
        house.post.recovers()
        house.clock.advance(7200)
        try house.begin([house.finding("B", severity: .critical)])
        let moments = Moments(house.path)
        let arrived = Mutex<[String]>([])
        let failures = Mutex<[String]>([])
        let post = house.post
        func moment() {
            do { try moments.take(arrived.withLock { $0 }) } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        moment()
        let watched: Postman.Send = { letter in
            arrived.withLock { own in
                // Claimed; then the other side has it, and the receipt is on its way.
                do {
                    try moments.take(own)
                    own.append("\(letter.channel) \(letter.item.dedupe)")
                    try moments.take(own)
                } catch { failures.withLock { $0.append("\(error)") } }
            }
            return post.send(letter)
        }
        try house.notify(send: watched)
        moment()
        let whole = arrived.withLock { $0 }
        #expect(Set(whole).count == whole.count && whole.count == 4, "\(whole)")
        #expect(failures.withLock { $0 } == [])
        let steps = moments.taken.withLock { $0 }
        #expect(steps.count == 2 + 2 * whole.count)
        let now = house.clock.shown
        for (index, step) in steps.enumerated() {
            house.path = step.path
            house.post.clear()
            // The claim of whoever died is over.
            house.clock.jump(to: 300)
            try house.notify()
            let again = house.post.arrivals.map { "\($0.channel) \($0.name)" }
            let all = step.arrived + again
            let doubled = Dictionary(grouping: all) { $0 }.values.map(\.count).max() ?? 0
            #expect(Set(all).isSuperset(of: whole), "step \(index): \(all) of \(whole)")
            #expect(Set(all).subtracting(whole).isEmpty, "step \(index): another name")
            #expect(doubled <= 2 && again.count == Set(again).count, "step \(index): \(all)")
            house.clock.jump(to: 3900)
            try house.notify()
            try house.night()
            #expect(house.post.arrivals.count == again.count, "step \(index): told again")
            #expect(try house.store.snapshot().verify().damages.isEmpty)
            house.clock.jump(to: 0)
            #expect(house.clock.shown == now)
        }
    }

    @Test(
        "a night that dies behind its findings and before its messages: the next one sends them, and plans none again"
    )
    func behindTheFindings() throws {
        let house = try FailingChannelTests.house()
        try house.begin([house.finding("A"), house.finding("B")])
        // No way out: as a process that ends there.
        try house.night(post: .some(nil))
        let planned = try house.outbox([.waiting]).map(\.dedupe).sorted()
        #expect(planned.count == 2 && house.post.arrivals.isEmpty)
        house.clock.advance(3600)
        try house.night()
        #expect(house.post.arrivals.map(\.name).sorted() == planned)
        house.clock.advance(3600)
        try house.night()
        #expect(house.post.arrivals.count == 2)
    }
}
