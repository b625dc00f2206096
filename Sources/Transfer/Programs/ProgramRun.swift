// A program of the owner's: no shell, bounded time and output.

/// A program that is run once.
package struct ProgramRun: Sendable {
    /// The program and its arguments; the first with its path, or to be found by PATH.
    package var arguments: [String]
    /// What it gets on its standard input.
    package var input: [UInt8] = []
    /// All variables it gets.
    package var variables: [String: String] = [:]
    /// How long it may run, seconds; then it and what it started are ended.
    package var seconds = 30.0
    /// How much of its output is kept, bytes each.
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

    /// Runs it.
    ///
    /// - Returns: nil where it cannot be started.
    package func run() -> Outcome? { nil }
}
