// The way out of the house for a night's check: messages and signs of life.

import Readings

/// What a night needs to be heard of.
package struct NightPost {
    /// Returns what sends letters, by the owner's list of channels.
    package var send: (NotifySettings) -> Postman.Send
    /// Gives a sign of life: what it is, and a line for whoever looks; returns what went wrong, in one line.
    package var sign: (NotifySettings, AliveSignal.Sign, String) -> String?
    /// Spreads the tries of several machines.
    package var seed: UInt64
    /// The owner's home folder: where the store is what is wrong, his channels are read without it.
    package var home: String

    /// Describes a way.
    package init(
        send: @escaping (NotifySettings) -> Postman.Send,
        sign: @escaping (NotifySettings, AliveSignal.Sign, String) -> String?,
        seed: UInt64,
        home: String = ""
    ) {
        (self.send, self.sign, self.seed, self.home) = (send, sign, seed, home)
    }

    /// Says that a night begins.
    func begin(_ settings: NotifySettings) { _ = sign(settings, .start, "") }

    /// Says how a night ended.
    ///
    /// - Returns: what went wrong, in one line.
    @discardableResult
    func end(_ settings: NotifySettings, isGood: Bool, _ line: String) -> String? {
        sign(settings, isGood ? .success : .failure, line)
    }
}
