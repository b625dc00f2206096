// Captures of the gateway. A capture comes as a folder, which InputWalk tells by the names of its files; a single document can
// only be like one.

extension FormatFamily {
    /// Captures of the gateway.
    static let gateway = FormatFamily(
        formats: [
            FormatFacts(
                .gatewayCapture,
                title: "gateway capture",
                source: .gateway,
                page: "gateway.md",
                makeParser: { GatewayBundleParser(options: $0, zone: $1) }
            )
        ],
        recognise: recognise
    )

    /// Tells whether a single document is a body of the gateway, which alone says too little.
    @Sendable private static func recognise(_ prefix: ArraySlice<UInt8>) -> Recognition {
        let text = String(decoding: prefix.prefix(4096), as: UTF8.self)
        if text.contains("<envoy_info>") {
            return .near(
                .gatewayCapture,
                missing: "info alone holds no readings: import the folder with all saved bodies",
                score: 9
            )
        }
        let marks = [
            "\"actEnergyDlvd\"", "\"wattHoursLifetime\"", "\"lastReportDate\"", "\"readingTime\"",
            "\"percentFull\"", "\"last_enlighten_report_time\"", "\"real_power_mw\"", "\"joulesProduced\"",
            "\"measurementType\"",
        ]
        guard marks.contains(where: text.contains) else { return .no }
        return .near(
            .gatewayCapture,
            missing: "it is one body of several: import the folder that holds info and the others",
            score: 4
        )
    }
}
