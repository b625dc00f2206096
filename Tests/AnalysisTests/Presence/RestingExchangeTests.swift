// What rows of zeros say, by the columns that a report has, by the battery, and by the site's own days.

import Analysis
import Readings
import Testing

private let exchange: [Channel] = [.produced, .imported, .exported]

@Suite("zeros of an exchange at rest")
struct RestingExchangeTests {
    @Test(
        "a home that lives off its battery at night is not silent, told or not",
        arguments: [Int64(300), 900, 3600]
    )
    func batteryNights(seconds: Int64) {
        var home = SmallHome()
        home.seconds = seconds
        home.batteryWh = 14_000
        // The mark is what was seen when the row was read, by this program or an older one: it decides nothing.
        let columns = home.columns(exchange, quality: .zero)
        let presence = Presence(key: home.key, columns: columns, zone: .utc)
        #expect(columns.quality.contains { $0 != 0 })
        #expect(presence.isPresent.allSatisfy { $0 })
        #expect(home.findings(columns).isEmpty)
        #expect(home.findings(columns, batteryWh: 14_000).isEmpty)
    }

    @Test(
        "a battery that begins to last the night in spring is no silence, though all of the winter's nights imported"
    )
    func springOfAnUntoldBattery() {
        var home = SmallHome()
        home.days = 70
        home.batteryWh = 10_000
        home.peakW = { $0 < 45 ? 1_500 : 6_000 }
        let columns = home.columns(exchange)
        #expect(home.findings(columns).isEmpty, "\(home.findings(columns).map(\.start.iso8601))")
    }

    @Test("zeros of months before the first energy are a site that was not yet built")
    func beforeTheFirstEnergy() throws {
        let home = SmallHome()
        let columns = home.columns(exchange, zeros: [home.time(day: 0, hour: 0, hours: 24 * 20)])
        let presence = Presence(key: home.key, columns: columns, zone: .utc)
        #expect(presence.span?.startUTCSeconds == home.start + 20 * 86_400)
        #expect(home.findings(columns).isEmpty)
    }

    @Test("without a battery import never rests: a silence of a night is found, once that is known")
    func nightOfAHomeThatAlwaysImports() throws {
        let home = SmallHome()
        let night = home.time(day: 30, hour: 22, hours: 5)
        let found = home.findings(home.columns(exchange, zeros: [night]))
        #expect(found.map(\.kind) == [.siteSilent])
        let silence = try #require(found.first)
        #expect(silence.interval == night && silence.sureness == .likely && silence.severity < .critical)
        let early = home.findings(home.columns(exchange, zeros: [home.time(day: 5, hour: 22, hours: 5)]))
        #expect(early.isEmpty)
        // With a battery that the owner named, nothing says that import never rests.
        #expect(home.findings(home.columns(exchange, zeros: [night]), batteryWh: 5_000).isEmpty)
    }

    @Test("by day the array tells: with a battery both readings are named, and nothing is critical")
    func dayOfABatteryHome() throws {
        var home = SmallHome()
        home.batteryWh = 14_000
        let columns = home.columns(exchange, zeros: [home.time(day: 25, hour: 10, hours: 30)])
        let found = home.findings(columns)
        #expect(found.map(\.kind) == [.siteSilent])
        let silence = try #require(found.first)
        #expect(silence.start.utcSeconds == home.time(day: 25, hour: 10, hours: 1).startUTCSeconds)
        #expect(silence.end?.utcSeconds == home.time(day: 26, hour: 16, hours: 1).startUTCSeconds)
        #expect(silence.sureness == .suspected && silence.severity == .warning)
    }

