// All questions about a home's devices and meters, asked once, in the order of the list of detectors.

import Readings

/// The findings about a home's columns.
package enum HomeAnalysis {
    /// Returns the findings in no order; which of them brought about others is said by `Causes`.
    package static func findings(_ home: HomeContext) -> [Finding] {
        var home = home
        for detector in Detectors.all { home.take(found: detector.findings(home)) }
        return home.found
    }
}
