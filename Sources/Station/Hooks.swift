// What a use case tells while it works, and how it is stopped. Who shows it words it.

/// A step of a use case that takes long.
package enum WorkStep: Sendable, Equatable {
    /// A document is looked at.
    case looking(number: Int, count: Int, path: String)
    /// A document was read.
    case read(number: Int, count: Int, name: String, rowsPerSecond: Double, secondsLeft: Int)
    /// A site is checked.
    case checking(number: Int, count: Int, site: String)
    /// A part of the store is written anew.
    case compacting(String)
    /// Nothing goes on any more.
    case ended
}

/// Something the owner should know that is neither a result nor an error.
package enum Notice: Sendable, Equatable {
    /// A site was made from its description.
    case siteMade(name: String, timeZone: String, store: String)
    /// A site was made by what its documents tell.
    case siteGuessed(name: String, timeZone: String, latitude: Double, longitude: Double, store: String)
    /// Past states are kept because the clock may be wrong.
    case longPause
}

/// The ear and the hand of whoever asked for a use case.
package struct Hooks {
    /// Is told what goes on.
    package var progress: (WorkStep) -> Void
    /// Is told what the owner should know.
    package var notice: (Notice) -> Void
    /// Words an error, where its text is kept: in the inbox's list, the heartbeat, the digest.
    package var words: (any Error) -> String
    /// Tells whether to stop before the next document or site.
    package var isCancelled: () -> Bool

    /// Makes hooks; those that are left out do nothing.
    package init(
        progress: @escaping (WorkStep) -> Void = { _ in },
        notice: @escaping (Notice) -> Void = { _ in },
        words: @escaping (any Error) -> String = { "\($0)" },
        isCancelled: @escaping () -> Bool = { false }
    ) {
        self.progress = progress
        self.notice = notice
        self.words = words
        self.isCancelled = isCancelled
    }
}
