// Bills as the owner's file, so that he can read and correct them.

import Readings

/// Writes bills.csv.
package enum BillText {
    /// Returns bills in the form that the reader of bills.csv takes; reading it gives equal bills.
    package static func csv(_ bills: [Bill]) -> String {
        var text = """
            # Electricity bills, one row a bill. Empty cell: not printed on the bill.
            # end is the day of the closing read, which is the start of the next bill. Energies in kWh.
            start,end,meter,import_kwh,export_kwh,net_kwh,total_kwh,estimated,import_read,export_read,amount,currency,note

            """
        for bill in bills.sorted(by: { ($0.meter, $0.start, $0.end) < ($1.meter, $1.start, $1.end) }) {
            let hasSides = bill.importWh != nil && bill.exportWh != nil
            let cells = [
                "\(bill.start)", "\(bill.end)", quoted(bill.meter), kilowattHours(bill.importWh),
                kilowattHours(bill.exportWh),
                hasSides ? "" : kilowattHours(bill.netExportWh.map { -$0 }),
                kilowattHours(bill.unknownSideWh),
                bill.isEstimated ? "yes" : "", number(bill.importRead), number(bill.exportRead),
                number(bill.amount), quoted(bill.currency), quoted(bill.note),
            ]
            text += cells.joined(separator: ",") + "\n"
        }
        return text
    }

    private static func kilowattHours(_ wattHours: Int64?) -> String {
        guard let wattHours else { return "" }
        let magnitude = wattHours.magnitude
        let rest = magnitude % 1000
        let fraction = rest == 0 ? "" : ".\(String("\(1000 + rest)".dropFirst()))"
        return "\(wattHours < 0 ? "-" : "")\(magnitude / 1000)\(fraction)"
    }

    private static func number(_ value: Double?) -> String {
        guard let value else { return "" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private static func quoted(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard line.contains(where: { $0 == "," || $0 == "\"" }) || line.hasPrefix("#") else { return line }
        return "\"\(line.replacing("\"", with: "\"\""))\""
    }
}
