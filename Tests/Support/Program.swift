// Runs the built program.

import Foundation

/// The built program, beside the test bundle.
package enum Program {
    /// The path of the executable.
    package static var path: String {
        let folder = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
            .deletingLastPathComponent()
        let beside = folder ?? URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        return beside.appending(path: "sunvigil").path
    }

    /// What a run left.
    package struct Result {
        /// Standard output.
        package let output: String
        /// Standard error.
        package let errors: String
        /// The exit code.
        package let code: Int32
    }

    /// Makes a process of the program that has not started.
    package static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs the program to its end.
    @discardableResult
    package static func run(_ arguments: String..., input: String? = nil) throws -> Result {
        try run(arguments: arguments, input: input)
    }

    /// Makes a store with one site.
    @discardableResult
    package static func makeStore(
        _ store: String,
        site: String,
        timeZone: String,
        latitude: String,
        longitude: String
    ) throws -> Result {
        try run(
            arguments: ["init", "--store", store, "--site", site, "--time-zone", timeZone]
                + ["--latitude", latitude, "--longitude", longitude]
        )
    }

    /// Runs the program to its end, with additions to its environment.
    ///
    /// - Parameter seconds: after which it is ended, with code 124; nil to wait for ever. Needs coreutils.
    @discardableResult
    package static func run(
        arguments: [String],
        input: String? = nil,
        environment: [String: String] = [:],
        seconds: Int? = nil
    ) throws -> Result {
        let process = process(arguments)
        if let seconds {
            // Ends with code 124 where the program does not end by itself.
            process.executableURL = URL(filePath: "/usr/bin/timeout")
            process.arguments = ["\(seconds)", path] + arguments
        }
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        return try finish(process, input: input)
    }

    /// Starts a process and waits for its end.
    package static func finish(_ process: Process, input: String? = nil) throws -> Result {
        let folder = try ScratchFolder()
        let outputPath = try folder.write("out", "")
        let errorPath = try folder.write("err", "")
        let output = try FileHandle(forWritingTo: URL(filePath: outputPath))
        let errors = try FileHandle(forWritingTo: URL(filePath: errorPath))
        process.standardOutput = output
        process.standardError = errors
        if let input { process.standardInput = FileHandle(forReadingAtPath: try folder.write("in", input)) }
        try process.run()
        process.waitUntilExit()
        return Result(
            output: String(decoding: try Data(contentsOf: URL(filePath: outputPath)), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: URL(filePath: errorPath)), as: UTF8.self),
            code: process.terminationReason == .uncaughtSignal
                ? 128 + process.terminationStatus : process.terminationStatus
        )
    }
}
