// The table of contents that months and years share. What stands in a section is the section's own business.

extension ReportDocument {
    /// Adds all sections of a report of a time, in their order.
    ///
    /// - Parameters:
    ///   - energy: the blocks of the section on energy, in which months and years differ.
    ///   - expected: those of the section on what was expected, likewise.
    mutating func addSections(of facts: PeriodFacts, energy: [ReportBlock], expected: [ReportBlock]) {
        let timeline = ReportBlock.figures(TimelineFigure(facts: facts).figure)
        add("findings", title: "What was found", FindingSection(facts: facts).blocks)
        add("energy", title: "Energy", energy)
        add("expected", title: "Expected and recorded", expected)
        add("batteries", title: "Batteries", BatterySection(facts: facts).blocks)
        add("panels", title: "Panels", PanelSection(facts: facts).blocks)
        add("events", title: "Outages and events", timeline + GridSection(facts: facts).blocks)
        add("utility", title: "The utility", UtilitySection(facts: facts).blocks)
        add("devices", title: "Firmware and devices", DeviceSection(facts: facts).blocks)
        add("cases", title: "Your cases", CaseSection(facts: facts).blocks)
        add("histories", title: "Histories held against each other", HistorySection(facts: facts).blocks)
        add("sources", title: "Sources", SourceSection(facts: facts).blocks)
    }
}
