// A capture that goes on: the bodies as they were saved, their times moved to the time that is played, their registers
// advanced by the powers that stand beside them. What is added up and when devices report is in ReplayMotion.

import Foundation
import Readings

/// Why files are no capture that can be played.
package enum CaptureReplayError: Error, Equatable, Sendable, CustomStringConvertible {
    case noInfo
    case noSerial
    case noFirmware(String)

    package var description: String {
        switch self {
        case .noInfo: "no info among the files; a capture is a folder of saved bodies, info among them"
        case .noSerial: "info names no serial number"
        case .noFirmware(let text): "info names no firmware: \(text)"
        }
    }
}

/// A gateway that plays a capture.
package struct CaptureReplay: GatewayPlay {
    package let serial: String
    package let firmware: String
    /// The capture's own time, seconds UTC.
    package let capturedAtUTCSeconds: Double
    private let bodies: [String: SavedBody]
    private let motion: ReplayMotion

    /// A saved body.
    private struct SavedBody: Sendable {
        var status = 200
        var contentType: String?
        var bytes: [UInt8]
        var json: JSONValue?
        /// The gateway's time when it was saved.
        var nowUTCSeconds: Double
    }

    /// Makes a gateway of saved bodies.
    ///
    /// - Parameters:
    ///   - files: by their paths, as `ivp/meters/readings`, or with `_` in the place of `/`, `?` and `=`; a file whose name
    ///     ends in `_log.json` tells status (`code`) and `headers` of its body.
    ///   - startUTCSeconds: when the playing begins: the capture's own time becomes this.
    ///   - zone: of the gateway, for what its page of state shows.
    package init(
        files: [(name: String, bytes: [UInt8])],
        startUTCSeconds: Double,
        zone: TimeZoneRules = .utc
    ) throws(CaptureReplayError) {
        let byName = Dictionary(files.map { (CaptureReplay.plain($0.name), $0.bytes) }) { first, _ in first }
        guard let info = byName["info"] ?? byName["info.xml"] else { throw .noInfo }
        let text = String(decoding: info, as: UTF8.self)
        guard let serial = GatewayBody.element("sn", of: text), !serial.isEmpty else { throw .noSerial }
        let software = GatewayBody.element("software", of: text) ?? ""
        guard let firmware = MockFirmware(software) else { throw .noFirmware(software) }
        (self.serial, self.firmware) = (serial, software)
        let time = GatewayBody.element("time", of: text).flatMap { Double($0) }
        let parsed = byName.filter { !$0.key.hasSuffix("_log.json") }.mapValues { bytes in
            JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
        }
        let now =
            time ?? parsed.values.compactMap { $0.flatMap(CaptureReplay.newestTime) }.max() ?? startUTCSeconds
        capturedAtUTCSeconds = now
        var bodies: [String: SavedBody] = [:]
        for (name, json) in parsed {
            var body = SavedBody(bytes: byName[name] ?? [], json: json, nowUTCSeconds: now)
            if let log = byName[name + "_log.json"] { CaptureReplay.read(log, into: &body) }
            // A composite: this body is of another time than `info`.
            if let own = json.flatMap(CaptureReplay.newestTime), abs(own - now) > 86_400 {
                body.nowUTCSeconds = own
            }
            bodies[name] = body
        }
        self.bodies = bodies
        motion = ReplayMotion(
            firmware: firmware,
            startUTCSeconds: startUTCSeconds,
            meters: bodies["ivp_meters"]?.json,
            zone: zone
        )
    }

    /// The name of the zone that the gateway says it is in; nil where it says none.
    package static func timeZone(files: [(name: String, bytes: [UInt8])]) -> String? {
        files.first { plain($0.name) == "home" }
            .flatMap { JSONValue(parsing: String(decoding: $0.bytes, as: UTF8.self)) }?["timezone"]?.string
    }

    package mutating func answer(_ path: String, utcSeconds: Double) -> PlayedAnswer? {
        guard let body = bodies[CaptureReplay.plain(path)] else { return nil }
        var bytes = body.bytes
        if path == "info" || path == "info.xml" {
            let text = String(decoding: bytes, as: UTF8.self)
            bytes = Array(GatewayBody.replaced("time", in: text, with: String(Int64(utcSeconds))).utf8)
        } else if let json = body.json, body.status == 200 {
            bytes = Array(
                (motion.moved(json, saved: body.nowUTCSeconds, at: utcSeconds).compact + "\n")
                    .utf8
            )
        }
        return PlayedAnswer(status: body.status, contentType: body.contentType, body: bytes)
    }

    /// The name under which a path is saved.
    private static func plain(_ path: String) -> String {
        String(path.map { "/?=&".contains($0) ? "_" : $0 })
    }

    private static func read(_ log: [UInt8], into body: inout SavedBody) {
        guard let log = JSONValue(parsing: String(decoding: log, as: UTF8.self)) else { return }
        if let code = log["code"]?.double.flatMap({ Int(exactly: $0) }), (100...599).contains(code) {
            body.status = code
        }
        body.contentType = log["headers"]?.members.first { $0.0.lowercased() == "content-type" }?.1.string
    }

    /// The newest time of a body; nil where it has none. That of the last report to the cloud may be as old as it likes.
    private static func newestTime(_ json: JSONValue) -> Double? {
        var newest: Double?
        _ = GatewayBody.map(json) { members in
            for (name, value) in members
            where GatewayBody.timeNames.contains(name) && name != "last_enlighten_report_time" {
                guard let time = GatewayBody.number(value), time > 1e9 else { continue }
                newest = max(newest ?? time, time)
            }
        }
        return newest
    }
}
