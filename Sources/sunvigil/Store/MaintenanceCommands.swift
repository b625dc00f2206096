// sunvigil compact, expire, cleanup, flush, repair, rebuild, backup, restore

import ArgumentParser
import Foundation
import Lake
import Readings

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        _superCommandName: Sunvigil.name,
        abstract: "Merge the months of past years into fewer, smaller files, and compress kept documents.",
        discussion: """
            Rows stay as they are, and past states stay readable. The nightly check does the same. A year is merged when it
            is over, five years when all of them are.

            EXAMPLE
              sunvigil compact
            """
    )

    @OptionGroup var store: StoreOptions

    func run() throws {
        let done = try store.open(.write).compact { Console.progress("compact: \($0)") }
        Console.progress("")
        for text in done.left { Console.error("sunvigil: left as it is: \(text)") }
        Console.print(
            "\(done.mergedSegments) segments merged into \(done.newSegments), \(done.packedDocuments) documents compressed, \(Maintenance.bytes(done.savedBytes)) saved"
        )
        if !done.left.isEmpty { throw ExitCode(2) }
    }
}

struct ExpireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        _superCommandName: Sunvigil.name,
        abstract: "Forget past states of the store that are older than the retention.",
        discussion: """
            Without --keep-days the retention_days of config.json counts, else 90 days. The current state is never touched;
            files that only past states needed wait for sunvigil cleanup.

            EXAMPLE
              sunvigil expire --keep-days 30 && sunvigil cleanup
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: ArgumentHelp("Days for which past states stay readable.", valueName: "n")) var keepDays:
        Int?

    func run() throws {
        let lake = try store.open(.write)
        let days = try keepDays ?? Configuration.load(lake.path).retentionDays
        guard (0...36_500).contains(days) else {
            throw CommandError("--keep-days is 0 to 36500, not \(days)")
        }
        let done = try lake.expire(beforeMicroseconds: Maintenance.now - Int64(days) * 86_400_000_000)
        Console.print(
            "\(done.snapshots) past states forgotten, \(done.scheduledFiles) files (\(Maintenance.bytes(done.scheduledBytes))) wait for: sunvigil cleanup"
        )
    }
}

struct CleanupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup",
        _superCommandName: Sunvigil.name,
        abstract: "Remove files that no state of the store needs any more.",
        discussion: """
            Files are removed a day after they expired: a program that reads an older state may still be at them.

            EXAMPLE
              sunvigil cleanup --older-than-hours 0
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: ArgumentHelp("Hours since a file expired.", valueName: "n")) var olderThanHours = 24

    func run() throws {
        guard (0...87_600).contains(olderThanHours) else {
            throw CommandError("--older-than-hours is 0 to 87600, not \(olderThanHours)")
        }
        let before = Maintenance.now - Int64(olderThanHours) * 3_600_000_000
        let done = try store.open(.write).cleanUp(scheduledBeforeMicroseconds: before)
        Console.print("\(done.files) files removed, \(Maintenance.bytes(done.bytes))")
    }
}

struct FlushCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush",
        _superCommandName: Sunvigil.name,
        abstract: "Move rows that came one by one into segments.",
        discussion: "The nightly check does the same.\n\nEXAMPLE\n  sunvigil flush"
    )

    @OptionGroup var store: StoreOptions

    func run() throws {
        let lake = try store.open(.write)
        let count = try lake.flush { try DocumentReplay.replay(lake, $0, $1) }
        Console.print("\(count) rows moved into segments")
    }
}

struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        _superCommandName: Sunvigil.name,
        abstract: "Mend what verify finds: damaged segments are made again from the kept documents.",
        discussion: """
            Damaged files are moved to the store's folder quarantine/, never deleted. Exit code 2 where something is lost.

            EXAMPLE
              sunvigil repair && sunvigil verify
            """
    )

    @OptionGroup var store: StoreOptions

    func run() throws {
        let lake = try store.open(.write)
        let done = try lake.repair(
            replay: { try DocumentReplay.replay(lake, $0, $1) },
            progress: { Console.progress("repair: \($0) of \($1) files looked at") }
        )
        Console.progress("")
        for path in done.quarantined { Console.print("moved aside: \(path)") }
        for text in done.restored { Console.print("made again: \(text)") }
        for text in done.lost { Console.print("not mended: \(text)") }
        if done.quarantined.isEmpty, done.restored.isEmpty, done.lost.isEmpty {
            Console.print("nothing is damaged")
        }
        if !done.lost.isEmpty { throw ExitCode(2) }
    }
}

