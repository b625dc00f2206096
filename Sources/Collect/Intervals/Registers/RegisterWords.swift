// Events of registers, told at the sample that shows them. What a step was is told by CounterContinuity.

import Ingest
import Readings

/// Events of registers.
enum RegisterWords {
    /// Returns the events of a sample.
    ///
    /// - Parameter wasHeld: the register stood below its highest value before, which is told once.
    static func events(
        _ taken: RegisterTrack.Taken,
        of reading: DeviceReading,
        at utcSeconds: Int64,
        wasHeld: Bool
    ) -> [SiteEvent] {
        switch taken {
        case .counted(let steps) where !wasHeld:
            // A jump that counts is energy.
            steps.compactMap { $0.isCounted(upTo: 0) ? event($0, of: reading, at: utcSeconds) : nil }
        case .heldBack(let steps, true): steps.compactMap { event($0, of: reading, at: utcSeconds) }
        case .counted, .heldBack, .repeated, .begunAnew: []
        }
    }

    private static func event(_ step: CounterContinuity.Step, of reading: DeviceReading, at utcSeconds: Int64)
        -> SiteEvent?
    {
        let told: (kind: SiteEvent.Kind, code: String, words: String)? =
            switch step {
            case .first, .energy, .stale, .sourceChanged: nil
            case .wrapped(let times, _):
                (.counterWrapped, "\(times)", "began anew at 2^32 J: what it counted is known")
            case .unwrapped(let times, _):
                (.counterUnwrapped, "\(times)", "went back up by 2^32 J: what it counted is known")
            case .undecided:
                (.counterUndecided, "", "moved by what may be energy or 2^32 J: the sample was left out")
            case .reset: (.counterReset, "", "fell, or began anew: the sample was left out")
            case .jumped(let difference):
                (
                    .counterJumped, "",
                    "jumped by \(JSONValue.fixed(difference, decimals: 0)) Wh, more than can have gone through it: the sample was left out"
                )
            case .backwards(let difference):
                (
                    .counterBackwards, "",
                    "went back by \(JSONValue.fixed(difference, decimals: 0)) Wh: it counts again from its highest value on"
                )
            }
        return told.map { make($0.kind, reading, at: utcSeconds, code: $0.code, words: $0.words) }
    }

    /// Returns the event of a meter whose phases do not give its registers.
    static func unsound(_ reading: DeviceReading, at utcSeconds: Int64) -> SiteEvent {
        make(
            .meterFault,
            reading,
            at: utcSeconds,
            code: "phase sum",
            words: "is not the sum of its phases: its samples are left out until it is"
        )
    }

    private static func make(
        _ kind: SiteEvent.Kind,
        _ reading: DeviceReading,
        at utcSeconds: Int64,
        code: String,
        words: String
    ) -> SiteEvent {
        SiteEvent(
            kind,
            reading.device,
            startUTCSeconds: utcSeconds,
            origin: reading.origin,
            code: code,
            text: "the register of \(reading.device.kind.rawValue) \(reading.device.serial) \(words)"
        )
    }
}
