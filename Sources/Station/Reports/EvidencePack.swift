// The evidence for a support case as a folder and a ZIP archive.

import Analysis
import Deflate
import Foundation
import Lake
import Readings
import Report

/// The files of a pack.
package struct EvidencePack {
    /// A file.
    package struct File {
        package let name: String
        package let what: String
        package let bytes: [UInt8]
    }

    /// The pack's name, that of the folder and of the archive.
    package let name: String
    /// The files in order; the last one is `SHA256SUMS`.
    package let files: [File]

    /// Gathers a pack.
    ///
    /// - Parameter includesDocuments: the kept documents too, verbatim.
    package init(
        _ report: CaseReport,
        _ reports: SiteReports,
        sources: [ReportMaterial.SourceDocument],
        includesDocuments: Bool
    )
        throws
    {
        let zone = reports.zone
        let first = zone.wallClock(atUTCSeconds: report.interval.startUTCSeconds).day
        let last = zone.wallClock(atUTCSeconds: report.interval.endUTCSeconds - 1).day
        name = "evidence-\(ReportFolder.fileName(reports.site.name))-\(first)-to-\(last)"
        var files = [
            File(
                name: "report.html",
                what: "all of it as a page with charts",
                bytes: Array(HTMLRenderer.render(report.document).utf8)
            ),
            File(
                name: "timeline.csv",
                what: "who knew what when",
                bytes: EvidencePack.timeline(report.timeline)
            ),
            File(
                name: "findings.json",
                what: "the findings with the rules that fired, their parameters and the rows they rest on",
                bytes: Array(report.findingsJSON.pretty.utf8)
            ),
            File(
                name: "documents.csv",
                what: "the documents from which the rows come, with their SHA-256",
                bytes: EvidencePack.documents(sources)
            ),
        ]
        files += report.charts.map {
            File(name: "charts/\($0.name)", what: "a chart of the report", bytes: Array($0.svg.utf8))
        }
        files += try EvidencePack.rows(report, reports)
        if includesDocuments { files += try EvidencePack.kept(sources, reports.lake) }
        let summary = report.summary(
            files: EvidencePack.listed(files).map { ($0.name, $0.what) }
        )
        files.insert(
            File(
                name: "summary.md",
                what: "one page to paste into a ticket",
                bytes: Array(MarkdownRenderer.render(summary).utf8)
            ),
            at: 0
        )
        let sums = files.map { "\(SHA256.hexDigest(of: $0.bytes))  \($0.name)\n" }.joined()
        files.append(File(name: "SHA256SUMS", what: "the hashes of all files", bytes: Array(sums.utf8)))
        self.files = files
    }

    /// What the summary names: charts as one.
    private static func listed(_ files: [File]) -> [File] {
        let charts = files.filter { $0.name.hasPrefix("charts/") }
        let documents = files.filter { $0.name.hasPrefix("documents/") }
        var listed = files.filter { !$0.name.hasPrefix("charts/") && !$0.name.hasPrefix("documents/") }
        if !charts.isEmpty {
            listed.append(
                File(
                    name: "charts/",
                    what: "\(charts.count) \(charts.count == 1 ? "chart" : "charts") of the report",
                    bytes: []
                )
            )
        }
        if !documents.isEmpty {
            listed.append(
                File(name: "documents/", what: "\(documents.count) documents, verbatim", bytes: [])
            )
        }
        return listed
    }

    private static func timeline(_ moments: [CaseReport.Moment]) -> [UInt8] {
        var text = "when,who,what,of_case\n"
        for moment in moments {
            text +=
                "\(Instant(utcSeconds: moment.at).iso8601),\(moment.who),\(CSVField.text(moment.text)),\(moment.isOfCase ? "yes" : "no")\n"
        }
        return Array(text.utf8)
    }

    private static func documents(_ sources: [ReportMaterial.SourceDocument]) -> [UInt8] {
        var text = "import_id,name,captured,sha256\n"
        for source in sources {
            let captured = source.capturedUTCSeconds.map { Instant(utcSeconds: $0).iso8601 } ?? ""
            text += "\(source.importID),\(CSVField.text(source.name)),\(captured),\(source.sha256)\n"
        }
        return Array(text.utf8)
    }

    /// The rows of the time, as CSV and Parquet.
    private static func rows(_ report: CaseReport, _ reports: SiteReports) throws -> [File] {
        let lake = reports.lake
        let systemID = reports.site.systemID
        var files: [File] = []
        func add(_ excerpt: Lake.Excerpt, csv: [UInt8]) {
            let what = "\(excerpt.rowCount) rows of \(excerpt.table)"
            files.append(File(name: "data/\(excerpt.table).csv", what: what, bytes: csv))
            files.append(File(name: "data/\(excerpt.table).parquet", what: what, bytes: excerpt.parquet))
        }
        let series = try lake.readings(systemID: systemID, interval: report.interval)
        if let excerpt = lake.excerpt(series) {
            var csv = IntervalCSV.header
            for (key, columns) in series.sorted(by: { $0.key < $1.key }) {
                var rest: [UInt8] = []
                IntervalCSV.append(key, columns, to: &rest) { csv += $0 }
                csv += rest
            }
            add(excerpt, csv: csv)
        }
        for table in Lake.recordTableNames {
            if let excerpt = try lake.excerpt(table: table, systemID: systemID, interval: report.interval) {
                add(excerpt, csv: excerpt.csv)
            }
        }
        return files
    }

    private static func kept(_ sources: [ReportMaterial.SourceDocument], _ lake: some LakeReader) throws
        -> [File]
    {
        var seen: Set<String> = []
        return try sources.filter { !$0.sha256.isEmpty && seen.insert($0.sha256).inserted }.map { source in
            var bytes: [UInt8] = []
            try lake.readRawDocument(sha256: source.sha256) { bytes += $0 }
            let name = ReportFolder.plainName((source.name as NSString).lastPathComponent)
            return File(
                name: "documents/\(source.importID)-\(name.prefix(80))",
                what: "a document, verbatim",
                bytes: bytes
            )
        }
    }

    /// Writes the folder and the archive; what lies there under the names is replaced, whole.
    ///
    /// - Returns: the paths of both.
    package func write(into folder: String) throws -> (folder: String, archive: String) {
        let parent = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let target = "\(parent)/\(name)"
        let incoming = "\(target).tmp-\(ProcessInfo.processInfo.processIdentifier)"
        let aside = "\(target).old-\(ProcessInfo.processInfo.processIdentifier)"
        let manager = FileManager.default
        defer { try? manager.removeItem(atPath: incoming) }
        var archive = ZipWriter()
        for file in files {
            try ReportFolder.write(Data(file.bytes), to: "\(incoming)/\(file.name)", within: parent)
            guard archive.add("\(name)/\(file.name)", file.bytes) else {
                throw StationError.packTooLarge
            }
        }
        try ReportFolder.write(Data(archive.finish()), to: target + ".zip", within: parent)
        do {
            if manager.fileExists(atPath: target) {
                guard manager.fileExists(atPath: target + "/SHA256SUMS") else {
                    throw StationError.notAPack(path: target)
                }
                try manager.moveItem(atPath: target, toPath: aside)
            }
            do {
                try manager.moveItem(atPath: incoming, toPath: target)
            } catch {
                try? manager.moveItem(atPath: aside, toPath: target)
                throw error
            }
            try? manager.removeItem(atPath: aside)
        } catch let error as StationError {
            throw error
        } catch {
            throw StationError.packFolder(path: target, reason: error.localizedDescription)
        }
        return (target, target + ".zip")
    }
}
