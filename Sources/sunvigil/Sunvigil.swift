// The command and the list of its verbs, which lie in folders by what they are about; what they share is in Shared.

import ArgumentParser
import Foundation
import Lake

#if canImport(Glibc)
    import Glibc
#endif

@main
struct Sunvigil: ParsableCommand {
    static let version = "0.1.0"
    /// What verbs say they belong to: so they parse without a look for completion scripts, which takes a tenth of a small verb.
    static let name = "sunvigil"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "An independent watch over Enphase solar and battery systems.",
        discussion: """
            EXAMPLES
              sunvigil init --site home --time-zone Europe/London --latitude 51.4 --longitude -0.3
              sunvigil import ~/Downloads/*_custom_report.csv
              sunvigil check
              sunvigil report monthly --month 2025-03

            Not affiliated with Enphase. "Enphase", "Enlighten", "Envoy" and "IQ" are their owner's trademarks.
            """,
        version: version,
        subcommands: [
            InitCommand.self, ImportCommand.self, CheckCommand.self, NotifyCommand.self, FindingsCommand.self,
            AckCommand.self,
            MuteCommand.self, WatchCommand.self, GatewayCommand.self, CaseCommand.self, ReconcileCommand.self,
            ReportCommand.self,
            StatusCommand.self, SiteCommand.self, TotalsCommand.self, GapsCommand.self, HistoryCommand.self,
            DevicesCommand.self,
            EventsCommand.self, BillsCommand.self, ExportCommand.self, FilesCommand.self, UndoCommand.self,
            VerifyCommand.self, RepairCommand.self, RebuildCommand.self, BackupCommand.self,
            RestoreCommand.self,
            CompactCommand.self, FlushCommand.self, ExpireCommand.self, CleanupCommand.self,
            SimulateCommand.self, MockGatewayCommand.self, GlossaryCommand.self,
        ]
    )

    /// Returns the verb that words begin with; nil where they do not parse as it: then all verbs are looked through, which
    /// takes longer than a small verb takes to run, and what is wrong is told.
    private static func verb(_ words: [String]) -> (any ParsableCommand)? {
        guard let name = words.first,
            let type = configuration.subcommands.first(where: { $0.configuration.commandName == name }),
            type.configuration.subcommands.isEmpty
        else { return nil }
        return try? type.parse(Array(words.dropFirst()))
    }

    static func main() {
        // A reader that goes away is not an error, and a file too large is an answer of the system, not a death.
        signal(SIGPIPE, SIG_DFL)
        signal(SIGXFSZ, SIG_IGN)
        Console.holdStandardDescriptors()
        // What the program writes is its owner's: bills, documents, reports.
        umask(0o077)
        Lake.prepareProcess()
        do {
            var command = try verb(Array(CommandLine.arguments.dropFirst())) ?? parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            exit(withError: code)
        } catch {
            let code = exitCode(for: error)
            if code == .success { exit(withError: error) }
            let isUsage = code == .validationFailure || error is ValidationError
            Console.error(isUsage ? fullMessage(for: error) : "sunvigil: \(CommandWords.text(error))")
            Foundation.exit(2)
        }
    }
}
