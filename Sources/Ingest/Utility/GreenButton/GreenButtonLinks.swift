// Names in the links of a Green Button document.

/// Parts of links.
enum GreenButtonLinks {
    /// Returns the link up to and with the id of a resource; nil where it names none.
    private static func prefix(_ link: String, through resource: String) -> String? {
        let parts = link.split(separator: "/", omittingEmptySubsequences: false)
        guard let index = parts.lastIndex(where: { $0 == resource }), index + 1 < parts.count,
            !parts[index + 1].isEmpty
        else { return nil }
        return parts[...(index + 1)].joined(separator: "/")
    }

    /// Returns the meter reading that a link lies in.
    static func meterReading(_ link: String) -> String? { prefix(link, through: "MeterReading") }

    /// Returns the service point that a link lies in; empty where it names none.
    static func usagePoint(_ link: String) -> String { prefix(link, through: "UsagePoint") ?? "" }
}
