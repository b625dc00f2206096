// The built program, run as an owner would.

import Foundation

/// Runs the program.
package struct Runner: Sendable {
    let program: String

    /// Makes a runner of a built program.
    package init(program: String) { self.program = program }

    /// What went wrong.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs it and returns its output with the CPU time that it took, seconds; that time is that of all children, so it
    /// holds only where one runs at a time.
    ///
    /// - Parameter diagnostics: a file that takes what it writes to standard error.
    package func run(_ arguments: [String], allowed: [Int32], diagnostics: String? = nil) throws -> (
        output: String, seconds: Double
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        if let diagnostics { try Data().write(to: URL(fileURLWithPath: diagnostics)) }
        process.standardError = FileHandle(forWritingAtPath: diagnostics ?? "/dev/null")
        let before = Runner.childSeconds()
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard allowed.contains(process.terminationStatus) else {
            throw Failure(
                description: "\(arguments.joined(separator: " ")) ended with \(process.terminationStatus)"
            )
        }
        return (String(decoding: output, as: UTF8.self), Runner.childSeconds() - before)
    }

    /// CPU seconds of all children so far.
    private static func childSeconds() -> Double {
        var usage = rusage()
        #if canImport(Darwin)
            getrusage(RUSAGE_CHILDREN, &usage)
        #else
            getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        #endif
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
