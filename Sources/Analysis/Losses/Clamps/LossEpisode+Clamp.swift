// How an episode of a clamp that is wrong is made. When it begins and ends is told in ClampRun.

import Readings

extension LossEpisode {
    /// Makes an episode of a clamp whose times are filled in later.
    static func ofClamp(_ kind: FindingKind, _ fault: Fault, sureness: Sureness = .likely) -> LossEpisode {
        LossEpisode(
            kind: kind,
            fault: fault,
            start: 0,
            alert: 0,
            severity: .warning,
            sureness: sureness,
            cause: .meter,
            lastSeen: 0
        )
    }
}
