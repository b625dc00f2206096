// The billing history of the Opower family: inclusive end dates, signed net.

import Readings

/// Reads billing CSV.
struct BillingCSVParser: LineParser {
    var lines = TextLines()
    private var columns: [String: Int] = [:]
    private var bills: [Bill] = []
    private var pairs: [BillDates.Pair] = []
    private var summary = DocumentSummary()
    private let options: DocumentOptions

    /// Columns that the header must have, in lower case.
    static let required = ["start date", "end date", "usage (kwh)"]
    private static let mostRows = 10_000

    /// Makes a reader.
    init(options: DocumentOptions) { self.options = options }

    mutating func summarise(_ sink: RowSink) throws -> DocumentSummary {
        guard !columns.isEmpty, !bills.isEmpty else { throw IngestError.noRows }
        summary.format = DocumentFormat.billingCSV.title
        summary.notes.append("the last day of each period counts; the usage is import minus export")
        try settleDates()
        let sorted = bills.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        for (before, bill) in zip(sorted, sorted.dropFirst()) where bill.start != before.end {
            summary.warn("the bill of \(bill.start) does not begin where the one before ends (\(before.end))")
        }
        for bill in sorted {
            let start = bill.start.daysSince1970 * 86_400
            summary.note(1, in: "bill", from: start, to: start)
            summary.totalWh["net", default: 0] -= bill.netExportWh ?? 0
            if bill.isEstimated { summary.counts["estimated bills", default: 0] += 1 }
        }
        try sink(.bills(sorted))
        return summary
    }

    mutating func take(line: ArraySlice<UInt8>, number: Int, _ sink: RowSink) throws {
        if line.isBlankLine { return }
        let fields = try CSVFields.split(line)
        if columns.isEmpty {
            let names = fields.map { $0.lowercased() }
            guard BillingCSVParser.required.allSatisfy(names.contains) else { return }
            for (index, name) in names.enumerated() where columns[name] == nil { columns[name] = index }
            return
        }
        func cell(_ name: String) -> String {
            guard let index = columns[name], index < fields.count else { return "" }
            return fields[index]
        }
        let texts = (cell("start date"), cell("end date"), cell("usage (kwh)"))
        guard let start = DateText(texts.0), let last = DateText(texts.1) else {
            throw IngestError.badDate(line: number, found: "\(texts.0.prefix(12)) to \(texts.1.prefix(12))")
        }
        guard let usage = EnergyText(texts.2, powerOfTen: 3) else {
            throw IngestError.badNumber(
                line: number,
                column: "USAGE (kWh)",
                found: String(texts.2.prefix(20))
            )
        }
        if cell("type").lowercased().contains("gas") { return }
        guard bills.count < BillingCSVParser.mostRows else {
            throw IngestError.limit(.rows, found: nil, limit: Int64(BillingCSVParser.mostRows))
        }
        let cost = cell("cost")
        let unsettled = CivilDate(daysSince1970: 0)
        pairs.append(BillDates.Pair(start: start, end: last))
        bills.append(
            Bill(
                start: unsettled,
                end: unsettled,
                netExportWh: -usage.wattHours,
                isEstimated: cell("notes").lowercased().contains("estimat"),
                amount: Double(cost.filter { $0 != "$" && $0 != "," }),
                currency: cost.contains("$") ? "USD" : ""
            )
        )
    }

    /// Tells whether the day or the month comes first: this history is known with the month first, which counts where nothing
    /// decides.
    private mutating func settleDates() throws {
        var order = options.dateOrder ?? .mdy
        if options.dateOrder == nil, case .told(let told, let reason) = BillDates.order(pairs) {
            order = told
            if told == .dmy { summary.notes.append("dates were read \(told.words): \(reason)") }
        }
        for (index, pair) in pairs.enumerated() {
            guard let start = pair.start.day(order), let last = pair.end.day(order), last >= start else {
                throw IngestError.content(
                    format: .billingCSV,
                    place: "the \(index + 1). bill",
                    found: "has dates that are none \(order.words), or ends before it starts",
                    remedy: .tellDateOrder
                )
            }
            bills[index].start = CivilDate(daysSince1970: start)
            bills[index].end = CivilDate(daysSince1970: last + 1)
        }
    }
}
