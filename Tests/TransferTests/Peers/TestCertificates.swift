// Certificates of tests, made by the command `openssl`, where there is one.

import Foundation
import TestSupport

/// A certificate with its key, which vouches for itself.
struct TestCertificate: Sendable {
    /// Its file, PEM: the authority too.
    let certificate: String
    /// The file of its key.
    let key: String

    /// For the loopback, by number and by name.
    static let loopback = make("loopback", names: "IP:127.0.0.1,DNS:localhost")
    /// For another host.
    static let elsewhere = make("elsewhere", names: "DNS:elsewhere.example,IP:192.0.2.1")

    // Kept as long as the tests run.
    private static let folder: String = {
        let url = FileManager.default.temporaryDirectory.appending(path: "sunvigil-test-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: TestCertificate.folder) }
        return url.path
    }()

    private static func make(_ name: String, names: String) -> TestCertificate? {
        guard TLSServer.isPresent else { return nil }
        let made = TestCertificate(
            certificate: "\(folder)/\(name).pem",
            key: "\(folder)/\(name).key"
        )
        let process = Process()
        process.executableURL = URL(filePath: TLSServer.command)
        process.arguments =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
            + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=\(names)"]
            + ["-keyout", made.key, "-out", made.certificate]
        return (try? Program.finish(process))?.code == 0 ? made : nil
    }
}
