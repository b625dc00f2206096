// Times and numbers of the cloud's JSON.

import Readings

/// Reads times and numbers of the cloud's JSON.
enum CloudValue {
    /// Returns seconds UTC of a time in seconds or milliseconds, or in ISO 8601; nil for 0 and what is no time.
    static func time(_ node: JSONNode?) -> Int64? {
        guard let node else { return nil }
        if var number = node.int64 ?? node.double.flatMap({ Int64(exactly: $0.rounded(.down)) }) {
            // Milliseconds are told by their size.
            if number > 100_000_000_000 { number /= 1000 }
            return GatewayTime.plausible(number)
        }
        guard let text = node.string else { return nil }
        if let number = Int64(text) {
            return GatewayTime.plausible(number > 100_000_000_000 ? number / 1000 : number)
        }
        return GreenButtonParser.microseconds(text).map { $0.flooredDivision(by: 1_000_000) }
            .flatMap { GatewayTime.plausible($0) }
    }

    /// Returns seconds UTC of a local time with its offset, as `2026/03/09 16:38:49 +1100 (AEDT)`.
    static func localText(_ node: JSONNode?) -> Int64? {
        guard let text = node?.string else { return time(node) }
        let words = text.split(separator: " ")
        guard words.count >= 3 else { return time(node) }
        let day = words[0].replacing("/", with: "-")
        return Instant(iso8601: "\(day)T\(words[1])\(words[2])").flatMap {
            GatewayTime.plausible($0.utcSeconds)
        }
    }
}
