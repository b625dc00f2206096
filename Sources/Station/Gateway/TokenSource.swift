// Where the owner's token comes from: systemd's credentials, a file of his alone, or the environment. Never an argument,
// never config.json. Its text goes to the gateway and nowhere else.

import Collect
import Foundation
import Readings

/// The places in which the token of a gateway may lie.
package struct TokenSource: Sendable {
    /// The gateway's serial number.
    package let serial: String
    /// The file that config.json names; nil for none.
    package let file: String?
    /// The variables of the process.
    package let variables: [String: String]
    /// The owner's home folder.
    package let home: String

    /// Names the places.
    package init(serial: String, file: String?, variables: [String: String], home: String) {
        (self.serial, self.file, self.variables, self.home) = (serial, file, variables, home)
    }

    /// Names the places of a gateway.
    package init(_ entry: GatewayEntry, variables: [String: String], home: String) {
        self.init(serial: entry.serial, file: entry.tokenFile, variables: variables, home: home)
    }

    /// Where it may lie, the nearest to this gateway first; whether the folder keeps others out.
    private var files: [(path: String, isGuarded: Bool)] {
        let folder = variables["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
        return [
            folder.map { ("\($0)/gateway-token-\(serial)", true) }, ownFile.map { ($0, false) },
            folder.map { ("\($0)/gateway-token", true) },
        ].compactMap { $0 }
    }

    /// The file of config.json, whole.
    private var ownFile: String? { file.map { TokenFile.whole($0, home: home) } }

    /// Reads the token; nil where there is none anywhere.
    ///
    /// Of several the one counts that is for this gateway and ends last: a copy that a service got at its start may be older than
    /// what the owner gave since.
    ///
    /// - Throws: `GatewayError` where a file is there that may not be used, and nothing else is.
    package func token() throws(GatewayError) -> GatewayToken? {
        var found: [GatewayToken] = []
        var fault: GatewayError?
        for (path, isGuarded) in files where access(path, F_OK) == 0 || path == ownFile {
            do throws(GatewayError) {
                found.append(
                    try TokenSource.token(try TokenSource.read(path, isGuarded: isGuarded), place: path)
                )
            } catch {
                fault = fault ?? error
            }
        }
        if found.isEmpty, let text = variables["SUNVIGIL_TOKEN"], !text.isEmpty {
            let place = "SUNVIGIL_TOKEN"
            found.append(
                try TokenSource.token(try TokenSource.checked(Array(text.utf8), place: place), place: place)
            )
        }
        let best = found.max { rank($0) < rank($1) }
        if best == nil, let fault { throw fault }
        return best
    }

    /// The order of tokens: those for this gateway by their end, then others.
    private func rank(_ token: GatewayToken) -> Int64 {
        guard let claims = token.claims else { return 0 }
        return claims.fits(serial: serial) ? claims.endsUTCSeconds ?? 1 : -1
    }

    /// Reads a token's text.
    static func token(_ text: String, place: String) throws(GatewayError) -> GatewayToken {
        guard let token = try? GatewayToken(text) else { throw .notAToken(place: place) }
        return token
    }

    /// A text that changes when the file does; a look costs no reading.
    package var stamp: String {
        files.map { TokenSource.stamp(ofFile: $0.path) }.joined(separator: "|")
    }

    /// A text that changes when a file does.
    static func stamp(ofFile path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "-" }
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return "\(status.st_ino) \(status.st_size) \(time.tv_sec) \(time.tv_nsec) \(status.st_mode)"
    }

    /// Reads a file that only its owner may read.
    ///
    /// - Parameter isGuarded: the folder keeps others out, so that the file itself need not.
    /// - Throws: `GatewayError`.
    package static func read(_ path: String, isGuarded: Bool = false) throws(GatewayError) -> String {
        let bytes: [UInt8]
        do throws(GuardedFile.Fault) {
            bytes = try GuardedFile.read(path, isGuarded: isGuarded)
        } catch {
            switch error {
            case .system(let code): throw .tokenFile(path: path, code: code)
            case .notRegular: throw .tokenFileNotRegular(path: path)
            case .ofOther: throw .tokenFileOfOther(path: path)
            case .open(let mode): throw .tokenFileOpen(path: path, mode: mode)
            }
        }
        return try checked(bytes, place: path)
    }

    /// Returns a token's text: one line of visible characters.
    package static func checked(_ bytes: [UInt8], place: String) throws(GatewayError) -> String {
        let space: Set<UInt8> = [9, 10, 13, 32]
        let inner = bytes.drop { space.contains($0) }.reversed().drop { space.contains($0) }.reversed()
        guard !inner.isEmpty, inner.count <= GuardedFile.mostBytes,
            inner.allSatisfy({ (33...126).contains($0) })
        else {
            throw .notAToken(place: place)
        }
        return String(decoding: Array(inner), as: UTF8.self)
    }
}
