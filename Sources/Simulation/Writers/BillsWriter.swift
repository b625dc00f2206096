// The story house's bills: what its utility charged, with one estimate in the silence.

import Readings

/// Writes bills.
package enum BillsWriter {
    /// Returns the bills of whole local months, the closing reads in whole kWh.
    package static func bills(_ house: StoryHouse, months: [CivilMonth], zone: TimeZoneRules) -> [Bill] {
        var importRegister: Int64 = 41_230_000
        var exportRegister: Int64 = 30_511_000
        return months.enumerated().map { index, month in
            let meter = house.meter(month, zone: zone)
            let opening = (importRegister / 1000, exportRegister / 1000)
            importRegister += meter.importWh
            exportRegister += meter.exportWh
            let imported = importRegister / 1000 - opening.0
            let exported = exportRegister / 1000 - opening.1
            return Bill(
                start: month.firstDay,
                end: month.advanced(by: 1).firstDay,
                importWh: imported * 1000,
                exportWh: exported * 1000,
                netExportWh: (exported - imported) * 1000,
                isEstimated: index == 3,
                importRead: Double(importRegister / 1000),
                exportRead: Double(exportRegister / 1000),
                amount: Double(imported * 30 - exported * 15) / 100,
                currency: "GBP",
                note: index == 3 ? "estimated read; corrected on the next bill" : ""
            )
        }
    }

    /// Returns bills.csv.
    ///
    /// - Parameter home: whose they are.
    package static func csv(_ bills: [Bill], of home: String = "the story house") -> String {
        var text = "# Electricity bills of \(home); end is the day of the closing read.\n"
        text +=
            "start,end,import_kwh,export_kwh,net_kwh,estimated,import_read,export_read,amount,currency,note\n"
        for bill in bills {
            let cells = [
                "\(bill.start)", "\(bill.end)", "\((bill.importWh ?? 0) / 1000)",
                "\((bill.exportWh ?? 0) / 1000)", "",
                bill.isEstimated ? "yes" : "", bill.importRead.map { "\(Int64($0))" } ?? "",
                bill.exportRead.map { "\(Int64($0))" } ?? "", bill.amount.map { "\($0)" } ?? "",
                bill.currency,
                bill.note,
            ]
            text += cells.joined(separator: ",") + "\n"
        }
        return text
    }

    /// Returns a billing history of the Opower family: inclusive ends, signed net.
    package static func opower(_ bills: [Bill]) -> String {
        var text = "Name,A. OWNER\nAccount Number,0\n\nTYPE,START DATE,END DATE,USAGE (kWh),COST,NOTES\n"
        for bill in bills {
            let net = -(bill.netExportWh ?? 0) / 1000
            text +=
                "Electric billing,\(bill.start),\(bill.end.advanced(by: -1)),\(net).00,$\(bill.amount ?? 0),\(bill.isEstimated ? "Estimated" : "")\n"
        }
        return text
    }

    /// Returns charge lines of the first bill.
    package static func lines(_ bills: [Bill]) -> String {
        guard let first = bills.first else { return "" }
        return """
            # optional: charge lines of a bill
            bill_start,name,kind,direction,tou,volume,unit,rate,cost,start,end
            \(first.start),Usage,usage,import,,\((first.importWh ?? 0) / 1000),kWh,0.30,,\(first.start),\(first.end)
            \(first.start),Export credit,generation_credit,export,,\((first.exportWh ?? 0) / 1000),kWh,-0.15,,\(first.start),\(first.end)

            """
    }
}
