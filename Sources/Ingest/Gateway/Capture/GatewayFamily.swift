// Captures of the gateway. A capture comes as a folder, which InputWalk tells by its files; a single document is one body,
// and some bodies say enough by themselves.

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

    /// Tells whether a document that is no whole body is like one: words of bodies are in it.
    private static func likeOne(_ prefix: ArraySlice<UInt8>) -> Recognition {
        let text = String(decoding: prefix.prefix(4096), as: UTF8.self)
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

    /// More features than any other family counts: a body of the gateway is nothing else.
    private static let surelyOne = 99

    /// Tells whether a single document is a body of the gateway: those that name devices and times are read alone.
    @Sendable private static func recognise(_ prefix: ArraySlice<UInt8>) -> Recognition {
        if GatewayFormats.isInfo(prefix) {
            return .near(
                .gatewayCapture,
                missing: "info alone holds no readings: import the folder with all saved bodies",
                score: surelyOne
            )
        }
        guard let shape = GatewayBodyShape.of(JSONOutline(prefix)) else { return likeOne(prefix) }
        guard !shape.isReadAlone else { return .yes(.gatewayCapture) }
        return .near(
            .gatewayCapture,
            missing:
                "\(shape.endpoint) is one body of several: import the folder that holds info and the others",
            score: surelyOne
        )
    }
}
