// What can go wrong between an owner and his gateway before it is watched. What to do about it is a `Remedy`.

import Collect
import Foundation
import Readings
import Transfer

/// A gateway that cannot be added, asked or watched.
package enum GatewayError: RemediableError, Equatable {
    /// config.json lists no gateway.
    case noGateway
    case unknown(name: String, known: [String])
    /// The address is none.
    case address(String)
    /// What answers is no gateway.
    case notAGateway(host: String, found: String)
    case tooOld(firmware: String)
    /// Nothing answers, with the reason.
    case unreachable(host: String, TransferFailure)
    /// It answered before, and gives no answer now, with the reason.
    case silent(host: String, GatewayFailure)
    /// The owner did not accept the key.
    case keyNotAccepted
    /// There is no key that could be accepted: the gateway answers in clear text.
    case noKey(host: String)
    case keyChanged(known: String, found: String)
    case keyIsKnown
    case otherGateway(serial: String, expected: String)

    // Tokens. None of these holds any part of a token.
    case noToken(serial: String)
    case tokenFile(path: String, code: Int32)
    case tokenNotKept(path: String, code: Int32)
    case noHome
    case tokenFileNotRegular(path: String)
    case tokenFileOfOther(path: String)
    case tokenFileOpen(path: String, mode: UInt32)
    case notAToken(place: String)
    case tokenOfOther(serial: String, expected: String)
    case tokenEnded(at: Instant)
    /// The gateway does not take it; the status.
    case tokenRefused(status: Int)

    package var description: String {
        switch self {
        case .noGateway: "the store knows no gateway"
        case .unknown(let name, let known):
            "there is no gateway \(name); known are \(known.joined(separator: ", "))"
        case .address(let text): "\(ControlledText.oneLine(text)) is no address; write HOST or HOST:PORT"
        case .notAGateway(let host, let found): "\(host) is no gateway that can be read: \(found)"
        case .tooOld(let firmware):
            "the gateway has firmware \(firmware), older than 3.9, whose pages hold no figures to read; ask the vendor for an update"
        case .unreachable(let host, let failure): "\(host) gives no answer: \(failure.words)"
        case .silent(let host, let failure): "\(host) gives no answer: \(failure.words)"
        case .keyNotAccepted: "the gateway's key was not accepted; nothing was changed"
        case .noKey(let host): "\(host) answers in clear text and has no key"
        case .keyChanged(let known, let found):
            "the gateway's key is another: known is \(known), found \(found); nothing secret was sent"
        case .keyIsKnown: "the gateway has the key by which it is known"
        case .otherGateway(let serial, let expected):
            "gateway \(serial) answers there, not \(expected)"
        case .noToken(let serial): "there is no token for gateway \(serial)"
        case .tokenFile(let path, let code):
            "the token cannot be read from \(path): \(String(cString: strerror(code)))"
        case .tokenNotKept(let path, let code):
            "the token cannot be kept in \(path): \(String(cString: strerror(code)))"
        case .noHome: "HOME is not set, so the token's place is not known; name a file with --token-file"
        case .tokenFileNotRegular(let path): "\(path) is no plain file"
        case .tokenFileOfOther(let path): "\(path) belongs to another user"
        case .tokenFileOpen(let path, let mode):
            "\(path) can be read by others (mode \(String(mode & 0o777, radix: 8)))"
        case .notAToken(let place): "\(place) holds no token"
        case .tokenOfOther(let serial, let expected):
            "the token is for gateway \(serial), not for \(expected)"
        case .tokenEnded(let at): "the token ended on \(at.iso8601.prefix(10))"
        case .tokenRefused(let status): "the gateway does not take the token (status \(status))"
        }
    }

    package var remedy: Remedy? {
        switch self {
        case .noGateway: .addGateway
        case .keyChanged: .trustGateway
        case .keyNotAccepted: .acceptKey
        case .noToken, .tokenEnded, .tokenOfOther, .notAToken, .tokenRefused: .giveToken
        case .tokenFileOpen(let path, _): .plain("run: chmod 600 '\(path)'")
        case .tokenFileOfOther(let path): .plain("run: sudo chown \"$USER\" '\(path)'")
        case .unreachable(_, .libraryMissing(let package)):
            .plain("install it as root: apt-get install \(package)")
        case .unreachable: .plain("check the address, and that this machine is in the gateway's network")
        default: nil
        }
    }
}

extension TransferFailure {
    /// Why there was no answer, in words.
    package var words: String {
        switch self {
        case .libraryMissing(let package): "the library libcurl is missing (package \(package))"
        case .unknownHost: "its name is not known"
        case .cannotConnect(true): "nothing listens there"
        case .cannotConnect(false): "this machine has no way into that network"
        case .timedOut: "it took too long"
        case .reset: "it broke off the connection"
        case .noReply: "it closed the connection without an answer"
        case .cut: "its answer ended before its end"
        case .tooLarge(let limit): "its answer is larger than \(limit) bytes"
        case .badHeader: "its answer has a header that is none"
        case .wrongKey: "it has another key"
        case .noTLS(let code): "no encrypted connection comes about (\(code))"
        case .refused(let code): "it refused (\(code))"
        case .stopped: "it was asked no longer"
        case .other(let code): "libcurl's error \(code)"
        }
    }
}