    @Test(
        "days on end without any exchange are a silence after a week, where the exchange never rested for long",
        arguments: [
            [Channel.produced, .imported], [.produced, .imported, .exported], [.imported, .exported],
        ],
        [Int64(300), 900, 3_600]
    )
    func wholeDays(channels: [Channel], seconds: Int64) throws {
        var home = SmallHome()
        home.seconds = seconds
        home.days = 25
        let days = home.time(day: 11, hour: 0, hours: 5 * 24)
        let found = home.findings(home.columns(channels, zeros: [days])).filter { $0.kind == .siteSilent }
        #expect(found.map(\.interval) == [days])
        let silence = try #require(found.first)
        #expect(silence.sureness == .likely)
        #expect(silence.alert.utcSeconds == days.startUTCSeconds + 86_400)
        // A battery, told or not, may carry the house; and a week is needed.
        #expect(
            home.findings(home.columns(channels, zeros: [days]), batteryWh: 5_000)
                .allSatisfy { $0.kind != .siteSilent }
        )
        let early = home.columns(channels, zeros: [home.time(day: 5, hour: 0, hours: 48)])
        #expect(home.findings(early).allSatisfy { $0.kind != .siteSilent })
        home.batteryWh = 14_000
        #expect(
            home.findings(home.columns(channels, zeros: [days])).allSatisfy { $0.kind != .siteSilent }
        )
    }

    @Test("a silence of months does not end because the weeks before it are forgotten")
    func longSilence() throws {
        var home = SmallHome()
        home.days = 150
        let found = home.findings(
            home.columns(exchange, zeros: [home.time(day: 40, hour: 12, hours: 24 * 80)])
        )
        #expect(found.map(\.kind) == [.siteSilent])
        #expect(try #require(found.first).interval == home.time(day: 40, hour: 12, hours: 24 * 80))
    }

    @Test(
        "with consumption, or all from which it follows, zeros at night are a silence",
        arguments: [
            [Channel.produced, .consumed, .imported, .exported], [.consumed],
            [.produced, .imported, .exported, .charged, .discharged],
        ]
    )
    func load(channels: [Channel]) throws {
        var home = SmallHome()
        home.batteryWh = 14_000
        let night = home.time(day: 3, hour: 0, hours: 3)
        let found = home.findings(home.columns(channels, zeros: [night]))
        #expect(found.map(\.kind) == [.siteSilent] && found.first?.interval == night)
        #expect(found.first?.sureness == .sure)
    }

    @Test(
        "production, export, or both tell no night; whole days without production are told as such",
        arguments: [
            [Channel.produced], [.produced, .exported],
        ]
    )
    func productionAlone(channels: [Channel]) {
        let home = SmallHome()
        let night = home.time(day: 30, hour: 20, hours: 9)
        #expect(home.findings(home.columns(channels, zeros: [night])).isEmpty)
        let day = home.time(day: 30, hour: 0, hours: 48)
        // A site that is known well enough has lost its production; the zeros are told with it.
        let found = home.findings(home.columns(channels, zeros: [day]))
        #expect(found.map(\.kind) == [.productionLost])
        #expect(found.first?.sideEffects.map(\.kind) == [.zeroDay])
        #expect(home.findings(home.columns([.exported], zeros: [day])).isEmpty)
    }

    @Test("import alone tells a night only where none was without for four weeks")
    func importAlone() {
        let home = SmallHome()
        let found = home.findings(home.columns([.imported], zeros: [home.time(day: 35, hour: 1, hours: 2)]))
        #expect(found.map(\.kind) == [.siteSilent] && found.allSatisfy { $0.sureness == .likely })
        #expect(
            home.findings(home.columns([.imported], zeros: [home.time(day: 20, hour: 1, hours: 2)])).isEmpty
        )
        #expect(home.findings(home.columns([.imported])).isEmpty)
    }

    @Test("a report without consumption is told once what cannot be told")
    func need() throws {
        let home = SmallHome()
        func told(_ channels: [Channel]) throws -> [String] {
            let columns = try #require(
                HomeColumns(site: (home.key, home.columns(channels)), devices: [], changes: [])
            )
            let place = try #require(Place(latitude: 52.1, longitude: 5.1))
            return DetectorReadiness.missing(
                HomeContext(columns, place: place, installedW: 1, batteryWh: nil)
            )
            .map(\.reason).filter { $0.contains("silence at night") }
        }
        #expect(try told(exchange).count == 1)
        #expect(try told([.produced, .consumed, .imported, .exported]).isEmpty)
    }
}
