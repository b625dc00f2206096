// Round numbers for an axis. Where they lie on a drawing stands in Plot.

import Readings
import Words

/// Round numbers for an axis.
enum NiceScale {
    /// Returns a step of 1, 2 or 5 times a power of ten that divides a height into at most `count` parts.
    static func step(_ height: Double, count: Int) -> Double {
        guard height > 0, height.isFinite else { return 1 }
        let rough = height / Double(count)
        var power = 1.0
        while power > rough { power /= 10 }
        while power * 10 <= rough { power *= 10 }
        for factor in [1.0, 2, 5, 10] where power * factor >= rough * 0.999 { return power * factor }
        return power * 10
    }

    /// Returns the end of an axis: the first multiple of a step that holds the greatest value.
    static func end(_ greatest: Double, step: Double) -> Double {
        max(step, (greatest / step).rounded(.up) * step)
    }

    /// Returns the text of a mark: no more decimals than the step has.
    static func text(_ value: Double, step: Double) -> String {
        let decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2
        return NumberText.grouped(JSONValue.fixed(value, decimals: decimals))
    }
}
