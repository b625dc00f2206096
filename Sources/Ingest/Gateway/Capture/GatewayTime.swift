// Times of the gateway, which answers 0 for never.

/// Times of the gateway.
enum GatewayTime {
    /// Returns seconds UTC where they lie in 2008 to 2099; 0 stands for never.
    static func plausible(_ utcSeconds: Int64) -> Int64? {
        (1_199_145_600..<4_102_444_800).contains(utcSeconds) ? utcSeconds : nil
    }
}

extension JSONNode {
    /// A time in seconds UTC, numbers as text included; nil for 0, which stands for never, and for what is no time.
    var time: Int64? {
        (int64 ?? string.flatMap { Int64($0) }).flatMap { GatewayTime.plausible($0) }
    }
}
