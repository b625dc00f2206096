// Runs the built program as if a person sat at a terminal.

import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A terminal for a program that asks.
package enum Terminal {
    /// Runs the program with a terminal as its standard input, on which the lines are typed.
    ///
    /// - Parameter lines: the answers; behind the last one the terminal ends.
    package static func run(
        _ arguments: [String],
        typing lines: [String],
        environment: [String: String] = [:]
    ) throws
        -> Program.Result
    {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var number: Int32 = 0
        var isLocked: Int32 = 0
        // The requests of Linux that unlock a terminal and tell its number.
        guard master >= 0, ioctl(master, 0x4004_5431, &isLocked) == 0,
            ioctl(master, 0x8004_5430, &number) == 0
        else { throw POSIXError(.ENOTTY) }
        let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard slave >= 0 else { throw POSIXError(.ENOTTY) }
        defer {
            close(master)
            close(slave)
        }
        let process = Program.process(arguments)
        process.standardInput = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        let typed = Array((lines.map { $0 + "\n" }.joined() + "\u{04}").utf8)
        guard write(master, typed, typed.count) == typed.count else { throw POSIXError(.EIO) }
        return try Program.finish(process)
    }
}
