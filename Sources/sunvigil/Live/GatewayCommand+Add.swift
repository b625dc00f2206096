// sunvigil gateway add, token, trust, remove: what changes config.json.

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

extension GatewayCommand {
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Get to know a gateway: show serial number, firmware and key, take the token.",
            discussion: """
                The key is the one by which the gateway is known from then on: another one at that address is refused, and told.
                Without --token-file the token is asked for, unseen, or read from standard input, and kept in
                ~/.config/sunvigil/SERIAL.token, which nobody else can read.

                EXAMPLES
                  sunvigil gateway add 192.168.1.20 --site home
                  sunvigil gateway add envoy.local --site home --token-file ~/.config/sunvigil/home.token --accept-key
                """
        )

        @OptionGroup var store: StoreOptions
        @Argument(
            help: ArgumentHelp(
                "Its address: a name or number, with a port where it is not the usual one.",
                valueName: "host[:port]"
            )
        )
        var host: String
        @Option(help: "The site whose gateway it is; needed where there are several.") var site: String?
        @Option(
            help: ArgumentHelp(
                "The file that holds the token (or user:password below firmware 7).",
                valueName: "file"
            )
        )
        var tokenFile: String?
        @Flag(help: "Take the key that it shows without asking.") var acceptKey = false

        func run() throws {
            let snapshot = try store.snapshot()
            let site = try snapshot.site(named: site)
            guard let address = GatewayAddress(host)?.text else { throw GatewayError.address(host) }
            let (gateway, line) = try GatewayCommand.look(address)
            Console.error(
                "gateway \(gateway.serial), firmware \(Console.oneLine(gateway.firmware)), site \(Console.oneLine(site.name))"
            )
            try accept(gateway)
            let known = try Configuration.load(snapshot).gateways.first { $0.serial == gateway.serial }
            let file = try takeToken(gateway, line, known: known?.tokenFile)
            var entry = GatewayEntry(
                site: site.name,
                host: address,
                serial: gateway.serial,
                key: gateway.key,
                tokenFile: file
            )
            try GatewayBook.change(try store.writer()) { entries in
                if let before = entries.first(where: { $0.serial == entry.serial }) {
                    (entry.rawDays, entry.minuteDays, entry.mute) = (
                        before.rawDays, before.minuteDays, before.mute
                    )
                }
                entries.removeAll { $0.serial == entry.serial }
                entries.append(entry)
            }
            Console.print("gateway \(gateway.serial) is known; watch it with: sunvigil watch")
        }

        private func accept(_ gateway: GatewayIntroduction) throws {
            guard let key = gateway.key else {
                Console.error("it answers in clear text: whoever is in its network can read along")
                return
            }
            Console.error("its key is \(key)")
            if acceptKey { return }
            guard Prompt.isPossible, Prompt.agrees("is this your gateway?", usually: false) else {
                throw GatewayError.keyNotAccepted
            }
        }

        /// Takes and tries the token, and returns the file in which it lies; nil where it comes another way or none is needed.
        private func takeToken(_ gateway: GatewayIntroduction, _ line: GatewayLine, known: String?) throws
            -> String?
        {
            let home = StoreOptions.environment.home
            let file = tokenFile.map { TokenFile.whole($0, home: home) } ?? known
            var text: String?
            if let file, tokenFile != nil || access(file, F_OK) == 0 {
                text = try TokenSource.read(file)
            } else if let variable = ProcessInfo.processInfo.environment["SUNVIGIL_TOKEN"], !variable.isEmpty
            {
                text = try TokenSource.checked(Array(variable.utf8), place: "SUNVIGIL_TOKEN")
            }
            let isFound = text != nil
            // Old firmware shows some pages to anybody: an empty answer is one.
            if text == nil {
                do {
                    text = try GatewayCommand.token(serial: gateway.serial)
                } catch GatewayError.notAToken where !gateway.usesTokens {
                    Console.error("without user and password only open pages are read")
                    return nil
                }
            }
            guard let text else { return nil }
            let check = try TokenCheck.check(
                text,
                gateway,
                host: host,
                line: line,
                now: StoreOptions.now
            )
            Console.error(GatewayCommand.text(check))
            return isFound ? file : try TokenFile.keep(text, serial: gateway.serial, home: home)
        }
    }

    struct Token: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "token",
            abstract: "Give a new token; a watch that runs takes it without a restart.",
            discussion: """
                Asks for it, unseen, or reads it from standard input or a file, tries it at the gateway, and puts it in the place of
                the old one.

                EXAMPLES
                  sunvigil gateway token
                  sunvigil gateway token --gateway home < new.token
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: ArgumentHelp("Which gateway: serial number, address or site.", valueName: "name"))
        var gateway: String?
        @Option(help: ArgumentHelp("A file that holds it.", valueName: "file")) var tokenFile: String?

        func run() throws {
            let entry = try GatewayCommand.entry(gateway, try store.snapshot())
            let (found, line) = try GatewayCommand.look(at: entry)
            let text =
                try tokenFile.map {
                    try TokenSource.read(TokenFile.whole($0, home: StoreOptions.environment.home))
                }
                ?? GatewayCommand.token(serial: entry.serial)
            let check = try TokenCheck.check(
                text,
                found,
                host: entry.host,
                line: line,
                now: StoreOptions.now
            )
            let file = try TokenFile.keep(
                text,
                serial: entry.serial,
                home: StoreOptions.environment.home,
                at: entry.tokenFile
            )
            if entry.tokenFile == nil {
                try GatewayBook.change(try store.writer(), serial: entry.serial) { $0.tokenFile = file }
            }
            Console.print(GatewayCommand.text(check))
        }
    }

    struct Trust: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "trust",
            abstract: "Take the key that the gateway has now, after it has changed.",
            discussion: """
                A gateway that was replaced or set back has another key. So has a stranger at its address: look before you take it.

                EXAMPLES
                  sunvigil gateway trust
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: ArgumentHelp("Which gateway: serial number, address or site.", valueName: "name"))
        var gateway: String?
        @Flag(help: "Take the key without asking.") var acceptKey = false

        func run() throws {
            let entry = try GatewayCommand.entry(gateway, try store.snapshot())
            let (found, _) = try GatewayCommand.look(at: entry, byAnyKey: true)
            guard let key = found.key else { throw GatewayError.noKey(host: entry.host) }
            guard key != entry.key else {
                // A watch that asks nothing since it saw another key goes on when the list is written anew.
                try GatewayBook.change(try store.writer()) { _ in }
                Console.print("the gateway has the key by which it is known; a watch that runs goes on")
                return
            }
            Console.error("known is \(entry.key ?? "none"),\nfound is \(key)")
            guard acceptKey || (Prompt.isPossible && Prompt.agrees("take the new one?", usually: false))
            else {
                throw GatewayError.keyNotAccepted
            }
            try GatewayBook.change(try store.writer(), serial: entry.serial) { $0.key = key }
            Console.print("gateway \(entry.serial) is known by its new key")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Watch a gateway no more; what it said stays in the store.",
            discussion: """
                EXAMPLES
                  sunvigil gateway remove 122000000001
                """
        )

        @OptionGroup var store: StoreOptions
        @Argument(help: "Its serial number, address or site.") var gateway: String

        func run() throws {
            let writer = try store.writer()
            let entry = try GatewayCommand.entry(gateway, writer)
            try GatewayBook.change(writer) { entries in entries.removeAll { $0.serial == entry.serial } }
            // Nobody would ever tell that they are over.
            try WatchStanding.endFindings(
                of: entry,
                in: writer,
                now: StoreOptions.now
            )
            Console.print("gateway \(entry.serial) is watched no more")
            if let file = entry.tokenFile { Console.error("its token lies in \(file) still") }
        }
    }
}
