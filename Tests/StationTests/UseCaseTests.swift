// Import, bills, reports, totals, cases and upkeep as values: no process, no argument, no terminal.

import Foundation
import Lake
import Readings
import Report
import Station
import TestSupport
import Testing

@Suite("use cases, without a process")
struct UseCaseTests {
    private let house: NightHouse

    init() throws {
        house = try NightHouse()
        try house.makeSite()
        _ = try house.folder.write("in/a.csv", house.report(days: 1...9, without: 3..<6))
        _ = try house.importReports()
    }

    @Test("an import tells each document by its place, and the same once more changes nothing")
    func imports() throws {
        let again = try house.importReports()
        guard case .alreadyImported(let importID)? = try again.first?.get().outcome else {
            Issue.record("it was imported again")
            return
        }
        #expect(importID == 1 && again.count == 1)
    }

    @Test(
        "bills are taken as the owner writes them, and tell what is odd; one without a net is refused whole"
    )
    func bills() throws {
        let station = try house.open()
        let site = try station.lake.site(named: "home")
        let text = "start,end,import_kwh,export_kwh\n2024-02-01,2024-03-01,100,50\n"
        _ = try BillBook.take(text, name: "bill", station, site)
        let book = try BillBook(station.lake, site)
        #expect(book.bills.count == 1 && book.bills[0].importWh == 100_000)
        #expect(throws: (any Error).self) { try BillBook.take("start,end\n", name: "bad", station, site) }
        #expect(try BillBook(station.lake, site).bills.count == 1)
        let wrong = house.report(days: 1...2)
        #expect(throws: StationError.holdsNoBills(title: "Enlighten CSV report")) {
            try BillBook.take(wrong, name: "report", station, site)
        }
    }

    @Test(
        "a month's report is a value that renders the same twice; a month of a store without data is told with its remedy"
    )
    func report() throws {
        let lake = try house.open().lake
        let reports = try SiteReports(
            lake: lake,
            site: try lake.site(named: "home"),
            configuration: try Configuration.load(lake)
        )
        let month = FiledReport.month(try reports.monthly(CivilMonth(CivilDate(daysSince1970: 19_783))))
        #expect(month.name == "2024-03" && month.text(.markdown) == month.text(.markdown))
        #expect(month.text(.markdown).contains("home") && month.text(.html).contains("<svg"))
        let empty = try NightHouse()
        try empty.makeSite()
        let other = try empty.open().lake
        let none = try SiteReports(
            lake: other,
            site: try other.site(named: "home"),
            configuration: try Configuration.load(other)
        )
        let error = #expect(throws: StationError.self) { try none.monthly(nil) }
        #expect(error?.remedy == .importPaths)
    }

    @Test("totals by day, month and year are sums of the same rows")
    func totals() throws {
        let lake = try house.open().lake
        func sum(_ length: Totals.Length, byScan: Bool = false) throws -> [Int64] {
            try Totals(lake: lake, length: length) { _ in nil }.sums(of: nil, byScan: byScan).values.flatMap {
                $0.map { $0.energyWh[0] }
            }
        }
        let days = try sum(.day)
        let months = try sum(.month)
        #expect(days.count == 6 && days.reduce(0, +) == months.reduce(0, +))
        #expect(try sum(.year) == sum(.year, byScan: true))
    }

    @Test("two edits of the log of cases, each as one change, lose nothing of each other")
    func cases() throws {
        let (one, two) = (try house.open().lake, { try house.open().lake })
        one.release()
        func open(_ lake: LakeWriter, _ title: String) throws {
            try CaseBook.edit(lake) { book in
                book.cases.append(
                    OwnerCase(
                        caseID: Int64(book.cases.count + 1),
                        site: "home",
                        title: title,
                        openedAt: 0,
                        findings: []
                    )
                )
            }
        }
        try open(one, "a")
        try open(try two(), "b")
        try open(one, "c")
        #expect(try CaseBook.read(one).cases.map(\.title) == ["a", "b", "c"])
    }

    @Test(
        "the nightly care says what went wrong step by step, and keeps past states where the clock seems wrong"
    )
    func upkeep() throws {
        var notices: [Notice] = []
        let station = try house.open(hooks: Hooks(notice: { notices.append($0) }))
        let configuration = try Configuration.load(station.lake)
        #expect(NightlyUpkeep(station).run(configuration, lastRun: nil) == [])
        #expect(notices.isEmpty)
        #expect(NightlyUpkeep(station).run(configuration, lastRun: 1) == [])
        #expect(notices == [.longPause])
    }
}
