// Daily arrays of the API.

import Readings

/// Reads daily arrays.
enum APILifetime {
    static func site(_ root: JSONNode, _ reading: inout CloudReading) throws {
        try DailyArrays.read(
            root,
            channels: [
                ("production", .produced), ("consumption", .consumed), ("import", .imported),
                ("export", .exported),
                ("charge", .charged), ("discharge", .discharged),
            ],
            isRunningToday: true,
            areZerosOwn: false,
            &reading
        )
        // Production switches from inverters to the meter at the meter's first full day; each stays apart.
        try parts(root, names: ["micro_production", "meter_production"], device: .site, &reading)
        if let first = root["meter_start_date"]?.string {
            reading.summary.notes.append(
                "production is the inverters' before \(first.prefix(10)), the meter's from then on"
            )
        }
    }

    /// A charger or heat pump.
    static func consumer(_ root: JSONNode, _ reading: inout CloudReading) throws {
        try parts(root, names: ["consumption"], device: Device(.other, ""), &reading)
        reading.summary.notes.append("the body does not say which charger or heat pump it is of")
    }

    private static func parts(
        _ root: JSONNode,
        names: [String],
        device: Device,
        _ reading: inout CloudReading
    ) throws {
        guard let text = root["start_date"]?.string, let first = CivilDate(String(text.prefix(10))) else {
            return
        }
        for name in names {
            for (offset, value) in (root[name]?.elements ?? JSONNode.none).enumerated() where !value.isNull {
                guard offset < 18_300 else { break }
                let interval = reading.zone.interval(of: first.advanced(by: Int64(offset)))
                try reading.read(
                    device,
                    at: interval.startUTCSeconds,
                    seconds: Int32(clamping: interval.seconds),
                    origin: "lifetime/\(name)",
                    [.energy: value.looseDouble]
                )
            }
        }
    }
}
