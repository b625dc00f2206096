// Interval files of utilities in comma-separated values. The header tells the layout; UtilityLayout says what that means.
// Names, addresses and account numbers of the preamble are passed over and never handed on.

import Foundation
import Readings

/// Reads utility CSV.
struct UtilityCSVParser: LineParser {
    private let options: DocumentOptions
    private var clock: UtilityWallClock
    var lines = TextLines()
    private var layout: UtilityLayout?
    private var roles: [UtilityLayout.Role?] = []
    private var headerCount = 0
    private var block: DocumentOptions.Side?
    private var hasBlocks = false
    private var statedNetWh: Int64?
    private var preambleLines = 0
    private var hasNegativeUsage = false
    private var summary = DocumentSummary()
    private var bad: BadRows
    private var dates = DayOrder()
    /// Columns of lines that could have been the header, for the error.
    private var likeliestHeader: [String] = []

    /// Longest preamble.
    private static let mostPreambleLines = 200

    /// Makes a reader.
    init(options: DocumentOptions, zone: TimeZoneRules) {
        self.options = options
        bad = BadRows(areSkipped: options.skipsBadRows)
        clock = UtilityWallClock(
            zone: zone,
            times: options.times ?? (options.takesUTCAsLocal ? .standard : .local)
        )
    }

    mutating func summarise(_ sink: RowSink) throws -> DocumentSummary {
        guard layout != nil || hasBlocks else { throw unknownHeader() }
        try bad.judge()
        guard clock.count > 0 else { throw IngestError.noRows }
        summary.refusedRows = bad.count
        summary.refusals = bad.texts
        let usage = try usageSide()
        if usage == .net, options.side == nil {
            summary.notes.append("the single column has negative values: it is import minus export")
        }
        try settleDates()
        let name = layout?.name ?? "SCE"
        summary.format = "\(DocumentFormat.utilityCSV.title) (\(name))"
        var rows = UtilityRows(format: .utilityCSV)
        try clock.finish(usage: usage, into: &rows, &summary)
        try rows.finish(into: &summary, sink)
        checkStatedNet()
        return summary
    }

    /// What a single column is: what the owner says, else what the file or its name tells.
    private func usageSide() throws -> UtilityRows.Side {
        if let side = options.side { return side.rowSide }
        if hasNegativeUsage { return .net }
        guard layout?.isSideUnknown ?? false else { return .import }
        let name = options.name.lowercased()
        switch (name.contains("import"), name.contains("export")) {
        case (true, false): return .import
        case (false, true): return .export
        default:
            throw IngestError.content(
                format: .utilityCSV,
                place: "the column Consumption",
                found: "may be import or export: the file does not say",
                remedy: .tellSide
            )
        }
    }

    /// Tells from all dates whether the day or the month comes first; known layouts have the month first.
    private mutating func settleDates() throws {
        guard dates.matters else { return }
        guard !dates.isContradictory || options.dateOrder != nil else {
            throw IngestError.content(
                format: .utilityCSV,
                place: "the dates",
                found: "are none with the month first, and none with the day first",
                remedy: "download it again"
            )
        }
        let order = options.dateOrder ?? dates.told ?? .mdy
        guard order == .dmy else { return }
        clock.takeDayFirst()
        if options.dateOrder == nil { summary.notes.append("dates were read with the day first") }
    }

    private mutating func checkStatedNet() {
        guard let stated = statedNetWh else { return }
        let net = (summary.totalWh["import"] ?? 0) - (summary.totalWh["export"] ?? 0)
        if net == stated {
            summary.notes.append("the file's own total agrees to the Wh")
        } else {
            summary.warn(
                "the file states a total of \(stated) Wh, its rows give \(net) Wh: rows may be missing"
            )
        }
    }

    // MARK: Lines

    mutating func take(line: ArraySlice<UInt8>, number: Int, _ sink: RowSink) throws {
        if line.isBlankLine { return }
        let fields = try CSVFields.split(line)
        if let side = UtilityLayout.block(of: fields) {
            block = side
            hasBlocks = true
            return
        }
        if hasBlocks {
            try takeBlockRow(fields, number)
            return
        }
        if layout != nil {
            do {
                try takeRow(fields, number)
                bad.countRows(1)
            } catch let error as IngestError where error.isRowError {
                bad.take(error)
            }
            return
        }
        try takePreamble(fields)
    }

    private mutating func takePreamble(_ fields: [String]) throws {
        if let found = UtilityLayout.matching(fields) {
            layout = found
            roles = found.roles(fields)
            headerCount = fields.count
            return
        }
        if fields.count >= 2, fields[0].lowercased() == "total usage" {
            statedNetWh = EnergyText(fields[1], powerOfTen: 3)?.wattHours
        }
        if fields.count > likeliestHeader.count { likeliestHeader = fields }
        preambleLines += 1
        guard preambleLines <= UtilityCSVParser.mostPreambleLines else { throw unknownHeader() }
    }

    private func unknownHeader() -> IngestError {
        let help = UtilityTable.help(likeliestHeader)
        return .unsupported(what: help.what, remedy: help.remedy)
    }

