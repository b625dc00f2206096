// How much work this process did.

import Foundation

/// The CPU time of this process.
package enum CPUTime {
    package static func seconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
