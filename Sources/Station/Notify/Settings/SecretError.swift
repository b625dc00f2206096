// Why a secret cannot be had. No part of a secret is in it. Paths are told at home only: what leaves the house says it without.

import Foundation
import Readings

/// A secret that cannot be had.
package enum SecretError: RemediableError, Equatable {
    /// Its file cannot be used.
    case file(String, GuardedFile.Fault)
    case noVariable(String)
    /// systemd gave no credentials.
    case noCredentials(String)
    case program(String, ProgramFault)
    /// What was found is no secret.
    case text(Place, TextFault)

    /// Where it was looked for.
    package enum Place: Equatable, Sendable {
        case file(String)
        case variable(String)
        case program(String)
    }

    /// What is wrong with a program.
    package enum ProgramFault: Equatable, Sendable {
        case notStarted
        case tooLong(seconds: Int)
        case failed(status: Int32)
    }

    /// What is wrong with a text.
    package enum TextFault: Equatable, Sendable {
        case empty, severalLines, tooLong, notText
    }

    package var description: String { told(isAtHome: true) }

    /// The same without paths and names: it may leave the house.
    package var outside: String { told(isAtHome: false) }

    private func told(isAtHome: Bool) -> String {
        switch self {
        case .file(let path, let fault): "\(isAtHome ? path : "its file") \(fault.words)"
        case .noVariable(let name): "the variable\(isAtHome ? " \(name)" : "") is not set, or empty"
        case .noCredentials(let name):
            "systemd gave no credential\(isAtHome ? " \(name)" : "") ($CREDENTIALS_DIRECTORY is not set)"
        case .program(let name, let fault): "\(isAtHome ? name : "its program") \(fault.words)"
        case .text(let place, let fault): "\(place.told(isAtHome: isAtHome)) \(fault.words)"
        }
    }

    package var remedy: Remedy? {
        switch self {
        case .file(let path, let fault): fault.remedy(path)
        case .noVariable(let name):
            .plain("set \(name) for whoever starts sunvigil, or keep the secret in a file")
        case .noCredentials(let name):
            .plain("add LoadCredential=\(name):FILE to the systemd unit, or keep the secret in a file")
        case .program(let name, .notStarted): .plain("check that \(name) is there and may be run")
        case .program(let name, _): .plain("run \(name) by hand, as the user of sunvigil")
        case .text(_, .empty): "write the secret into it, one line"
        case .text: "write the secret alone, one line of at most 16 kB"
        }
    }
}

extension SecretError.Place {
    fileprivate func told(isAtHome: Bool) -> String {
        switch self {
        case .file(let path): isAtHome ? path : "its file"
        case .variable(let name): isAtHome ? "the variable \(name)" : "its variable"
        case .program(let name): isAtHome ? "the answer of \(name)" : "the answer of its program"
        }
    }
}

extension SecretError.ProgramFault {
    fileprivate var words: String {
        switch self {
        case .notStarted: "cannot be started"
        case .tooLong(let seconds): "gave no secret within \(seconds) s"
        case .failed(let status): "ended with status \(status)"
        }
    }
}

extension SecretError.TextFault {
    fileprivate var words: String {
        switch self {
        case .empty: "is empty"
        case .severalLines: "has more than one line"
        case .tooLong: "is longer than 16 kB"
        case .notText: "holds control characters or no UTF-8"
        }
    }
}

extension GuardedFile.Fault {
    /// What is wrong, to be read behind the file's name.
    fileprivate var words: String {
        switch self {
        case .system(let code): "cannot be read: \(String(cString: strerror(code)))"
        case .notRegular: "is no plain file"
        case .ofOther: "belongs to another user"
        case .open(let mode): "can be read by others (mode \(String(mode & 0o777, radix: 8)))"
        }
    }

    /// What to do.
    fileprivate func remedy(_ path: String) -> Remedy? {
        switch self {
        case .system(ENOENT): .plain("write the secret into it: install -m 600 /dev/stdin '\(path)'")
        case .system(EACCES), .system(EPERM), .ofOther: .plain("run: sudo chown \"$USER\" '\(path)'")
        case .open: .plain("run: chmod 600 '\(path)'")
        case .system, .notRegular: "name a plain file that holds the secret alone"
        }
    }
}
