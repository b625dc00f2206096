// Dates of bills as owners write them: the order of day and month is told from all bills of a file, or asked for.

import Ingest
import Readings
import TestSupport
import Testing

@Suite("dates of bills")
struct BillDateTests {
    private func periods(_ rows: [String], _ change: (inout DocumentOptions) -> Void = { _ in }) throws
        -> [String]
    {
        let text = "start,end,import_kwh,export_kwh\n" + rows.joined(separator: "\n") + "\n"
        return try read(Array(text.utf8), format: .billFile, change).bills.map { "\($0.start) \($0.end)" }
    }

    @Test(
        "bills from first to first are told by their lengths, whatever the mark between",
        arguments: ["/", ".", "-"]
    )
    func lengths(mark: String) throws {
        let rows = (4...8).map { month in
            "\"01\(mark)0\(month)\(mark)2024\",\"01\(mark)0\(month + 1)\(mark)2024\",100,50"
        }
        let found = try periods(rows)
        #expect(found.first == "2024-04-01 2024-05-01" && found.last == "2024-08-01 2024-09-01")
    }

    @Test("one date that is none in the other order tells it for all; years may have two digits")
    func proof() throws {
        #expect(
            try periods(["15/02/24,14/03/24,1,1", "14/03/24,11/04/24,1,1"])
                == ["2024-02-15 2024-03-14", "2024-03-14 2024-04-11"]
        )
        #expect(
            try periods(["2/15/24,3/14/24,1,1", "3/14/24,4/11/24,1,1"])
                == ["2024-02-15 2024-03-14", "2024-03-14 2024-04-11"]
        )
    }

    @Test("names of months need no telling, in several languages")
    func names() throws {
        #expect(
            try periods(["11 Mar 2025,\"April 9, 2025\",1,1", "9 avril 2025,8 de mayo de 2025,1,1"])
                == ["2025-03-11 2025-04-09", "2025-04-09 2025-05-08"]
        )
        #expect(try periods(["3 März 2025,2-Apr-25,1,1"]) == ["2025-03-03 2025-04-02"])
    }

    @Test("where both orders give ordinary bills nothing is guessed: it is asked, and the answer taken")
    func asked() throws {
        // 3 April to 5 July, or 4 March to 7 May.
        let row = "03/04/2025,05/07/2025,10,5"
        let text = refusal("start,end,import_kwh,export_kwh\n\(row)\n", format: .billFile)
        #expect(text.contains("with the day or with the month first"), "\(text)")
        #expect(try periods([row]) { $0.dateOrder = .dmy } == ["2025-04-03 2025-07-05"])
        #expect(try periods([row]) { $0.dateOrder = .mdy } == ["2025-03-04 2025-05-07"])
    }

    @Test(
        "what is a date in no order is refused",
        arguments: ["13/13/2025", "1//2/2025", "2025-02-30", "soon"]
    )
    func noDate(text: String) {
        #expect(
            refusal("start,end,import_kwh\n\(text),2025-03-11,1\n", format: .billFile).contains("no date")
        )
    }

    @Test("dates of one bill given by themselves are read in the same way")
    func single() throws {
        let told = try #require(BillDates.days(start: "01/02/2025", end: "01/03/2025", stated: nil))
        #expect("\(told.start) \(told.end)" == "2025-02-01 2025-03-01")
        #expect(BillDates.days(start: "03/04/2025", end: "05/07/2025", stated: nil) == nil)
        #expect(BillDates.days(start: "2025-03-11", end: "2025-04-09", stated: nil) != nil)
    }

    @Test("decimal commas and separators of thousands are told apart")
    func numbers() throws {
        let text =
            "start,end,import_kwh,export_kwh,amount\n2025-01-01,2025-02-01,\"1.234,5\",\"1,234\",\"61,20\"\n"
        let bill = try #require(try read(Array(text.utf8), format: .billFile).bills.first)
        #expect(bill.importWh == 1_234_500 && bill.exportWh == 1_234_000 && bill.amount == 61.2)
    }
}
