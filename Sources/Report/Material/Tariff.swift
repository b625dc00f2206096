// What energy costs. What a finding costs by it stands in FindingCost.

import Readings
import Words

/// What energy costs and earns.
package struct Tariff: Equatable, Sendable {
    /// Of one kWh from the grid, in units of the currency.
    package let importPerKWh: Double
    /// Of one kWh to the grid.
    package let exportPerKWh: Double
    /// ISO 4217.
    package let currency: String

    /// Makes a tariff.
    package init(importPerKWh: Double, exportPerKWh: Double, currency: String) {
        self.importPerKWh = importPerKWh
        self.exportPerKWh = exportPerKWh
        self.currency = currency
    }

    /// Returns an amount with its currency.
    func text(_ amount: Double) -> String {
        "\(NumberText.grouped(JSONValue.fixed(amount, decimals: 2))) \(currency)"
    }
}
