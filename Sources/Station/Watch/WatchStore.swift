// The store as a watch has it: read at any time, written with the lock of a single change. A night's check may hold the lock for
// long; the watch goes on meanwhile, and its journal keeps what comes.

import Lake

/// The store of a watch. A class: it is opened for writing when that is first possible.
package final class WatchStore {
    private let place: LakeStore
    /// Whoever asked.
    let hooks: Hooks
    private var opened: Station<LakeWriter>?

    /// Names a store that is there.
    ///
    /// - Parameter place: nobody is waited for who holds its lock.
    package init(_ place: LakeStore, hooks: Hooks) {
        var environment = place.environment
        environment.lockPatience = .zero
        environment.onWait = { _, _ in }
        self.place = LakeStore(path: Lake.absolutePath(place.path), environment: environment)
        self.hooks = hooks
    }

    /// The store's folder.
    var path: String { place.path }
    /// Clock, zones and home.
    var environment: LakeEnvironment { place.environment }

    /// Asks the store, as it is now.
    ///
    /// - Throws: `LakeError`.
    package func reader() throws -> any LakeReader {
        if let opened { return opened.lake }
        return try place.snapshot()
    }

    /// The store, to be changed.
    ///
    /// - Throws: `LakeError.locked` at once where another process changes it for the first time that it is wanted.
    func station() throws -> Station<LakeWriter> {
        if let opened { return opened }
        let writer = try place.writer()
        writer.release()
        let station = Station(lake: writer, hooks: hooks)
        opened = station
        return station
    }

    /// Seals what rounds left unsealed, at the end of a watch. Where another process changes the store, that one does it.
    func seal() { opened?.lake.sealLive() }
}
