// Green Button (NAESB ESPI in Atom), read in one pass with what must wait for the end of the document held compactly:
// a block may stand before the description of its readings. Rules and defects: docs/sources/utility.md.

import Readings

/// Reads Green Button.
struct GreenButtonParser: DocumentParser {
    private let options: DocumentOptions
    private let zone: TimeZoneRules
    private var xml = XMLReader()
    private var path: [String] = []
    private var text = ""
    private var skipDepth: Int?

    private var entryLinks = Links()
    private var entryUpdated: Int64 = 0
    private var entryBlocks: [Int] = []
    private var entrySummaries: [Int] = []
    private var entryTypes: [Int] = []
    private var isMeterReadingEntry = false

    private var readings = GreenButtonReadings()
    private var blocks: [GreenButtonBlock] = []
    private var types: [(type: GreenButtonReadingType, links: [String])] = []
    private var meterReadings: [String: [String]] = [:]
    private var summaries: [GreenButtonSummary] = []
    private var currency: Int?
    private var isOtherService: Set<String> = []
    private var names: [String: String] = [:]

    private var blockStart: Int64?
    private var period: (start: Int64?, duration: Int64?) = (nil, nil)
    private var value: String?
    private var quality: Int?
    private var summary = DocumentSummary()

    /// Links of an entry.
    private struct Links {
        var own: [String] = []
        var related: [String] = []
    }

    /// Readings as long as this are bills.
    static let billSeconds: Int64 = 5 * 86_400
    private static let customerNamespace = "http://naesb.org/espi/customer"

    /// Makes a reader.
    init(options: DocumentOptions, zone: TimeZoneRules) {
        self.options = options
        self.zone = zone
    }

    mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: RowSink) throws {
        var xml = xml
        defer { self.xml = xml }
        try xml.feed(bytes) { try take($0) }
    }

    mutating func finish(_ sink: RowSink) throws -> DocumentSummary {
        try xml.finish()
        summary.format = DocumentFormat.greenButton.title
        var resolver = GreenButtonResolver(options: options, types: types, meterReadings: meterReadings)
        try resolver.checkLinks()
        if blocks.isEmpty && types.count(where: { $0.type.isEnergy }) >= 1 {
            let distinct = Set(types.filter(\.type.isEnergy).map(\.type.json))
            summary.readingType = distinct.count == 1 ? distinct.first : nil
            summary.notes.append(
                "it describes readings and holds none; the description serves the other files of this import"
            )
        }
        let assembler = GreenButtonAssembler(options: options, zone: zone)
        try assembler.assemble(
            blocks: blocks,
            readings: readings,
            resolver: &resolver,
            summaries: summaries,
            currency: currency,
            otherServices: isOtherService,
            into: &summary,
            sink
        )
        readings = GreenButtonReadings()
        return summary
    }

    // MARK: Events

    private mutating func take(_ event: XMLEvent) throws {
        switch event {
        case .start(let name, let namespace, let attributes):
            path.append(name)
            text = ""
            // Personal data are passed over whole.
            if skipDepth == nil, namespace == GreenButtonParser.customerNamespace { skipDepth = path.count }
            if skipDepth == nil { try start(name, attributes) }
        case .text(let piece):
            if skipDepth == nil, text.utf8.count < Limits.xmlTextBytes { text += piece }
        case .end(let name):
            if let depth = skipDepth {
                if path.count == depth { skipDepth = nil }
            } else {
                try end(name)
            }
            path.removeLast()
            text = ""
        }
    }

    private mutating func start(_ name: String, _ attributes: [(name: String, value: String)]) throws {
        switch name {
        case "entry":
            entryLinks = Links()
            entryUpdated = 0
            entryBlocks = []
            entrySummaries = []
            entryTypes = []
            isMeterReadingEntry = false
        case "link": takeLink(attributes)
        case "ReadingType":
            try bound(types.count, Limits.greenButtonResources)
            entryTypes.append(types.count)
            types.append((GreenButtonReadingType(), []))
        case "MeterReading": isMeterReadingEntry = true
        case "IntervalBlock":
            try bound(blocks.count, Limits.greenButtonBlocks)
            blockStart = nil
            entryBlocks.append(blocks.count)
            blocks.append(
                GreenButtonBlock(
                    range: readings.count..<readings.count,
                    meterReadings: [],
                    usagePoint: "",
                    updated: 0,
                    typesBefore: types.count
                )
            )
        case "IntervalReading":
            period = (nil, nil)
            value = nil
            quality = nil
        case "UsageSummary", "ElectricPowerUsageSummary":
            try bound(summaries.count, Limits.greenButtonResources)
            entrySummaries.append(summaries.count)
            summaries.append(GreenButtonSummary())
        default: break
        }
    }

    /// Refuses what no document has, before it is kept.
    private func bound(_ count: Int, _ limit: Int) throws {
        guard count < limit else { throw IngestError.limit(.rows, found: nil, limit: Int64(limit)) }
    }

    private mutating func takeLink(_ attributes: [(name: String, value: String)]) {
        guard let reference = attributes.first(where: { $0.name == "href" })?.value,
            let relation = attributes.first(where: { $0.name == "rel" })?.value, reference.utf8.count <= 2_048
        else { return }
        switch relation {
        case "self", "up": if entryLinks.own.count < Limits.xmlAttributes { entryLinks.own.append(reference) }
        case "related":
            if entryLinks.related.count < Limits.xmlAttributes { entryLinks.related.append(reference) }
        default: break
        }
    }

    private var parent: String { path.count >= 2 ? path[path.count - 2] : "" }
    private func isInside(_ name: String) -> Bool { path.dropLast().contains(name) }

    private mutating func end(_ name: String) throws {
        switch name {
        case "entry": finishEntry()
        case "IntervalBlock": finishBlock()
        case "IntervalReading": try finishReading()
        case "updated": entryUpdated = max(entryUpdated, GreenButtonParser.microseconds(text) ?? 0)
        default:
            if isInside("IntervalReading") {
                takeReadingField(name)
            } else if parent == "interval", name == "start" {
                blockStart = Int64(text)
            } else if isInside("ReadingType"), let last = types.indices.last {
                types[last].type.take(name, text)
            } else if parent == "ServiceCategory", name == "kind", let kind = Int(text), kind != 0,
                isOtherService.count < Limits.greenButtonResources
            {
                for link in entryLinks.own { isOtherService.insert(GreenButtonLinks.usagePoint(link)) }
            } else if let last = summaries.indices.last,
                isInside("UsageSummary") || isInside("ElectricPowerUsageSummary")
            {
                takeSummaryField(name, &summaries[last])
            } else if parent == "LocalTimeParameters" {
                noteClockRule(name)
            }
        }
    }

    private mutating func takeReadingField(_ name: String) {
        switch (parent, name) {
        case ("timePeriod", "start"): period.start = Int64(text)
        case ("timePeriod", "duration"): period.duration = Int64(text)
        case ("IntervalReading", "value"): value = text
        case ("ReadingQuality", "quality"): quality = Int(text)
        default: break
        }
    }

    private func takeSummaryField(_ name: String, _ summary: inout GreenButtonSummary) {
        switch (parent, name) {
        case ("billingPeriod", "start"): summary.start = Int64(text)
        case ("billingPeriod", "duration"): summary.duration = Int64(text)
        case ("overallConsumptionLastPeriod", "value"): summary.value = Int64(text)
        case ("overallConsumptionLastPeriod", "powerOfTenMultiplier"):
            summary.powerOfTen = max(-12, min(12, Int(text) ?? 0))
        case ("overallConsumptionLastPeriod", "uom"): summary.unit = Int(text)
        case (_, "billLastPeriod"): summary.amount = Int64(text)
        case (_, "currency"): summary.currency = Int(text)
        case (_, "qualityOfReading"): summary.quality = Int(text)
        default: break
        }
    }

    private mutating func noteClockRule(_ name: String) {
        guard name == "dstEndRule" || name == "dstStartRule", text.utf8.count != 8 else { return }
        summary.warn("the clock rule \(text.prefix(12)) is malformed; the site's own time zone is used")
    }

    // MARK: Ends

    private mutating func finishReading() throws {
        guard let block = blocks.indices.last else { return }
        guard let text = value, let (mantissa, decimals) = GreenButtonParser.decimal(text) else {
            summary.warn("a reading without a value was left out")
            return
        }
        guard readings.count < Limits.documentRows else {
            throw IngestError.limit(.rows, found: nil, limit: Int64(Limits.documentRows))
        }
        // Without a time of its own a reading follows the one before; the length is its description's.
        let duration = period.duration ?? -1
        guard (-1...(400 * 86_400)).contains(duration) else {
            summary.warn("a reading with a duration of \(duration) s was left out")
            return
        }
        let start = period.start ?? blockStart.map { $0 } ?? Int64.min
        guard period.start == nil || GatewayTime.plausible(start) != nil else {
            summary.warn("a reading at an impossible time was left out")
            return
        }
        if duration == 0, let before = readings.starts.lastIndex(of: start),
            before >= blocks[block].range.lowerBound,
            readings.add(mantissa, decimals: decimals, to: before)
        {
            summary.counts["readings of 0 s, added to the one of the same start", default: 0] += 1
            return
        }
        readings.append(
            start: period.start == nil ? Int64.min : start,
            duration: Int32(duration),
            mantissa: mantissa,
            decimals: decimals,
            quality: Int8(clamping: quality ?? -1)
        )
    }

    private mutating func finishBlock() {
        guard let last = blocks.indices.last else { return }
        blocks[last].range = blocks[last].range.lowerBound..<readings.count
        if let blockStart, blocks[last].range.contains(where: { readings.starts[$0] == Int64.min }) {
            placeReadings(blocks[last].range, from: blockStart)
        }
    }

    /// Gives readings without a time the times that follow from the block's start.
    private mutating func placeReadings(_ range: Range<Int>, from start: Int64) {
        let seconds = max(1, min(400 * 86_400, types.last?.type.intervalSeconds ?? 3600))
        for index in range where readings.starts[index] == Int64.min {
            let at = start + Int64(index - range.lowerBound) * seconds
            guard GatewayTime.plausible(at) != nil else { continue }
            readings.place(index, start: at, duration: Int32(clamping: seconds))
        }
    }

    private mutating func finishEntry() {
        // Blocks share their names, of which a document has few: each name is kept once.
        let keys = entryLinks.own.compactMap(GreenButtonLinks.meterReading).map { kept($0) }
        let point = kept(entryLinks.own.map(GreenButtonLinks.usagePoint).first { !$0.isEmpty } ?? "")
        for index in entryBlocks {
            blocks[index].meterReadings = keys
            blocks[index].usagePoint = point
            blocks[index].updated = entryUpdated
        }
        for index in entrySummaries { summaries[index].links = entryLinks.own }
        for index in entryTypes { types[index].links = entryLinks.own }
        if isMeterReadingEntry {
            let kinds = entryLinks.related.filter { $0.contains("ReadingType") }
            for key in keys where !key.isEmpty {
                let known = meterReadings[key] ?? []
                if known.count < Limits.xmlAttributes { meterReadings[key] = known + kinds }
            }
        }
        entryBlocks = []
        entrySummaries = []
        entryTypes = []
    }

    private mutating func kept(_ name: String) -> String {
        if let known = names[name] { return known }
        // Beyond any real document the names are dropped, and with them the links.
        guard names.count < Limits.greenButtonResources else { return "" }
        names[name] = name
        return name
    }

    // MARK: Text

    /// Returns a decimal number's digits and the count of its decimals; nil where it is none or too long.
    static func decimal(_ text: String) -> (Int64, UInt8)? {
        guard text.utf8.count <= 24 else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard fraction.utf8.count <= 9, let whole = parts.first, !whole.isEmpty,
            let mantissa = Int64(whole + fraction), abs(Double(mantissa)) < 1e17
        else { return nil }
        return (mantissa, UInt8(fraction.utf8.count))
    }

    /// Returns microseconds UTC of a time with any fraction, with or without a zone (then UTC).
    static func microseconds(_ text: String) -> Int64? {
        var head = text
        var fraction: Int64 = 0
        if let dot = head.firstIndex(of: ".") {
            let digits = head[head.index(after: dot)...].prefix { $0.isNumber }
            let padded = (digits.prefix(6) + "000000").prefix(6)
            fraction = Int64(padded) ?? 0
            head = String(head[..<dot]) + String(head[dot...].dropFirst(1 + digits.count))
        }
        if let instant = Instant(iso8601: head) ?? Instant(iso8601: head + "Z") {
            return instant.utcSeconds * 1_000_000 + fraction
        }
        return nil
    }
}
