// Forms of our own that owners fill in: readings of devices and daily temperatures. The description of a site is one too, but
// told and read as JSON of the cloud is: see CloudFamily.swift.

extension FormatFamily {
    /// Forms of our own.
    static let owner = FormatFamily(
        formats: [
            FormatFacts(
                .temperatureCSV,
                title: "daily temperatures",
                source: .owner,
                page: "temperature.md",
                makeParser: { options, _ in TemperatureCSVParser(options: options) }
            ),
            FormatFacts(
                .deviceCSV,
                title: "device readings CSV",
                source: .owner,
                page: "device-csv.md",
                makeParser: { options, _ in DeviceCSVParser(options: options) }
            ),
        ],
        recogniseHeader: recogniseHeader
    )

    /// Tells which of the forms a header is of.
    @Sendable private static func recogniseHeader(_ fields: [String]) -> Recognition {
        let names = fields.map { $0.lowercased() }
        if TemperatureCSVParser.isHeader(names) { return .yes(.temperatureCSV) }
        if DeviceCSVParser.isHeader(names) { return .yes(.deviceCSV) }
        return .no
    }
}
