// Registers on bills: what lies between two reads, and when nobody can know.

import Ingest
import Readings
import TestSupport
import Testing

@Suite("registers on bills")
struct BillRegisterTests {
    private func taken(_ rows: [String], header: String = "import_read,export_read", digits: Int = 5) throws
        -> Taken
    {
        let starts = ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01"]
        var text = "start,end,\(header)\n"
        for (index, row) in rows.enumerated() { text += "\(starts[index]),\(starts[index + 1]),\(row)\n" }
        return try read(Array(text.utf8), format: .billFile) { $0.registerDigits = digits }
    }

    @Test("a register near its top rolls over, by its own digits")
    func rollOver() throws {
        #expect(try taken(["99880,10", "120,30"]).bills[1].importWh == 240_000)
        #expect(try taken(["999900,10", "120,30"]).bills[1].importWh == 220_000)
        // Four digits are rare enough to be told.
        #expect(try taken(["9900,10", "120,30"]).bills[1].importWh == nil)
        #expect(try taken(["9900,10", "120,30"], digits: 4).bills[1].importWh == 220_000)
        #expect(try taken(["99880.5,10", "120.25,30"]).bills[1].importWh == 239_750)
    }

    @Test("a new meter gives no energy, of neither register, and that is said with what helps")
    func newMeter() throws {
        let back = try taken(["52110,310", "205,95", "395,180"])
        #expect(back.bills.map(\.importWh) == [nil, nil, 190_000])
        #expect(back.bills.map(\.exportWh) == [nil, nil, 85_000])
        #expect(
            back.summary.warnings.keys.contains {
                $0.contains(
                    "went back from 52110 to 205: a new meter? add the energy, or the new meter's first read"
                )
            }
        )
        #expect(back.summary.totalWh["import"] == 190_000)
        // The other register may have risen: it is another one all the same.
        let risen = try taken(["52110,310", "205,360"])
        #expect(risen.bills[1].importWh == nil && risen.bills[1].exportWh == nil)
        // A register near its top that would count more than a home uses is a new meter, too.
        #expect(try taken(["91000,10", "6000,30"]).bills[1].importWh == nil)
    }

    @Test("the new meter's first read, or the printed energy, gives it")
    func firstRead() throws {
        let header = "import_read,export_read,import_first_read,export_first_read"
        let known = try taken(["52110,310,,", "205,95,20,8"], header: header).bills[1]
        #expect(known.importWh == 185_000 && known.exportWh == 87_000 && known.netExportWh == -98_000)
        let printed = try taken(
            ["52110,310,,", "205,95,185,87"],
            header: "import_read,export_read,import_kwh,export_kwh"
        )
        #expect(printed.bills[1].importWh == 185_000 && printed.summary.warnings.isEmpty)
    }

    @Test("an actual read below an estimated one takes back what was too much")
    func estimated() throws {
        let header = "import_read,export_read,estimated"
        let bills = try taken(["1000,10,no", "1300,20,yes", "1250,35,no"], header: header).bills
        #expect(bills.map(\.importWh) == [nil, 300_000, -50_000])
        #expect(bills.map(\.exportWh) == [nil, 10_000, 15_000])
        // Below the last actual read it is no correction.
        #expect(
            try taken(["1000,10,no", "1300,20,yes", "50,35,no"], header: header).bills[2].importWh == nil
        )
    }

    @Test("a register that rises by more than a house can use gives no energy: watt-hours, or another meter")
    func tooMuch() throws {
        let found = try taken(["41440000,10", "41634000,30"])
        #expect(found.bills[1].importWh == nil)
        #expect(found.summary.warnings.keys.contains { $0.contains("not in kWh?") })
    }
}
