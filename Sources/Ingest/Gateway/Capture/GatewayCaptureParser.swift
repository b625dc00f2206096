// Reads a capture of the gateway: saved bodies in, readings, states and events out. Which quantity comes from which body,
// and what is deliberately not taken, is said in docs/sources/gateway.md.

import Readings

/// Reads captures.
struct GatewayCaptureParser {
    private let options: DocumentOptions
    private let zone: TimeZoneRules

    /// Makes a reader.
    init(options: DocumentOptions, zone: TimeZoneRules) { (self.options, self.zone) = (options, zone) }

    /// Reads the bodies of one capture.
    ///
    /// - Parameter files: bodies by the names under which they were saved, with their logs.
    /// - Throws: `IngestError.unsupported` for firmware below 3.9 and for a capture without any body that can be read.
    func parse(files: [(name: String, bytes: [UInt8])], _ sink: RowSink) throws -> DocumentSummary {
        let bodies = GatewayBodies(files)
        try GatewayCaptureParser.check(bodies)
        return try parse(bodies, atUTCSeconds: observationTime(bodies), sink)
    }

    /// Tells whether there is anything to read.
    ///
    /// - Throws: `IngestError.unsupported` for firmware below 3.9 and where no body can be read.
    static func check(_ bodies: GatewayBodies) throws {
        if let info = bodies.info, info.isTooOld {
            throw IngestError.unsupported(
                what:
                    "the gateway has firmware \(info.software), older than 3.9, whose pages hold no figures to read",
                remedy: "read the production page by hand, or ask the vendor for an update"
            )
        }
        guard bodies.hasReadableBody else {
            throw IngestError.unsupported(
                what: "the capture holds no body that can be read: \(bodies.whyUnreadable)",
                remedy: "save info, production.json and the other bodies again, logged in as the owner"
            )
        }
    }

    /// Reads bodies.
    ///
    /// - Parameter atUTCSeconds: the time of values that have none of their own.
    /// - Throws: `IngestError.limit`, and what the sink throws.
    func parse(_ bodies: GatewayBodies, atUTCSeconds: Int64, _ sink: RowSink) throws -> DocumentSummary {
        var observation = GatewayObservation(
            atUTCSeconds: atUTCSeconds,
            gateway: bodies.info?.serial ?? ""
        )
        observation.summary.format =
            "\(DocumentFormat.gatewayCapture.title) (\(bodies.info?.software ?? "firmware unknown"))"
        if let serial = bodies.info?.serial, !serial.isEmpty {
            observation.summary.identifiers["gateway"] = serial
        }
        bodies.note(in: &observation)
        let clocks = GatewayClocks(bodies, zone: zone, capturedUTCSeconds: options.capturedUTCSeconds)
        GatewaySiteBodies.read(bodies, clocks, into: &observation)
        GatewayMeterBodies.read(bodies, into: &observation)
        GatewayInverterBodies.read(bodies, into: &observation)
        GatewayEnsembleBodies.read(bodies, into: &observation)
        GatewayInventoryBody.read(bodies, into: &observation)
        GatewayCounters.compare(bodies, into: &observation)
        observation.leaveOut(bodies.recalled)
        var summary = observation.summary
        try observation.records.hand(into: &summary, sink)
        return summary
    }

    /// The time of the observation: the device time of the newest kind of body that has one. The file's own time says when
    /// it was copied, not when it was taken.
    func observationTime(_ bodies: GatewayBodies) -> Int64 {
        let meters = bodies["ivp/meters/readings"]?.elements.compactMap { $0["timestamp"]?.time }.max()
        let production = bodies.production?["production"]?.elements.compactMap { $0["readingTime"]?.time }
            .max()
        let inverters = bodies["api/v1/production/inverters"]?.elements
            .compactMap { $0["lastReportDate"]?.time }.max()
        return meters ?? production ?? bodies.info?.utcSeconds ?? inverters ?? deviceTime(bodies)
            ?? options.capturedUTCSeconds
    }

    /// The newest time that a device has in the lists of devices, which may come without anything else.
    private func deviceTime(_ bodies: GatewayBodies) -> Int64? {
        let readings = (bodies["ivp/pdm/device_data"]?.members ?? JSONNode.noMembers).flatMap { _, entry in
            (entry["channels"]?.elements ?? JSONNode.none).compactMap { $0["lastReading"]?["endDate"]?.time }
        }
        let lists = [bodies["ivp/ensemble/inventory"], bodies.inventory].compactMap { $0 }
        let reports = lists.flatMap { list in
            list.elements.flatMap { group in
                (group["devices"]?.elements ?? JSONNode.none).compactMap { $0["last_rpt_date"]?.time }
            }
        }
        return (readings + reports).max()
    }
}
