// A program of the owner's: no shell, bounded time and output.

/// A program that is run once.
package struct ProgramRun: Sendable {
    /// The program and its arguments; the first with its path, or to be found by this process' PATH.
    package var arguments: [String]
    /// What it gets on its standard input. It need not read it.
    package var input: [UInt8] = []
    /// All variables it gets.
    package var variables: [String: String] = [:]
    /// How long it may run, seconds; then it and what it started are ended: asked to by SIGTERM, and two seconds later made to.
    package var seconds = 30.0
    /// How much of its output is kept, bytes each; what is more is read and dropped.
    package var mostBytes = 65_536

    /// What came of it.
    package struct Outcome: Sendable, Equatable {
        /// Its exit code, 128 and the signal where it was ended by one.
        package var status: Int32
        /// What it wrote.
        package var output: [UInt8]
        /// What it wrote as errors.
        package var errors: [UInt8]
        /// It took too long and was ended.
        package var isTimedOut: Bool
    }

    /// Names a program.
    package init(_ arguments: [String]) { self.arguments = arguments }

    /// Runs it in a process group of its own, with no descriptor but the standard three.
    ///
    /// What it left running in the background is not waited for longer than half a second.
    ///
    /// - Returns: nil where it cannot be started.
    package func run() -> Outcome? {
        guard isSound, let ends = ProgramEnds() else { return nil }
        guard let process = ends.start(self) else {
            ends.closeAll()
            return nil
        }
        ends.closeTheirs()
        var running = RunningProgram(process: process, run: self, ends: ends)
        return running.finish()
    }

    /// A zero would cut a text short, a name with "=" would be another.
    private var isSound: Bool {
        guard let program = arguments.first, !program.isEmpty else { return false }
        let texts = arguments + variables.keys + variables.values
        return !texts.contains { $0.utf8.contains(0) }
            && !variables.keys.contains { $0.isEmpty || $0.contains("=") }
    }
}

extension ProgramRun: CustomStringConvertible, CustomReflectable {
    /// The program without arguments, input and variables, which may be secret.
    package var description: String { "\(arguments.first ?? ""), \(max(arguments.count - 1, 0)) arguments" }
    /// Nothing but the description.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension ProgramRun.Outcome: CustomStringConvertible, CustomReflectable {
    /// The outcome without what was written: it may be a password.
    package var description: String {
        "status \(status), \(output.count) and \(errors.count) bytes" + (isTimedOut ? ", ended" : "")
    }
    /// Nothing but the description.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
