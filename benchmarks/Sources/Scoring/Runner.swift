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

    /// Runs `check` and returns the CPU seconds that it says it took, in all and for the analysis; they hold also where others
    /// run beside it.
    package func check(_ store: String, _ more: String...) throws -> (command: Double, analysis: Double) {
        let file = store + "/check.txt"
        _ = try run(["check", "--store", store] + more, allowed: [0, 1], diagnostics: file)
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
        guard let time = Runner.time(in: text) else {
            throw Failure(description: "check says no CPU time: \(text)")
        }
        return time
    }

    /// Reads "…, 3.28 s CPU (analysis 0.251)" of the last line that has it.
    package static func time(in text: String) -> (command: Double, analysis: Double)? {
        guard let line = text.split(separator: "\n").last(where: { $0.contains(" s CPU (analysis ") }) else {
            return nil
        }
        let words = line.split(separator: " ")
        guard words.count >= 5, let command = Double(words[words.count - 5]),
            let analysis = Double(words[words.count - 1].dropLast())
        else { return nil }
        return (command, analysis)
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
