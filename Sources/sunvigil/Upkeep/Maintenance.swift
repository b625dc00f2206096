// What the verbs that keep a store share.

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

/// What maintenance verbs share.
enum Maintenance {
    /// Microseconds UTC.
    static var now: Int64 { StoreOptions.environment.nowMicroseconds() }

    /// Returns a size in words.
    static func bytes(_ count: Int64) -> String {
        let megabytes = Double(count) / 1_000_000
        return megabytes.magnitude >= 0.1 ? "\(JSONValue.fixed(megabytes, decimals: 1)) MB" : "\(count) bytes"
    }
}
