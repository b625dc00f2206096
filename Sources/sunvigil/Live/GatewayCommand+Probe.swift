// sunvigil gateway probe

import ArgumentParser
import Collect
import Foundation
import Lake
import Readings
import Station

extension GatewayCommand {
    struct Probe: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "probe",
            abstract: "Ask each path once: status, time and size; --save keeps the bodies as a capture.",
            discussion: """
                Takes a minute or two: some pages of a gateway take ten seconds. With --save the folder can be imported, and
                with --anonymous shown to others: serial numbers, addresses and names are made up. Look through it before you
                do.

                EXAMPLES
                  sunvigil gateway probe
                  sunvigil gateway probe --save capture-today
                  sunvigil gateway probe --save for-a-bug-report --anonymous
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: ArgumentHelp("Which gateway: serial number, address or site.", valueName: "name"))
        var gateway: String?
        @Option(help: ArgumentHelp("Keep the bodies in this folder.", valueName: "dir")) var save: String?
        @Flag(help: "Put made-up serial numbers, addresses and names in the place of yours.") var anonymous =
            false

        func run() throws {
            guard !anonymous || save != nil else { throw CommandError("--anonymous goes with --save DIR") }
            if let save, access(save, F_OK) == 0,
                (try? FileManager.default.contentsOfDirectory(atPath: save))?.isEmpty != true
            {
                throw CommandError("\(save) is there already; name a new folder with --save")
            }
            let lake = try store.snapshot()
            let entry = try GatewayCommand.entry(gateway, lake)
            let (found, line) = try GatewayCommand.look(at: entry)
            let source = TokenSource(
                entry,
                variables: ProcessInfo.processInfo.environment,
                home: lake.environment.home
            )
            let token = try source.token()
            Interrupt.listen()
            Console.print("gateway \(found.serial), firmware \(Console.oneLine(found.firmware))")
            var paths: [ProbedPath] = []
            let probe = GatewayProbe(found, token: token, line: line)
            probe.run(
                wait: { poll(nil, 0, Int32($0 * 1000)) },
                isStopped: { Interrupt.isRaised },
                told: { path in
                    paths.append(path)
                    Console.print(Probe.text(path))
                }
            )
            guard let save else { return }
            let files = try ProbeCapture.write(paths, into: save, isAnonymous: anonymous)
            Console.print("\(files.count) files in \(save); take them in with: sunvigil import \(save)")
        }

        private static func text(_ path: ProbedPath) -> String {
            func right(_ text: String, _ width: Int) -> String {
                String(repeating: " ", count: max(0, width - text.count)) + text
            }
            guard let status = path.status else {
                return "  -  \(right("", 8))  \(right("", 9))  \(path.path)  \(path.reason ?? "")"
            }
            return
                "\(right("\(status)", 4))  \(right("\(path.milliseconds) ms", 8))  \(right("\(path.body.count) B", 9))  \(path.path)"
        }
    }
}
