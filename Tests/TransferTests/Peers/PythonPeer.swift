// A server of a test that runs in Python: a script that tells its port first, and then what it saw, a line each in base64.

import Foundation
import Synchronization

/// A server in a process of its own. A class, because its process ends once.
final class PythonPeer {
    /// The command.
    static let command = "/usr/bin/python3"
    /// Whether this machine has it.
    static let isPresent = FileManager.default.isExecutableFile(atPath: command)

    /// Tells whether it has a module.
    static func has(_ module: String) -> Bool {
        guard isPresent else { return false }
        let process = Process()
        process.executableURL = URL(filePath: command)
        process.arguments = ["-c", "import \(module)"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// The port.
    let port: Int
    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()
    private let seen = Seen()

    private final class Seen: Sendable {
        let bytes = Mutex(Data())
        let isOver = DispatchSemaphore(value: 0)
    }

    /// Starts a script.
    init(_ script: String, arguments: [String]) throws {
        process.executableURL = URL(filePath: PythonPeer.command)
        process.arguments = ["-c", script] + arguments
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try output.fileHandleForWriting.close()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
            line.append(byte)
        }
        guard let port = Int(String(decoding: line, as: UTF8.self)) else {
            throw CocoaError(.featureUnsupported)
        }
        self.port = port
        // Read at once: a pipe that is full would hold the server up.
        let (reading, seen) = (output.fileHandleForReading, seen)
        Thread.detachNewThread {
            let data = reading.readDataToEndOfFile()
            seen.bytes.withLock { $0 = data }
            seen.isOver.signal()
        }
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    /// Waits for its end and tells what it saw; ends it by force where it goes on for five seconds. Its input ends before.
    func finish() -> [[UInt8]] {
        let process = process
        try? input.fileHandleForWriting.close()
        let guardian = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(5), execute: guardian)
        seen.isOver.wait()
        let data = seen.bytes.withLock { $0 }
        process.waitUntilExit()
        guardian.cancel()
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
            .compactMap { Data(base64Encoded: String($0)).map { [UInt8]($0) } }
    }

    /// What it saw, as text.
    func lines() -> [String] { finish().map { String(decoding: $0, as: UTF8.self) } }
}
