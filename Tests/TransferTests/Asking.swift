// Short ways to ask in tests: quick requests, failures as values, and which libcurl is tried.

import Foundation
import Transfer

/// The libcurl of these tests: that of the machine, or the one that SUNVIGIL_LIBCURL names.
let curlNames = ProcessInfo.processInfo.environment["SUNVIGIL_LIBCURL"].map { [$0] } ?? Transfer.libraryNames

/// Whether this machine has a libcurl.
let hasCurl = (try? Transfer(libraryNames: curlNames)) != nil

/// Asks and gives the answer or why there is none.
func ask(_ exchange: Exchange, over transfer: Transfer? = nil) throws -> Result<Reply, TransferFailure> {
    let transfer = try transfer ?? Transfer(libraryNames: curlNames)
    do throws(TransferFailure) {
        return .success(try transfer.perform(exchange))
    } catch {
        return .failure(error)
    }
}

/// Asks a server and gives the answer or why there is none, in more time than it takes on a busy machine.
func ask(
    _ server: ScriptedServer,
    seconds: Double = 10,
    change: (inout Exchange) -> Void = { _ in }
) throws -> Result<Reply, TransferFailure> {
    var exchange = Exchange(server.url("info"))
    exchange.limits.totalSeconds = seconds
    change(&exchange)
    return try ask(exchange)
}

extension Result where Success == Reply, Failure == TransferFailure {
    /// The answer; nil for a failure.
    var reply: Reply? { try? get() }
    /// The failure; nil for an answer.
    var failure: TransferFailure? {
        guard case .failure(let failure) = self else { return nil }
        return failure
    }
}

extension Reply {
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
    /// The first value of a header as text.
    func header(_ name: String) -> String? {
        headers.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}
