// An independent reader of gateways and the program agree on every quantity that both extract. Needs ../shared and the
// Python environment of scripts/conformance-environment; skipped where either is absent, except in continuous integration.

import Foundation
import TestSupport
import Testing

private let python = Checkout.root.appending(path: ".venv-conformance/bin/python").path
private let isPresent =
    Shared.isPresent
    && (ProcessInfo.processInfo.environment["CI"] != nil || FileManager.default.fileExists(atPath: python))

@Suite("gateway oracle", .enabled(if: isPresent))
struct GatewayOracleTests {
    @Test(
        "every quantity that both readers extract from the captures is equal, or its difference is explained"
    )
    func agreement() throws {
        let folder = try ScratchFolder()
        let root = Shared.path("samples/gateway")
        let captures = try FileManager.default.contentsOfDirectory(atPath: root).sorted()
            .map { "\(root)/\($0)" }.filter { FileManager.default.fileExists(atPath: $0 + "/info") }
        #expect(captures.count == 32)
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments =
            [
                Checkout.root.appending(path: "Tests/ConformanceTests/compare_gateway.py").path, Program.path,
                folder.path,
            ] + captures
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(output)")
        // The comparison compares: thousands of values, and nearly all captures.
        let last = try #require(output.split(separator: "\n").last)
        let compared = Int(last.split(separator: " ").dropFirst(2).first ?? "") ?? 0
        #expect(compared > 3_000, "\(last)")
        #expect(output.split(separator: "\n").count { $0.hasPrefix("not compared") } <= 3, "\(output)")
    }

    @Test(
        "an independent reader sees the same in the mock gateway as in the capture that it plays, and registers that go on",
        arguments: [
            "8.3.5289_modGone", "8.2.127_with_generator_running", "8.2.127_with_3cts_and_battery_split",
            "7.3.517", "5.0.62",
        ]
    )
    func mock(_ capture: String) throws {
        let folder = try ScratchFolder()
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [
            Checkout.root.appending(path: "Tests/ConformanceTests/compare_gateway.py").path, "--mock",
            Program.path, folder.path, Shared.path("samples/gateway/\(capture)"),
        ]
        let result = try Program.finish(process)
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        let last = try #require(result.output.split(separator: "\n").last)
        #expect(Int(last.split(separator: " ").dropFirst(2).first ?? "") ?? 0 > 100, "\(last)")
    }
}
