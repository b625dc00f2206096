// The sky above a house that is played live, minute by minute, and what an array makes of it as a share of its rating.

import Foundation
import Readings

/// Sun and clouds.
struct LiveSky: Sendable {
    private let latitude: Double
    private let longitude: Double
    private let zone: TimeZoneRules
    private var random: SplitMix
    private var day = Int64.min
    private var minute = Int64.min
    private var kind = Kind.fair
    private var cover = 0.3
    private var memory = 0.9
    private var glow = 0.25
    private var field = 0.0
    private var slow = 0.0
    private var before = 0.0
    private var after = 0.0

    private enum Kind { case clear, fair, broken, overcast }

    init(seed: UInt64, shape: LiveHouseShape, zone: TimeZoneRules) {
        (latitude, longitude, self.zone) = (shape.latitude, shape.longitude, zone)
        random = SplitMix(state: seed &* 7919 &+ 5)
    }

    /// Returns what the array gives as a share of its rating. Times come in ascending order.
    mutating func share(at utcSeconds: Int64) -> Double {
        let now = utcSeconds.flooredDivision(by: 60)
        if now != minute {
            before = now == minute + 1 ? after : light(minute: now)
            after = light(minute: now + 1)
            minute = now
        }
        let part = Double(utcSeconds - now * 60) / 60
        return before + (after - before) * part
    }

    private mutating func light(minute: Int64) -> Double {
        let second = minute * 60
        let sun = LossSun(atUTCSeconds: second, latitude: latitude, longitude: longitude)
        let local = (second + zone.offset(atUTCSeconds: second)).flooredDivision(by: 86_400)
        if local != day { enterDay(local) }
        field = memory * field + (1 - memory * memory).squareRoot() * random.normal()
        slow = 0.985 * slow + 0.17 * random.normal()
        let sine = sun.up
        guard sine > 0 else { return 0 }
        // Haurwitz 1945, for level ground; what panels gain by facing the sun they lose by warmth and dirt.
        let clear = 1.098 * sine * exp(-0.057 / sine) * 0.85
        return min(1, max(0, clear * passed))
    }

    private mutating func enterDay(_ day: Int64) {
        self.day = day
        let draw = random.unit()
        kind = draw < 0.2 ? .clear : draw < 0.5 ? .fair : draw < 0.8 ? .broken : .overcast
        cover = kind == .fair ? 0.15 + 0.2 * random.unit() : 0.45 + 0.35 * random.unit()
        memory = 0.75 + 0.2 * random.unit()
        glow = 0.2 + 0.2 * random.unit()
    }

    /// The share of a clear sky's light that comes through; never so little that an array would seem to stand still.
    private var passed: Double {
        switch kind {
        case .clear: return 1
        case .overcast: return max(0.12, min(0.75, glow * exp(0.3 * slow)))
        case .fair, .broken:
            let edge = log((1 - cover) / cover) / 1.7
            let closed = 1 / (1 + exp(-5 * (field - edge)))
            return max(0.12, (1 - closed) * (1 + 0.08 * cover) + closed * glow * max(0.5, 1 + 0.15 * slow))
        }
    }
}
