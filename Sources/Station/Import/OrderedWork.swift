// Work in several threads whose results are taken in the order of the work: output never depends on their number.

import Foundation

/// Runs pieces of work ahead of the one who takes their results.
package enum OrderedWork {
    /// Does all work and takes each result in order, in the calling thread.
    ///
    /// - Parameters:
    ///   - threads: threads that work; with 1 everything happens in the calling thread.
    ///   - work: what is done for an item; must not touch what the taker touches.
    ///   - take: gets each result; what it throws ends the work.
    package static func run<Item, Result>(
        _ items: [Item],
        threads: Int,
        work: @escaping (Item) -> Result,
        take: (Item, Result) throws -> Void
    ) rethrows {
        guard threads > 1, items.count > 1 else {
            for item in items { try take(item, work(item)) }
            return
        }
        let pool = Pool(items: items, window: threads + 4, work: work)
        for _ in 0..<min(threads, items.count) {
            let thread = Thread { pool.work() }
            // Readers of deep documents need more than a thread's usual half mebibyte.
            thread.stackSize = 8 << 20
            thread.start()
        }
        defer { pool.stop() }
        for index in items.indices { try take(items[index], pool.result(index)) }
    }

    /// The work, its results and who does what. A class: threads share it; every access holds the lock.
    private final class Pool<Item, Result>: @unchecked Sendable {
        private let condition = NSCondition()
        private let items: [Item]
        private let window: Int
        private let body: (Item) -> Result
        private var next = 0
        private var taken = 0
        private var results: [Int: Result] = [:]
        private var isStopped = false

        init(items: [Item], window: Int, work: @escaping (Item) -> Result) {
            (self.items, self.window, body) = (items, window, work)
        }

        func work() {
            while let index = begin() {
                let result = body(items[index])
                condition.lock()
                results[index] = result
                condition.broadcast()
                condition.unlock()
            }
        }

        private func begin() -> Int? {
            condition.lock()
            defer { condition.unlock() }
            while !isStopped, next < items.count, next >= taken + window { condition.wait() }
            guard !isStopped, next < items.count else { return nil }
            next += 1
            return next - 1
        }

        func result(_ index: Int) -> Result {
            condition.lock()
            defer { condition.unlock() }
            while true {
                if let result = results.removeValue(forKey: index) {
                    taken = index + 1
                    condition.broadcast()
                    return result
                }
                condition.wait()
            }
        }

        func stop() {
            condition.lock()
            isStopped = true
            condition.broadcast()
            condition.unlock()
        }
    }
}
