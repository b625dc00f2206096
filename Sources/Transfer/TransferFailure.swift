// Why a request has no answer, as far as anybody acts on it. Words for people are made elsewhere.

/// Why there was no answer.
package enum TransferFailure: Error, Equatable, Sendable {
    /// This machine has no libcurl; the name of the package that holds it.
    case libraryMissing(package: String)
    /// The host's name is not known.
    case unknownHost
    /// Nothing listens there, or no way leads there; `hasRoute` is false where this machine certainly has no way out:
    /// see `RouteJudgement`.
    case cannotConnect(hasRoute: Bool)
    /// No connection, or no whole answer, in time.
    case timedOut
    /// The connection was reset.
    case reset
    /// The connection ended without an answer.
    case noReply
    /// The answer ended before its end, or its pieces do not fit together.
    case cut
    /// More bytes than were allowed.
    case tooLarge(limit: Int)
    /// A header that is none, of the answer or of the request.
    case badHeader
    /// Another key than the one that is believed, or no key to be believed where one is asked for, and then nothing was
    /// sent; the key that was found, where it can be told.
    case wrongKey(found: String?)
    /// TLS did not come about, by libcurl's number.
    case noTLS(code: Int)
    /// The server said no, with its code: of SMTP 400 to 599, of a broker its number.
    case refused(code: Int)
    /// Who asked wants no answer any more.
    case stopped
    /// Anything else, by libcurl's number.
    case other(code: Int)
}
