// The events of a site: those that documents give, and those that show between documents.

import Ingest
import Lake
import Readings

extension LakeReader {
    /// The events of a site that documents give, and those that show between documents, in the order of time.
    package func allEvents(_ site: Site) throws -> [(source: Source, record: SiteEvent)] {
        var events = try siteEvents(systemID: site.systemID).map { (source: $0.source, record: $0.record) }
        let readings = Dictionary(grouping: try deviceReadings(systemID: site.systemID), by: \.source)
        let states = Dictionary(grouping: try deviceStates(systemID: site.systemID), by: \.source)
        for (source, own) in readings {
            let found = CounterHistory.events(
                of: own.map(\.record),
                states: (states[source] ?? []).map(\.record),
                installedW: site.installed.map { Double($0.value) }
            )
            events += found.map { (source, $0) }
        }
        for (source, own) in states {
            events += CounterHistory.firmwareChanges(in: own.map(\.record)).map { (source, $0) }
        }
        return events.sorted {
            ($0.record.startUTCSeconds, $0.record.kind.rawValue, $0.record.device)
                < ($1.record.startUTCSeconds, $1.record.kind.rawValue, $1.record.device)
        }
    }
}
