// A line of the journal: a reply as it came, or the end of a round with what was noticed in it. Together they are enough to
// make every row and every finding of the watch again.

import Collect
import Foundation
import Readings

/// A line of the journal.
enum JournalEntry {
    /// A reply to one request.
    case reply(JournalReply)
    /// The end of a round.
    case round(End)

    /// The end of a round.
    struct End {
        /// Seconds UTC by this machine's clock.
        let atUTCSeconds: Int64
        /// By how much the gateway's times were shifted.
        let skewSeconds: Int64
        /// This machine says itself that its clock is not right.
        var isOwnClockInDoubt = false
        let signals: [CollectorSignal]
        let failures: [(path: String, reason: String)]
    }

    /// The line, without its end.
    var bytes: [UInt8] {
        switch self {
        case .reply(let reply): Array(reply.json.compact.utf8)
        case .round(let end):
            Array(
                JSONValue.object([
                    ("round", .integer(end.atUTCSeconds)), ("skew_s", .integer(end.skewSeconds)),
                    ("own_clock_in_doubt", .boolean(end.isOwnClockInDoubt)),
                    ("signals", .array(end.signals.map(JournalEntry.json))),
                    (
                        "failed",
                        .array(
                            end.failures.map {
                                .object([("path", .text($0.path)), ("reason", .text($0.reason))])
                            }
                        )
                    ),
                ]).compact.utf8
            )
        }
    }

    /// Reads a line; nil for one that is none.
    init?(_ bytes: [UInt8]) {
        guard let json = JSONValue(parsing: String(decoding: bytes, as: UTF8.self)) else { return nil }
        if case .integer(let at)? = json["round"] {
            let skew: Int64 = if case .integer(let skew)? = json["skew_s"] { skew } else { 0 }
            self = .round(
                End(
                    atUTCSeconds: at,
                    skewSeconds: skew,
                    isOwnClockInDoubt: json["own_clock_in_doubt"] == .boolean(true),
                    signals: (json["signals"]?.elements ?? []).compactMap(JournalEntry.signal),
                    failures: (json["failed"]?.elements ?? []).compactMap { failed in
                        failed["path"]?.string.map { (path: $0, reason: failed["reason"]?.string ?? "") }
                    }
                )
            )
        } else if let reply = JournalReply(json) {
            self = .reply(reply)
        } else {
            return nil
        }
    }

    private static func json(_ signal: CollectorSignal) -> JSONValue {
        (try? JSONEncoder().encode(signal)).map { .raw(String(decoding: $0, as: UTF8.self)) } ?? .null
    }

    private static func signal(_ json: JSONValue) -> CollectorSignal? {
        try? JSONDecoder().decode(CollectorSignal.self, from: Data(json.compact.utf8))
    }
}

/// A reply as the journal keeps it: no header, so that neither cookie nor token can be in it.
struct JournalReply: Equatable {
    /// When it had come, milliseconds UTC by this machine's clock.
    let atMilliseconds: Int64
    let path: String
    let status: Int
    /// How long it took, milliseconds.
    let tookMilliseconds: Int64
    let body: [UInt8]

    init(path: String, _ reply: GatewayReply, utcSeconds: Double) {
        self.path = path
        atMilliseconds = Int64(nearest: utcSeconds * 1000)
        status = reply.status
        tookMilliseconds = Int64(nearest: reply.seconds * 1000)
        body = reply.body
    }

    private init(_ other: JournalReply, body: [UInt8]) {
        (atMilliseconds, path, status) = (other.atMilliseconds, other.path, other.status)
        (tookMilliseconds, self.body) = (other.tookMilliseconds, body)
    }

    /// The same with the first bytes of its body.
    func shortened(to byteCount: Int) -> JournalReply {
        JournalReply(self, body: Array(body.prefix(byteCount)))
    }

    init?(_ json: JSONValue) {
        guard case .integer(let at)? = json["at_ms"], let path = json["path"]?.string,
            case .integer(let status)? = json["status"], let number = Int(exactly: status)
        else { return nil }
        let body: [UInt8]
        if let text = json["body"]?.string {
            body = Array(text.utf8)
        } else if let base64 = json["body_base64"]?.string, let data = Data(base64Encoded: base64) {
            body = Array(data)
        } else {
            return nil
        }
        let took: Int64 = if case .integer(let took)? = json["took_ms"] { took } else { 0 }
        (atMilliseconds, self.path, self.status, tookMilliseconds, self.body) = (at, path, number, took, body)
    }

    var json: JSONValue {
        // What is no UTF-8, or would not come back as it was, is kept as base64.
        let text = String(decoding: body, as: UTF8.self)
        let isText = Array(text.utf8) == body && !body.contains(0)
        return .object([
            ("at_ms", .integer(atMilliseconds)), ("path", .text(path)), ("status", .integer(Int64(status))),
            ("took_ms", .integer(tookMilliseconds)),
            isText ? ("body", .text(text)) : ("body_base64", .text(Data(body).base64EncodedString())),
        ])
    }
}

extension Int64 {
    /// Takes the nearest whole number; 0 for none, the farthest one for what is beyond.
    init(nearest value: Double) {
        guard value.isFinite else {
            self = 0
            return
        }
        self = value >= 9.2e18 ? .max : value <= -9.2e18 ? .min : Int64(value.rounded())
    }
}
