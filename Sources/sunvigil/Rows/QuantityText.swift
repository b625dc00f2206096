// Quantities of device readings for people: words, and no more digits than a device counts. JSON keeps them as they are.

import Readings
import Words

/// Quantities in words.
enum QuantityText {
    /// The ends of names that are units, with the unit and how many decimals are told.
    private static let units: [(suffix: String, unit: String, decimals: Int)] = [
        ("_wh", " Wh", 0), ("_va", " VA", 0), ("_var", " var", 0), ("_w", " W", 0), ("_pct", " %", 1),
        ("_c", " °C", 1), ("_hz", " Hz", 2), ("_v", " V", 1), ("_a", " A", 2), ("_s", " s", 0),
    ]

    /// Returns a quantity with its value, as `lifetime 1,036,620 Wh`.
    static func words(_ quantity: Quantity, _ value: Double) -> String {
        let name = quantity.rawValue
        guard let own = units.first(where: { name.hasSuffix($0.suffix) }) else {
            return "\(spoken(name)) \(JSONValue.plain(value).compact)"
        }
        return
            "\(spoken(String(name.dropLast(own.suffix.count)))) \(NumberText.fixed(value, own.decimals))\(own.unit)"
    }

    private static func spoken(_ name: String) -> String {
        switch name {
        case "soc": "state of charge"
        case "soh": "state of health"
        case "power_max": "greatest power"
        default: name.replacing("_", with: " ")
        }
    }
}
