// The layouts of utilities' interval files, as data: a name, what the header must have, and what its columns are.
// A new utility is ten lines here. Sources: real and documented downloads; see docs/sources/utility.md.

/// A layout.
struct UtilityLayout: Sendable {
    /// What a column is.
    enum Role: Sendable {
        case date, startTime, endTime
        /// Date and time in one field; `range` has start and end.
        case startStamp, endStamp, range
        case duration
        case importEnergy, exportEnergy, netEnergy
        /// One column for whatever the meter counts; with any negative value it is a net.
        case usage
        case unit, quality, type, revision, meter
    }

    /// How the hour that comes twice when the clock is set back stands in the file.
    enum Fold: Sendable {
        /// Told from the file: labels that come twice are the two hours in order, labels that come once carry both.
        case labels
        /// Every time bears its offset.
        case offsets
    }

    /// The name for people.
    let name: String
    /// Columns by their name in lower case; all must be there.
    let columns: [String: Role]
    /// Columns that may be there.
    var optional: [String: Role] = [:]
    /// The end is the last minute that still belongs to the interval, as 00:14.
    var isEndInclusive = false
    /// How the doubled hour stands in the file.
    var fold = Fold.labels
    /// Words of the type column that mean export.
    var exportTypes: [String] = []
    /// Words of the quality column that mean an estimate, in lower case.
    var estimates: [String] = ["estimated", "e"]
    /// The direction is told by nothing in the file.
    var isSideUnknown = false

    /// All layouts; of several that fit, the one with the most columns is meant.
    static let all: [UtilityLayout] = [
        UtilityLayout(
            name: "PG&E net metering",
            columns: [
                "type": .type, "date": .date, "start time": .startTime, "end time": .endTime,
                "import (kwh)": .importEnergy, "export (kwh)": .exportEnergy, "cost": .type,
            ],
            optional: ["notes": .quality],
            isEndInclusive: true
        ),
        UtilityLayout(
            name: "Seattle City Light, SDG&E range",
            columns: [
                "type": .type, "date": .date, "start time": .startTime, "end time": .endTime,
                "import (kwh)": .importEnergy, "export (kwh)": .exportEnergy,
            ],
            optional: ["notes": .quality],
            isEndInclusive: true
        ),
        UtilityLayout(
            name: "PG&E net billing",
            columns: [
                "type": .type, "date": .date, "start time": .startTime, "end time": .endTime,
                "import (kwh)": .importEnergy, "export (kwh)": .exportEnergy,
                "total import cost": .type,
            ],
            optional: ["notes": .quality],
            isEndInclusive: true
        ),
        UtilityLayout(
            name: "Opower usage",
            columns: [
                "type": .type, "date": .date, "start time": .startTime, "end time": .endTime,
                "usage (kwh)": .usage,
            ],
            optional: ["notes": .quality],
            isEndInclusive: true
        ),
        UtilityLayout(
            name: "Opower usage with units",
            columns: [
                "type": .type, "date": .date, "start time": .startTime, "end time": .endTime, "usage": .usage,
                "units": .unit,
            ],
            optional: ["notes": .quality],
            isEndInclusive: true
        ),
        UtilityLayout(
            name: "SDG&E meter",
            columns: [
                "meter number": .meter, "date": .date, "start time": .startTime, "duration": .duration,
                "consumption": .importEnergy, "generation": .exportEnergy,
            ]
        ),
        UtilityLayout(
            name: "Smart Meter Texas",
            columns: [
                "esiid": .meter, "usage_date": .date, "usage_start_time": .startTime,
                "usage_end_time": .endTime, "usage_kwh": .usage, "consumption_surplusgeneration": .type,
            ],
            optional: ["revision_date": .revision, "estimated_actual": .quality],
            exportTypes: ["surplus generation"]
        ),
        UtilityLayout(
            name: "Avangrid",
            columns: [
                "type": .type, "start time": .startStamp, "end time": .endStamp, "usage": .usage,
                "units": .unit, "account number": .type, "date": .type,
            ],
            fold: .offsets
        ),
        UtilityLayout(
            name: "Octopus",
            columns: ["consumption (kwh)": .usage, "start": .startStamp, "end": .endStamp],
            fold: .offsets,
            isSideUnknown: true
        ),
    ]

    /// A block of the SCE form: the header's first words, and which side its rows are.
    static let blocks: [(start: String, side: DocumentOptions.Side)] = [
        ("energy delivered time period", .import), ("energy received time period", .export),
        ("energy consumption time period", .import),
    ]

    /// Returns the block that a header begins; nil for any other line.
    static func block(of fields: [String]) -> DocumentOptions.Side? {
        guard let first = fields.first?.lowercased(), fields.count >= 2 else { return nil }
        return blocks.first { first == $0.start }?.side
    }

    /// Returns the layout whose columns all stand in a header.
    static func matching(_ header: [String]) -> UtilityLayout? {
        let names = Set(header.map { $0.lowercased() })
        return all.filter { $0.columns.keys.allSatisfy(names.contains) }.max {
            $0.columns.count < $1.columns.count
        }
    }

    /// Returns the layout that comes nearest to a header, with the columns that are missing; nil where less than half fit.
    static func nearest(_ header: [String]) -> (layout: UtilityLayout, missing: [String])? {
        let names = Set(header.map { $0.lowercased() })
        let candidates = all.map { layout in
            (layout, missing: layout.columns.keys.filter { !names.contains($0) }.sorted())
        }
        guard let best = candidates.min(by: { share($0) > share($1) }),
            share(best) >= 0.5, best.0.columns.count - best.missing.count >= 2
        else { return nil }
        return (best.0, best.missing)
    }

    private static func share(_ candidate: (UtilityLayout, missing: [String])) -> Double {
        1 - Double(candidate.missing.count) / Double(candidate.0.columns.count)
    }

    /// Returns the roles of a header's columns by position.
    func roles(_ header: [String]) -> [Role?] {
        header.map { columns[$0.lowercased()] ?? optional[$0.lowercased()] }
    }
}
