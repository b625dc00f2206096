// Gateways as others saved them, ready to be watched.

import Foundation
import Readings
import Simulation
import Station
import TestSupport
import Testing

/// A saved gateway.
struct SavedGateway {
    let name: String
    /// Bodies and their logs, by the names of their files.
    let files: [(name: String, bytes: [UInt8])]

    /// The names of all saved gateways; none where they are not there.
    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: Shared.path("samples/gateway")).filter {
            $0.first?.isNumber == true
        }.sorted()) ?? []

    /// Who saved some of them put a word in the place of the serial number; a gateway is known by digits.
    private static let masks = ["xxxxxxxxxxxx", "envoyserial"]
    private static let serial = "122000000042"

    init(_ name: String) throws {
        self.name = name
        let folder = Shared.path("samples/gateway/\(name)")
        files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { file in
            let bytes = try Shared.bytes("samples/gateway/\(name)/\(file)")
            guard file == "info" else { return (file, bytes) }
            var text = String(decoding: bytes, as: UTF8.self)
            for mask in SavedGateway.masks {
                text = text.replacing("<sn>\(mask)</sn>", with: "<sn>\(SavedGateway.serial)</sn>")
            }
            return (file, Array(text.utf8))
        }
    }

    /// Writes it as a folder that can be imported.
    func write(_ folder: ScratchFolder) throws -> String {
        for (name, bytes) in files {
            _ = try folder.write("in/\(name)", String(decoding: bytes, as: UTF8.self))
        }
        return folder.path + "/in"
    }

    /// Plays it.
    ///
    /// - Parameter start: when its own time is played; nil for its own time itself.
    func play(start: Double? = nil, zone: TimeZoneRules = .utc) throws -> CaptureReplay {
        let first = try CaptureReplay(files: files, startUTCSeconds: start ?? 0, zone: zone)
        if start != nil { return first }
        return try CaptureReplay(files: files, startUTCSeconds: first.capturedAtUTCSeconds, zone: zone)
    }
}

/// A saved gateway as it was, at the time that stands in it: other than in CaptureReplay, bodies of other days are not moved.
struct StandingGateway: GatewayPlay {
    let serial: String
    let firmware: String
    private let bodies: [String: PlayedAnswer]

    init(_ saved: SavedGateway) throws {
        let play = try saved.play()
        (serial, firmware) = (play.serial, play.firmware)
        let files = Dictionary(saved.files.map { ($0.name, $0.bytes) }) { first, _ in first }
        var bodies: [String: PlayedAnswer] = [:]
        for (name, bytes) in files where !name.hasSuffix("_log.json") {
            let log = files[name + "_log.json"].flatMap {
                JSONValue(parsing: String(decoding: $0, as: UTF8.self))
            }
            bodies[name] = PlayedAnswer(status: log?["code"]?.double.map { Int($0) } ?? 200, body: bytes)
        }
        self.bodies = bodies
    }

    mutating func answer(_ path: String, utcSeconds: Double) -> PlayedAnswer? {
        let name = String(path.map { "/?=&".contains($0) ? "_" : $0 })
        // One was saved without its ending.
        return bodies[name] ?? (name == "inventory.json" ? bodies["inventory"] : nil)
    }
}
