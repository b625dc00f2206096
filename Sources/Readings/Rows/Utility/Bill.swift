// A bill of the utility: what it charged for a period.

/// A bill, or a reading that lasts as long as one.
package struct Bill: Equatable, Sendable, Codable {
    /// The service point, as `UtilityInterval.meter`; empty where the bill names none.
    package var meter: String
    /// The first day, the day of the opening read.
    package var start: CivilDate
    /// The day of the closing read, the first day of the next bill.
    package var end: CivilDate
    /// Energy from the grid, Wh; nil where it is not printed.
    package var importWh: Int64?
    /// Energy to the grid, Wh; nil where it is not printed.
    package var exportWh: Int64?
    /// Export minus import, Wh; nil where nothing tells it.
    package var netExportWh: Int64?
    /// A total whose side the source does not state, Wh.
    package var unknownSideWh: Int64?
    /// Tells whether the closing read was estimated.
    package var isEstimated: Bool
    /// The closing register of import, kWh as printed.
    package var importRead: Double?
    /// The closing register of export, kWh as printed.
    package var exportRead: Double?
    /// The amount in the currency's units, as printed.
    package var amount: Double?
    /// The currency, ISO 4217; empty where unknown.
    package var currency: String
    /// The owner's or the utility's remark.
    package var note: String

    /// Makes a bill.
    package init(
        meter: String = "",
        start: CivilDate,
        end: CivilDate,
        importWh: Int64? = nil,
        exportWh: Int64? = nil,
        netExportWh: Int64? = nil,
        unknownSideWh: Int64? = nil,
        isEstimated: Bool = false,
        importRead: Double? = nil,
        exportRead: Double? = nil,
        amount: Double? = nil,
        currency: String = "",
        note: String = ""
    ) {
        self.meter = meter
        self.start = start
        self.end = end
        self.importWh = importWh
        self.exportWh = exportWh
        self.netExportWh = netExportWh
        self.unknownSideWh = unknownSideWh
        self.isEstimated = isEstimated
        self.importRead = importRead
        self.exportRead = exportRead
        self.amount = amount
        self.currency = currency
        self.note = note
    }
}

extension CivilDate: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let date = CivilDate(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no date")
        }
        self = date
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
