// The mock gateway of the built program, started: what it says of itself, a line of JSON each.

import Foundation

extension Program {
    /// Starts `mock-gateway`, and returns it with the objects that it prints first: address, key and token.
    ///
    /// - Parameter arguments: behind the verb.
    /// - Returns: fewer objects than three where it ended before.
    package static func startMock(_ arguments: [String]) throws -> (process: Process, said: [[String: Any]]) {
        let process = Program.process(["mock-gateway"] + arguments)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        var text = Data()
        while text.count(where: { $0 == 10 }) < 3 {
            let piece = pipe.fileHandleForReading.availableData
            if piece.isEmpty { break }
            text += piece
        }
        let said = try String(decoding: text, as: UTF8.self).split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
        return (process, said)
    }
}
