// What channels need of the world: the network, programs, secrets and a clock. All of it is given, so that tests play servers that
// refuse, stall and lie.

import Foundation
import Transfer

/// The world of a channel. One thread uses it.
package struct ChannelWorld {
    /// The time, microseconds UTC.
    package var nowMicroseconds: () -> Int64
    /// Waits, seconds.
    package var wait: (Double) -> Void
    /// Sends a request.
    package var perform: (Exchange) -> Result<Reply, TransferFailure>
    /// Hands a mail to its server.
    package var mail: (MailExchange) -> Result<Reply, TransferFailure>
    /// Publishes messages; nil where the broker has them all.
    package var publish: (BrokerExchange) -> TransferFailure?
    /// Runs a program; nil where it cannot be started.
    package var run: (ProgramRun) -> ProgramRun.Outcome?
    /// The variables of the process.
    package var variables: [String: String]
    /// Variables that no program gets: those that hold secrets.
    package var hiddenVariables: Set<String>
    /// A number that nobody else has, 36 characters.
    package var makeUUID: () -> String
    /// Is told what goes on at home, a line each without secrets; nil for nobody.
    package var dialogue: ((String) -> Void)?

    /// Describes a world.
    package init(
        nowMicroseconds: @escaping () -> Int64,
        wait: @escaping (Double) -> Void,
        perform: @escaping (Exchange) -> Result<Reply, TransferFailure>,
        mail: @escaping (MailExchange) -> Result<Reply, TransferFailure>,
        publish: @escaping (BrokerExchange) -> TransferFailure?,
        run: @escaping (ProgramRun) -> ProgramRun.Outcome?,
        variables: [String: String],
        hiddenVariables: Set<String> = [],
        makeUUID: @escaping () -> String = { UUID().uuidString.lowercased() },
        dialogue: ((String) -> Void)? = nil
    ) {
        (self.nowMicroseconds, self.wait, self.makeUUID) = (nowMicroseconds, wait, makeUUID)
        (self.perform, self.mail, self.publish, self.run) = (perform, mail, publish, run)
        (self.variables, self.hiddenVariables, self.dialogue) = (variables, hiddenVariables, dialogue)
    }

    /// What reading secrets needs.
    var secrets: SecretWorld { SecretWorld(variables: variables, run: run) }

    /// The variables that a program gets.
    var handedOn: [String: String] {
        variables.filter { !hiddenVariables.contains($0.key) && $0.key != "SUNVIGIL_TOKEN" }
    }
}

extension ChannelWorld {
    /// The network and the programs of this machine.
    ///
    /// - Parameters:
    ///   - transfer: the way to servers; a failure where there is none.
    ///   - variables: the variables of the process.
    ///   - nowMicroseconds: the time, microseconds UTC.
    package static func real(
        _ transfer: Result<Transfer, TransferFailure>,
        variables: [String: String],
        hiddenVariables: Set<String>,
        nowMicroseconds: @escaping () -> Int64,
        dialogue: ((String) -> Void)? = nil
    ) -> ChannelWorld {
        func asked(_ body: (Transfer) throws(TransferFailure) -> Reply) -> Result<Reply, TransferFailure> {
            do throws(TransferFailure) { return .success(try body(try transfer.get())) } catch {
                return .failure(error)
            }
        }
        return ChannelWorld(
            nowMicroseconds: nowMicroseconds,
            wait: { Thread.sleep(forTimeInterval: $0) },
            perform: { exchange in asked { (way) throws(TransferFailure) in try way.perform(exchange) } },
            mail: { mail in asked { (way) throws(TransferFailure) in try way.send(mail) } },
            publish: { exchange in
                do throws(TransferFailure) {
                    try Broker.publish(exchange, dialogue: dialogue)
                    return nil
                } catch {
                    return error
                }
            },
            run: { $0.run() },
            variables: variables,
            hiddenVariables: hiddenVariables,
            dialogue: dialogue
        )
    }
}
