// Reports as files: written whole or not at all, in place of older ones.

import Foundation
import Lake
import Readings
import Report

/// The forms of a report.
package enum ReportForm: String, CaseIterable {
    case markdown, html, json

    /// What names of its files end in.
    package var suffix: String {
        switch self {
        case .markdown: "md"
        case .html: "html"
        case .json: "json"
        }
    }
}

/// A report that can be written in any form.
package enum FiledReport {
    case month(MonthlyReport)
    case year(YearlyReport)

    /// What its file is called behind the site's name, as `2025-03`.
    package var name: String {
        switch self {
        case .month(let report): "\(report.month)"
        case .year(let report): "\(report.year)"
        }
    }

    private var document: ReportDocument {
        switch self {
        case .month(let report): report.document
        case .year(let report): report.document
        }
    }

    private var json: JSONValue {
        switch self {
        case .month(let report): report.json()
        case .year(let report): report.json()
        }
    }

    /// Renders the report.
    package func text(_ form: ReportForm) -> String {
        switch form {
        case .markdown: MarkdownRenderer.render(document)
        case .html: HTMLRenderer.render(document)
        case .json: json.pretty
        }
    }
}

/// A folder of reports.
package struct ReportFolder {
    package let path: String

    package init(path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Writes a report of a site; a reader sees the old file or the new one.
    ///
    /// - Returns: the paths, in the order of the forms.
    /// - Throws: `StationError` where the folder cannot be written.
    @discardableResult
    package func write(_ report: FiledReport, site: String, _ forms: [ReportForm]) throws -> [String] {
        try forms.map { form in
            let file = "\(path)/\(ReportFolder.fileName(site))-\(report.name).\(form.suffix)"
            try ReportFolder.write(Data(report.text(form).utf8), to: file, within: path)
            return file
        }
    }

    /// Returns a name that any file can have; a site may be called what none can. Two names never become one: what had to be
    /// changed ends in a digest of what it was.
    package static func fileName(_ text: String) -> String {
        let plain = plainName(text)
        guard plain != text || plain.utf8.count > mostNameBytes || plain.isEmpty else { return plain }
        let digest = SHA256.hexDigest(of: Array(text.utf8)).prefix(8)
        var short = plain
        while short.utf8.count > mostNameBytes { short.removeLast() }
        return "\(short)~\(digest)"
    }

    /// Returns a name that any file can have, where something else keeps names apart.
    package static func plainName(_ text: String) -> String {
        text.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? String($0) : "_" }.joined()
    }

    /// File systems take 255 bytes; the month and the ending come behind.
    private static let mostNameBytes = 180

    /// Writes a file of a folder, which is made where it is missing.
    ///
    /// - Throws: `StationError` that names the folder.
    package static func write(_ data: Data, to file: String, within folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try data.write(to: URL(filePath: file), options: .atomic)
        } catch let error as NSError {
            let system = error.userInfo[NSUnderlyingErrorKey] as? NSError
            let reason =
                system.map { String(cString: strerror(Int32($0.code))) }
                ?? error.localizedFailureReason ?? error.localizedDescription
            throw StationError.reportFolder(path: folder, reason: reason)
        }
    }
}
