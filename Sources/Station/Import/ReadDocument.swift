// One document read: kept verbatim, its rows gathered, nothing of it visible. Runs in a thread of its own.

import Analysis
import Foundation
import Ingest
import Lake
import Readings

/// What is known of a document before it is read whole.
package struct DocumentPlan {
    /// The document.
    package let input: InputDocument
    /// The site to which it belongs.
    package let site: Site
    /// What its reader is told.
    package var options: DocumentOptions
    /// By what it names its site.
    package let identifiers: [String: String]
    /// The rules of the site's zone.
    package let zone: TimeZoneRules
    /// Where the store keeps it.
    package let folders: Lake.Folders
}

/// A document that was read.
package struct ReadDocument {
    /// What was known before.
    package var plan: DocumentPlan
    /// What waits for the store.
    package var staged: StagedDocument
    /// What its reader found.
    package var summary: DocumentSummary
    /// The events that it gave.
    package let events: [SiteEvent]
    /// What tells the clock of a utility's document.
    package let clock: ClockCheck

    /// Reads a document.
    ///
    /// - Throws: `IngestError`, `LakeError`; then nothing is left of it.
    package static func read(_ plan: DocumentPlan) throws -> ReadDocument {
        var job = Job(plan)
        do {
            if let capture = plan.input.capture {
                try job.take(GatewayBundle.pack(try capture())[...])
            } else {
                try plan.input.read { try job.take($0) }
            }
            return try job.finish()
        } catch {
            job.staging.discard()
            throw error
        }
    }

    /// A document on its way.
    package struct Job {
        private let plan: DocumentPlan
        /// What is kept of it so far.
        package var staging: DocumentStaging
        /// Nil only while it is at work: a copy would copy all that it holds back.
        private var parser: (any DocumentParser)?
        private var clock = ClockCheck()
        private var time = DocumentClock()
        private var events: [SiteEvent] = []

        /// Begins.
        package init(_ plan: DocumentPlan) {
            self.plan = plan
            staging = DocumentStaging(
                store: plan.folders,
                sourceName: plan.input.name,
                systemID: plan.site.systemID,
                capturedUTCSeconds: plan.options.capturedUTCSeconds
            )
            parser = DocumentParsers.make(plan.options, zone: plan.zone)
        }

        /// Takes a piece of the document.
        package mutating func take(_ bytes: ArraySlice<UInt8>) throws {
            try staging.keep(bytes)
            try time.take(bytes.count)
            guard var parser else { return }
            self.parser = nil
            defer { self.parser = parser }
            try parser.feed(bytes) { try add($0) }
        }

        private mutating func add(_ batch: RowBatch) throws {
            if case .utility(let intervals) = batch { intervals.forEach { clock.take($0) } }
            if case .events(let found) = batch { events += found }
            try staging.add(batch, source: plan.options.format.source)
        }

        /// Ends the document.
        package mutating func finish() throws -> ReadDocument {
            guard var parser else { throw IngestError.empty }
            self.parser = nil
            let summary = try parser.finish { try add($0) }
            var staged = try staging.finish()
            staged.rowsRead = summary.rows.values.reduce(0, +)
            staged.rowsRefused = summary.refusedRows
            staged.identifiers = plan.identifiers
            return ReadDocument(
                plan: plan,
                staged: staged,
                summary: summary,
                events: events,
                clock: clock
            )
        }
    }
}
