// sunvigil gateway: the gateways of the store; each thing that can be done with them has its file.

import ArgumentParser
import Collect
import Foundation
import Lake
import Readings
import Station

struct GatewayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        _superCommandName: Sunvigil.name,
        abstract: "The gateways that `watch` asks: add, look at, give a token, trust a new key.",
        discussion: """
            A gateway with firmware 7 or newer wants an owner's token. Get one at https://entrez.enphaseenergy.com: log in as at
            Enlighten, choose your system and gateway, press "Create access token". It is valid for a year. It stays in a
            file that only you can read, and goes to the gateway whose key you accepted and nowhere else.

            EXAMPLES
              sunvigil gateway add 192.168.1.20 --site home
              sunvigil gateway probe
              sunvigil gateway status
            """,
        subcommands: [Add.self, Probe.self, Token.self, Trust.self, Status.self, Remove.self]
    )

    /// Takes a token from a person who types it unseen, or from standard input.
    static func token(serial: String) throws -> String {
        if isatty(0) == 1 {
            Console.ask("token of gateway \(serial) (not shown): ")
            let text = unseenLine()
            Console.error("")
            return try TokenSource.checked(Array(text.utf8), place: "what was typed")
        }
        let bytes = [UInt8](FileHandle.standardInput.readData(ofLength: 1 << 15))
        return try TokenSource.checked(bytes, place: "standard input")
    }

    /// Reads a line without showing it. A terminal's own line holds 4,095 characters: a token has less than 1,000.
    private static func unseenLine() -> String {
        var before = termios()
        guard tcgetattr(0, &before) == 0 else { return readLine() ?? "" }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(0, TCSAFLUSH, &silent)
        // Ctrl-C ends the program: the terminal is to show again what is typed.
        defer { tcsetattr(0, TCSAFLUSH, &before) }
        signal(SIGINT, SIG_IGN)
        defer { signal(SIGINT, SIG_DFL) }
        return readLine() ?? ""
    }

    /// Says how long a token lasts.
    static func text(_ check: TokenCheck) -> String {
        guard let ends = check.ends, let days = check.daysLeft else {
            return "user and password are kept; they are tried when the watch begins"
        }
        let role = check.role.map { ", role \(Console.oneLine($0))" } ?? ""
        let verdict =
            check.isTried
            ? "the gateway takes the token" : "the token was not tried: the gateway asks for none"
        return "\(verdict): valid until \(ends.iso8601.prefix(10)), \(days) days left\(role)"
    }

    /// Returns the gateway that is meant.
    static func entry(_ name: String?, _ lake: some LakeReader) throws -> GatewayEntry {
        let entries = try GatewayBook.chosen(name, of: try Configuration.load(lake).gateways)
        guard entries.count == 1 else {
            throw CommandError("say which gateway: \(entries.map(\.serial).joined(separator: " or "))")
        }
        return entries[0]
    }

    /// Asks a known gateway who it is; nothing secret goes to one whose key is not the known one.
    ///
    /// - Parameter byAnyKey: takes another key too: to show it to the owner.
    static func look(at entry: GatewayEntry, byAnyKey: Bool = false) throws -> (
        gateway: GatewayIntroduction, line: GatewayLine
    ) {
        let (found, line) = try look(entry.host)
        guard found.serial == entry.serial else {
            throw GatewayError.otherGateway(serial: found.serial, expected: entry.serial)
        }
        if !byAnyKey, let key = found.key, key != entry.key {
            throw GatewayError.keyChanged(known: entry.key ?? "none", found: key)
        }
        return (found, line)
    }

    /// Asks a gateway who it is, over a line.
    static func look(_ host: String) throws -> (gateway: GatewayIntroduction, line: GatewayLine) {
        guard let address = GatewayAddress(host) else { throw GatewayError.address(host) }
        let line = try MachineWorld.line(address)
        return (try GatewayIntroduction.look(host, line), line)
    }
}
