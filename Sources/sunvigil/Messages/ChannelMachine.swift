// The way out of the house as this machine has it: libcurl, libmosquitto, programs, and signs of life.

import Foundation
import Notify
import Readings
import Station
import Transfer

/// This machine, for channels.
enum ChannelMachine {
    /// Returns what sends letters; each letter has a way of its own, since each is sent on a thread of its own.
    ///
    /// - Parameter dialogue: is told what is said on the way, a line each without secrets; nil for nobody.
    static func send(_ settings: NotifySettings, dialogue: (@Sendable (String) -> Void)? = nil)
        -> Postman.Send
    {
        { letter in
            guard let channel = settings.channel(letter.channel) else {
                return .failure(DeliveryFailure("config.json names no such channel", isLasting: true))
            }
            var context = ChannelSender.Context()
            context.firstMail = letter.repliesTo
            context.beginsUntil = letter.beginsUntil
            context.home = letter.brokerMessages
            let sender = ChannelSender(channel, world: world(settings, dialogue: dialogue))
            return sender.send(letter.message, item: letter.item, context: context)
        }
    }

    private static func world(_ settings: NotifySettings, dialogue: (@Sendable (String) -> Void)? = nil)
        -> ChannelWorld
    {
        let transfer = Result { () throws(TransferFailure) in
            let transfer = try Transfer()
            transfer.isStopped = { Interrupt.isRaised }
            transfer.dialogue = dialogue
            return transfer
        }
        return .real(
            transfer,
            variables: ProcessInfo.processInfo.environment,
            hiddenVariables: settings.secretVariables,
            nowMicroseconds: StoreOptions.environment.nowMicroseconds,
            dialogue: dialogue
        )
    }

    /// The way out for a night's check.
    static var night: NightPost {
        var signal: AliveSignal?
        return NightPost(
            send: { send($0) },
            sign: { settings, sign, line in
                guard let url = settings.aliveURL else { return nil }
                // One run, one name.
                let own = signal ?? AliveSignal(url, place: "alive.url", world: world(settings))
                signal = own
                return own.give(sign, line)
            },
            seed: UInt64(getpid()),
            home: StoreOptions.environment.home
        )
    }

    /// Gives the sign of life of the live watch.
    ///
    /// - Returns: what went wrong, in one line; nil for nothing.
    static func giveSign(of settings: NotifySettings) -> String? {
        guard let url = settings.watchURL else { return nil }
        return AliveSignal(url, place: "alive.watch_url", world: world(settings)).give(.success)
    }
}