    // MARK: Rows

    private mutating func takeRow(_ fields: [String], _ number: Int) throws {
        // Rows may be shorter than their header; a longer one is broken.
        guard fields.count <= headerCount else {
            throw IngestError.fieldCount(line: number, found: fields.count, expected: headerCount)
        }
        var row = Row()
        for (index, field) in fields.enumerated() where !field.isEmpty {
            guard let role = roles[index] else { continue }
            try read(field, as: role, line: number, into: &row)
        }
        if row.isOtherFuel { return }
        try clock.add(row, layout, line: number)
    }

    private mutating func read(
        _ field: String,
        as role: UtilityLayout.Role,
        line number: Int,
        into row: inout Row
    ) throws {
        switch role {
        case .date:
            guard let date = DateText(field), let day = date.monthFirst ?? date.dayFirst else {
                throw IngestError.content(
                    format: .utilityCSV,
                    place: "line \(number)",
                    found: "has \(field.prefix(20)), which is no date",
                    remedy: .fixLineOrSkip
                )
            }
            dates.take(date)
            row.day = day
            row.isTurnable = date.monthFirst != nil && date.dependsOnOrder
        case .startTime, .endTime:
            guard let second = UtilityStamp.clock(field) else {
                throw IngestError.badStamp(line: number, found: field)
            }
            if role == .startTime { row.startSecond = second } else { row.endSecond = second }
        case .startStamp, .endStamp:
            guard let stamp = UtilityStamp(field), stamp.offsetSeconds != nil else {
                throw IngestError.badStamp(line: number, found: field)
            }
            if role == .startStamp { row.start = stamp } else { row.end = stamp }
        case .range: break
        case .duration: row.durationMinutes = Int64(field)
        case .importEnergy: row.importEnergy = try energy(field, column: "import", line: number)
        case .exportEnergy: row.exportEnergy = try energy(field, column: "export", line: number)
        case .netEnergy, .usage:
            row.usage = try energy(field, column: "usage", line: number)
            if row.usage?.wattHours ?? 0 < 0 { hasNegativeUsage = true }
        case .unit:
            guard field.lowercased() == "kwh" else {
                row.isOtherFuel = true
                summary.counts["rows of another unit, left out", default: 0] += 1
                return
            }
        case .quality: row.isEstimated = layout?.estimates.contains(field.lowercased()) ?? false
        case .type:
            let word = field.lowercased()
            if word.contains("gas") && !word.contains("generation") { row.isOtherFuel = true }
            if layout?.exportTypes.contains(word) ?? false { row.isExportType = true }
        case .revision: row.revision = UtilityStamp(field)?.localSeconds ?? 0
        case .meter: row.meter = field.filter { $0.isNumber || $0.isLetter }
        }
    }

    private func energy(_ field: String, column: String, line: Int) throws -> EnergyText {
        let plain = field.utf8.contains(UInt8(ascii: ",")) ? NumberCell.plain(field) : field
        guard let plain, let energy = EnergyText(plain, powerOfTen: 3) else {
            throw IngestError.badNumber(line: line, column: column, found: String(field.prefix(40)))
        }
        return energy
    }

    /// A row of the SCE form: `2022-08-01 00:00:00 to 2022-08-01 00:15:00`, energy, quality.
    private mutating func takeBlockRow(_ fields: [String], _ number: Int) throws {
        guard let block, fields.count >= 2, let middle = fields[0].range(of: " to ") else { return }
        let texts = (String(fields[0][..<middle.lowerBound]), String(fields[0][middle.upperBound...]))
        guard let start = UtilityStamp(texts.0), let end = UtilityStamp(texts.1) else {
            throw IngestError.badStamp(line: number, found: String(fields[0].prefix(40)))
        }
        var row = Row()
        row.day = start.localSeconds.flooredDivision(by: 86_400)
        row.startSecond = start.localSeconds.flooredRemainder(by: 86_400)
        row.endSecond = end.localSeconds.flooredRemainder(by: 86_400)
        let value = try energy(fields[1], column: "usage", line: number)
        if block == .import { row.importEnergy = value } else { row.exportEnergy = value }
        row.isEstimated = fields.count > 2 && fields[2].lowercased().contains("estimat")
        try clock.add(row, nil, line: number)
    }

    /// What stands in one row.
    struct Row {
        var day: Int64?
        /// Tells whether its day, read with the month first, is another one with the day first.
        var isTurnable = false
        var startSecond: Int64?
        var endSecond: Int64?
        var start: UtilityStamp?
        var end: UtilityStamp?
        var durationMinutes: Int64?
        var importEnergy: EnergyText?
        var exportEnergy: EnergyText?
        var usage: EnergyText?
        var meter = ""
        var revision: Int64 = 0
        var isEstimated = false
        var isExportType = false
        var isOtherFuel = false
    }
}

extension DocumentOptions.Side {
    /// The side of a reading.
    var rowSide: UtilityRows.Side {
        switch self {
        case .import: .import
        case .export: .export
        case .net: .net
        }
    }
}
