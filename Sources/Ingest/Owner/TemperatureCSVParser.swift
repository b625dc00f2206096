// Daily outdoor temperatures as CSV: `date,mean_c` (or `mean_f`), as weather services and own sensors give them.
// Rules: docs/sources/temperature.md.

import Readings

/// Reads daily temperatures.
struct TemperatureCSVParser: LineParser {
    private let options: DocumentOptions
    var lines = TextLines()
    private var header: [String] = []
    private var rows: [Row] = []
    private var dates = DayOrder()
    private var summary = DocumentSummary()
    private var bad: BadRows

    private struct Row {
        let line: Int
        let date: DateText
        let celsius: Double
    }

    /// A century.
    private static let mostRows = 36_600
    /// No inhabited place has a daily mean outside of these, degrees Celsius.
    private static let plausible = -70.0...55.0

    /// Makes a reader.
    init(options: DocumentOptions) {
        self.options = options
        bad = BadRows(areSkipped: options.skipsBadRows)
    }

    /// Tells whether a header is one of daily temperatures.
    static func isHeader(_ names: [String]) -> Bool {
        names.first == "date" && (names.contains("mean_c") || names.contains("mean_f"))
    }

    mutating func summarise(_ sink: RowSink) throws -> DocumentSummary {
        try bad.judge()
        summary.refusedRows = bad.count
        summary.refusals = bad.texts
        guard !rows.isEmpty else { throw IngestError.noRows }
        summary.format = options.format.title
        let temperatures = try settled()
        for temperature in temperatures {
            let start = temperature.day.daysSince1970 * 86_400
            summary.note(1, in: "daily_temperature", from: start, to: start)
        }
        try sink(.temperatures(temperatures))
        return summary
    }

    mutating func take(line: ArraySlice<UInt8>, number: Int, _ sink: RowSink) throws {
        if line.isBlankLine || line.isRemark { return }
        let fields = try CSVFields.split(line)
        if header.isEmpty {
            header = fields.map { $0.lowercased() }
            return
        }
        do {
            guard let row = try row(fields, number) else { return }
            dates.take(row.date)
            rows.append(row)
            bad.countRows(1)
        } catch let error as IngestError where options.skipsBadRows || error.isRowError {
            bad.take(error)
        }
    }

    /// Returns a row's temperature; nil where its cell is empty.
    private func row(_ fields: [String], _ line: Int) throws -> Row? {
        guard fields.count <= header.count else {
            throw IngestError.fieldCount(line: line, found: fields.count, expected: header.count)
        }
        guard rows.count < TemperatureCSVParser.mostRows else {
            throw IngestError.limit(.rows, found: nil, limit: Int64(TemperatureCSVParser.mostRows))
        }
        let cells = Dictionary(zip(header, fields)) { first, _ in first }
        let text = cells["mean_c"] ?? cells["mean_f"] ?? ""
        guard !text.isEmpty else { return nil }
        guard let date = DateText(cells["date"] ?? "") else {
            throw wrong(
                line: line,
                found: "has \((cells["date"] ?? "").prefix(20)) as date, which is none",
                remedy: "write it as 2025-03-11"
            )
        }
        let column = cells["mean_c"] == nil ? "mean_f" : "mean_c"
        guard let value = NumberCell.value(text) else {
            throw IngestError.badNumber(line: line, column: column, found: String(text.prefix(20)))
        }
        let celsius = column == "mean_f" ? (value - 32) / 1.8 : value
        guard TemperatureCSVParser.plausible.contains(celsius) else {
            throw wrong(
                line: line,
                found: "has a mean of \(text.prefix(20)) as \(column)",
                remedy: "degrees Fahrenheit belong into a column mean_f"
            )
        }
        return Row(line: line, date: date, celsius: celsius)
    }

    /// The rows with their days, once the order of day and month is told.
    private func settled() throws -> [DailyTemperature] {
        guard let order = options.dateOrder ?? (dates.matters ? dates.told : .mdy) else {
            throw IngestError.content(
                format: options.format,
                place: "the dates",
                found: "can be read with the day or with the month first, and nothing decides",
                remedy: .tellDateOrder
            )
        }
        var lineOfDay: [CivilDate: Int] = [:]
        return try rows.map { row in
            guard let day = row.date.day(order) else {
                throw wrong(
                    line: row.line,
                    found: "has a date that is none \(order.words)",
                    remedy: "write it as 2025-03-11"
                )
            }
            let date = CivilDate(daysSince1970: day)
            if let before = lineOfDay[date] {
                throw wrong(
                    line: row.line,
                    found: "has \(date), as line \(before) has",
                    remedy: "keep one of them"
                )
            }
            lineOfDay[date] = row.line
            return DailyTemperature(day: date, meanCelsius: row.celsius)
        }
    }

    private func wrong(line: Int, found: String, remedy: String) -> IngestError {
        IngestError.content(
            format: options.format,
            place: "line \(line)",
            found: found,
            remedy: .plain(remedy)
        )
    }
}
