// Each path of a gateway asked once: what it answers, and what of it is worth keeping as a capture.

import Collect
import Foundation
import Ingest
import Readings

/// One path that was asked.
package struct ProbedPath {
    package let path: String
    /// The status; nil where there was no answer.
    package let status: Int?
    package let milliseconds: Int64
    package let body: [UInt8]
    /// Why there was no answer; nil where there was.
    package let reason: String?
}

/// A gateway that is asked all it may be asked, once.
package struct GatewayProbe {
    private let line: GatewayLine
    private let gateway: GatewayIntroduction
    private let token: GatewayToken?

    /// Prepares a probe.
    package init(_ gateway: GatewayIntroduction, token: GatewayToken?, line: GatewayLine) {
        (self.gateway, self.token, self.line) = (gateway, token, line)
    }

    /// Asks.
    ///
    /// - Parameters:
    ///   - wait: waits so many seconds between two paths, so that a gateway with much to do is not hurried.
    ///   - told: gets each path as it is answered.
    package func run(wait: (Double) -> Void, isStopped: () -> Bool, told: (ProbedPath) -> Void) {
        var access = firstAccess
        for path in GatewayPath.plan.map(\.path) where !isStopped() {
            var result = ask(path, access)
            if case .bearer = access, case .success(let reply) = result, reply.status == 401,
                let cookie = cookie()
            {
                access = .cookie(cookie)
                result = ask(path, access)
            }
            switch result {
            case .success(let reply):
                told(
                    ProbedPath(
                        path: path,
                        status: reply.status,
                        milliseconds: Int64(nearest: reply.seconds * 1000),
                        body: reply.body,
                        reason: nil
                    )
                )
            case .failure(let failure):
                told(ProbedPath(path: path, status: nil, milliseconds: 0, body: [], reason: failure.words))
            }
            wait(GatewayProbe.pause)
        }
    }

    private static let pause = 0.3

    private var firstAccess: GatewayRequest.Access {
        switch token {
        case .bearer?: cookie().map { .cookie($0) } ?? .bearer
        case .login?: .digest
        case nil: .none
        }
    }

    private func cookie() -> String? {
        let request = GatewayRequest(GatewayPath.login.path, access: .bearer, pin: gateway.key)
        guard case .success(let reply) = line.ask(request, token: token), reply.status == 200 else {
            return nil
        }
        return reply.cookie
    }

    private func ask(_ path: String, _ access: GatewayRequest.Access) -> Result<GatewayReply, GatewayFailure>
    {
        let isOpen = path == GatewayPath.info.path
        return line.ask(
            GatewayRequest(path, isPlain: gateway.isPlain, access: isOpen ? .none : access, pin: gateway.key),
            token: token
        )
    }
}

/// A capture of what a probe was answered.
package enum ProbeCapture {
    /// Writes a capture as `import` takes it: a file a body, with a log of its status.
    ///
    /// - Parameter isAnonymous: puts made-up serial numbers, addresses and names in the place of the owner's.
    /// - Throws: errors of the file system.
    package static func write(_ paths: [ProbedPath], into folder: String, isAnonymous: Bool) throws
        -> [String]
    {
        var mask = AnonymousMask()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var files: [String] = []
        let replies = paths.compactMap { path in path.status.map { (path.path, $0, path.body) } }
        for (name, bytes) in GatewayRound.capture(of: replies) {
            let written = isAnonymous ? mask.masked(bytes) : bytes
            let file = "\(folder)/\(name)"
            try Data(written).write(to: URL(filePath: file), options: .atomic)
            files.append(file)
        }
        return files
    }
}