struct RebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        _superCommandName: Sunvigil.name,
        abstract: "Make a lost or damaged catalogue anew from the segments alone.",
        discussion: """
            The old catalogue is moved to quarantine/. Interval rows, device rows and bills come back as they were last;
            findings and the journal of imports do not, so an undo, and which of two captures is the later one, work for new
            imports only. What the new catalogue does not name is moved to quarantine/.

            EXAMPLE
              sunvigil rebuild && sunvigil verify
            """
    )

    @OptionGroup var store: StoreOptions

    func run() throws {
        let done = try Lake.rebuild(path: try store.path, environment: StoreOptions.environment)
        if let old = done.oldCatalogue { Console.print("moved aside: \(old)") }
        for text in done.damaged { Console.print("left out: \(text)") }
        for name in done.takenBack { Console.print("taken back from the quarantine: \(name)") }
        for text in done.remarks { Console.error("note: \(text)") }
        if !done.passedOver.isEmpty {
            Console.print("moved aside: \(done.passedOver.count) older segments, which newer ones cover")
        }
        if !done.unknownSites.isEmpty {
            Console.print(
                "name, zone and place are unknown of \(done.unknownSites.joined(separator: ", ")); set them with: sunvigil init --update"
            )
        }
        Console.print(
            "the catalogue names \(done.segments) segments with \(done.rows) rows; \(done.documents) documents stay kept"
        )
        if !done.damaged.isEmpty { throw ExitCode(2) }
    }
}

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        _superCommandName: Sunvigil.name,
        abstract: "Copy the store into a folder, also while an import runs.",
        discussion: """
            A second backup into the same folder copies only what is new. Put it back with: sunvigil restore.

            EXAMPLE
              sunvigil backup /mnt/disk/sunvigil
            """
    )

    @OptionGroup var store: StoreOptions
    @Argument(help: "The folder.") var folder: String

    func run() throws {
        let done = try store.open(.read).backUp(to: folder) {
            Console.progress("backup: \($0) of \($1) files")
        }
        Console.progress("")
        for text in done.lost { Console.print("not copied: \(text)") }
        Console.print(
            "\(done.files) files copied (\(Maintenance.bytes(done.bytes))), \(done.known) were there already"
        )
        if !done.lost.isEmpty { throw ExitCode(2) }
    }
}

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        _superCommandName: Sunvigil.name,
        abstract: "Put a backup in the place of the store; the store that is there is moved aside.",
        discussion: "EXAMPLE\n  sunvigil restore /mnt/disk/sunvigil"
    )

    @OptionGroup var store: StoreOptions
    @Argument(help: "The folder of the backup.") var folder: String

    func run() throws {
        let done = try Lake.restore(from: folder, to: try store.path, environment: StoreOptions.environment) {
            Console.progress("restore: \($0) of \($1) files")
        }
        Console.progress("")
        if let aside = done.movedAside { Console.print("moved aside: \(aside)") }
        for text in done.lost { Console.print("not put back: \(text)") }
        Console.print(
            "\(done.files) files put back (\(Maintenance.bytes(done.bytes))); check them with: sunvigil verify"
        )
        if !done.lost.isEmpty { throw ExitCode(2) }
    }
}

/// What maintenance verbs share.
enum Maintenance {
    /// Microseconds UTC.
    static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

    /// Returns a size in words.
    static func bytes(_ count: Int64) -> String {
        let megabytes = Double(count) / 1_000_000
        return megabytes.magnitude >= 0.1 ? "\(JSONValue.fixed(megabytes, decimals: 1)) MB" : "\(count) bytes"
    }

    /// A clock that is so far behind the last night may have been set wrong: nothing is forgotten on its word.
    private static let longestPause: Int64 = 400 * 86_400_000_000

    /// What the nightly check does for the store itself.
    ///
    /// - Parameter lastRun: when the last check ran, microseconds UTC; nil where none did.
    /// - Returns: what went wrong, each in one line; one step that fails keeps no other from being done.
    static func nightly(_ lake: Lake, _ configuration: Configuration, lastRun: Int64?) -> [String] {
        var remarks: [String] = []
        func attempt(_ step: String, _ body: () throws -> Void) {
            do { try body() } catch { remarks.append("\(step): \(error)") }
        }
        attempt("flush") { _ = try lake.flush { try DocumentReplay.replay(lake, $0, $1) } }
        attempt("compact") {
            remarks += try lake.compact { Console.progress("compact: \($0)") }.left.map { "compact: \($0)" }
        }
        if let lastRun, now - lastRun > longestPause {
            Console.error(
                "note: the last check was more than 400 days ago by this clock; past states are kept until the next one"
            )
        } else {
            attempt("expire") {
                let kept = Int64(configuration.retentionDays) * 86_400_000_000
                _ = try lake.expire(beforeMicroseconds: now - kept)
            }
            attempt("cleanup") { _ = try lake.cleanUp(scheduledBeforeMicroseconds: now - 86_400_000_000) }
        }
        Console.progress("")
        return remarks
    }
}
