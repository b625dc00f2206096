// What goes wrong with a mock gateway: where, what and when. How it is written is in its parsing, what it does to bodies in
// BodyFault.

/// A fault.
package struct MockFault: Equatable, Sendable {
    /// The paths that it is about.
    package var path: MockPath
    /// What goes wrong.
    package var kind: Kind
    /// When.
    package var span: MockSpan
    /// How it was written, without its times.
    package var text: String

    /// Makes a fault.
    package init(path: MockPath, kind: Kind, span: MockSpan = MockSpan(), text: String = "") {
        (self.path, self.kind, self.span, self.text) = (path, kind, span, text)
    }

    /// What goes wrong.
    package enum Kind: Equatable, Sendable {
        // On the wire.
        case stall(seconds: Double)
        case drip(seconds: Double)
        case slow
        case reset
        case cut
        case cutChunk
        case endless
        case huge(bytes: Int)
        /// Nothing answers for so many seconds from 23:00 on by the gateway's clock; sessions are dropped.
        case nightly(seconds: Double)
        /// Nothing listens.
        case off

        // In the place of an answer.
        case empty
        case busy
        case status(Int)
        case html401
        /// Bytes that are no JSON, or bytes in a line of the header that are no text.
        case garbage(isInHeader: Bool)

        // In bodies.
        case zeros
        /// The numbers stand, their times go on.
        case frozen
        /// The body stands, its times with it.
        case stale
        case wrap
        /// Registers are so many Wh lower.
        case back(wattHours: Double)
        /// The first channel of a meter is zero: of this one, or of the storage meter, or of the last one.
        case zeroPhase(eid: Int64?)
        case ghost
        /// The gateway's clock is ahead, seconds.
        case clock(seconds: Double)
        /// The relay is open though it was not told to; the controller's state behind `ENPWR_STATE_`.
        case relay(state: String)
        /// The state of charge falls, points an hour.
        case drain(pointsAnHour: Double)
        case cloudSilent

        // Of the gateway.
        /// Sessions end so many seconds after their last request; nil: all end once, as the fault begins.
        case cookie(seconds: Double?)
        case expired
        case firmware(String)
        case key
        case serial(String)
    }

    /// Tells whether the kind is about the gateway and not about a path.
    package static func isOfGateway(_ kind: Kind) -> Bool {
        switch kind {
        case .off, .cookie, .expired, .firmware, .key, .serial: true
        default: false
        }
    }

    /// Tells whether running sessions end as it begins.
    var dropsSessions: Bool {
        switch kind {
        case .cookie(nil), .expired, .firmware, .key, .serial, .back, .off: true
        default: false
        }
    }
}

/// Paths: one, those with a common beginning, or all.
package enum MockPath: Equatable, Sendable {
    case all
    case beginning(String)
    case one(String)

    /// Reads `*`, `ivp/*` or `ivp/meters/readings`; a first slash is left out.
    package init(_ text: String) {
        let plain = text.hasPrefix("/") ? String(text.dropFirst()) : text
        if plain == "*" {
            self = .all
        } else if plain.hasSuffix("*") {
            self = .beginning(String(plain.dropLast()))
        } else {
            self = .one(plain)
        }
    }

    /// Tells whether a path, with its query, is among them; one without a query stands for all queries.
    package func contains(_ path: String) -> Bool {
        switch self {
        case .all: true
        case .beginning(let start): path.hasPrefix(start)
        case .one(let own): path == own || path.split(separator: "?").first.map(String.init) == own
        }
    }
}

/// A time of a mock gateway.
package enum MockTime: Equatable, Sendable {
    /// Seconds since the start, by the clock that is played.
    case sinceStart(Double)
    /// Seconds UTC.
    case at(Double)

    /// Seconds UTC.
    package func utcSeconds(start: Double) -> Double {
        switch self {
        case .sinceStart(let seconds): start + seconds
        case .at(let seconds): seconds
        }
    }
}

/// When a fault holds: from its first second to before its last; nil has no bound.
package struct MockSpan: Equatable, Sendable {
    package var from: MockTime?
    package var to: MockTime?

    /// Makes a span; without bounds it holds always.
    package init(from: MockTime? = nil, to: MockTime? = nil) { (self.from, self.to) = (from, to) }

    /// Its beginning, seconds UTC.
    package func beginning(start: Double) -> Double { from?.utcSeconds(start: start) ?? start }

    /// Tells whether a time lies in it.
    package func contains(_ utcSeconds: Double, start: Double) -> Bool {
        utcSeconds >= (from?.utcSeconds(start: start) ?? -.infinity)
            && utcSeconds < (to?.utcSeconds(start: start) ?? .infinity)
    }
}
