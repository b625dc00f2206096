// A TLS server with a fresh certificate of its own: the command `openssl`, where there is one.

import Foundation
import TestSupport

/// `openssl s_server`, which answers every request with the same bytes. A class, because its process ends once.
final class TLSServer {
    /// The command.
    static let command = "/usr/bin/openssl"
    /// Whether this machine has it.
    static let isPresent = FileManager.default.isExecutableFile(atPath: command)

    /// Arguments that make a key.
    static let elliptic = "ec -pkeyopt ec_paramgen_curve:P-256"

    /// The port.
    let port: Int
    /// The key as it is written down, by the command's own account.
    let pin: String
    /// The certificate, PEM.
    let certificate: String

    private let folder: ScratchFolder
    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()
    private let log = Log()

    /// What the server received, between words of its own.
    private final class Log: @unchecked Sendable {
        // Unchecked: everything is behind the lock.
        private let lock = NSLock()
        private var bytes = Data()
        let ended = DispatchSemaphore(value: 0)

        func append(_ data: Data) { lock.withLock { bytes += data } }
        var text: String { lock.withLock { String(decoding: bytes, as: UTF8.self) } }
    }

    /// Starts a server that gives an answer to every request, and ends in the middle of it where it is told to.
    init(key: String = TLSServer.elliptic, answer: String, endsWithin: Bool = false) throws {
        folder = try ScratchFolder()
        let (keyFile, certificateFile) = (folder.path + "/key.pem", folder.path + "/certificate.pem")
        _ = try TLSServer.shell(
            "\(TLSServer.command) req -x509 -newkey \(key) -nodes -days 1 -subj /CN=gateway -addext subjectAltName=IP:127.0.0.1 "
                + "-keyout \(keyFile) -out \(certificateFile)"
        )
        pin = try TLSServer.shell(
            "openssl x509 -in \(certificateFile) -noout -pubkey | openssl pkey -pubin -outform DER "
                + "| openssl dgst -sha256 -binary | openssl base64"
        ).split(separator: "\n").map { "sha256//" + $0 }.joined()
        certificate = try String(contentsOfFile: certificateFile, encoding: .utf8)
        process.executableURL = URL(filePath: TLSServer.command)
        process.arguments = ["s_server", "-accept", "127.0.0.1:0", "-cert", certificateFile, "-key", keyFile]
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Held open here, it would never come to its end.
        try output.fileHandleForWriting.close()
        var start = ""
        while true {
            let piece = output.fileHandleForReading.availableData
            start += String(decoding: piece, as: UTF8.self)
            if let line = start.firstMatch(of: /ACCEPT [0-9.]+:([0-9]+)\n/), let number = Int(line.1) {
                port = number
                break
            }
            if piece.isEmpty { throw CocoaError(.featureUnsupported) }
        }
        relay(answer, endsWithin: endsWithin)
    }

    deinit { TLSServer.end(process) }

    /// The address of a path.
    var url: String { "https://127.0.0.1:\(port)/info" }

    /// Ends the server and tells all it received.
    func finish() -> String {
        TLSServer.end(process)
        _ = log.ended.wait(timeout: .now() + .seconds(2))
        return log.text
    }

    /// Answers whenever a request is whole.
    private func relay(_ answer: String, endsWithin: Bool) {
        let (reading, writing) = (output.fileHandleForReading, input.fileHandleForWriting)
        let (log, process) = (log, process)
        Thread.detachNewThread {
            var answered = 0
            while true {
                let piece = reading.availableData
                if piece.isEmpty { break }
                log.append(piece)
                let asked = log.text.components(separatedBy: "\r\n\r\n").count - 1
                while answered < asked {
                    answered += 1
                    try? writing.write(contentsOf: Data(answer.utf8))
                    if endsWithin { TLSServer.end(process) }
                }
            }
            log.ended.signal()
        }
    }

    /// Ends it by force: a process that a test starts may hold off other signals.
    private static func end(_ process: Process) { kill(process.processIdentifier, SIGKILL) }

    private static func shell(_ text: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", text]
        return try Program.finish(process).output
    }
}
