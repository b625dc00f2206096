// Reports as files: written whole or not at all, in place of older ones.

import Foundation
import Lake
import Report

/// The forms of a report.
enum ReportForm: String, CaseIterable {
    case markdown, html, json

    /// What names of its files end in.
    var suffix: String {
        switch self {
        case .markdown: "md"
        case .html: "html"
        case .json: "json"
        }
    }

    /// Renders a month.
    func text(_ report: MonthlyReport) -> String {
        switch self {
        case .markdown: report.markdown()
        case .html: report.html()
        case .json: report.json().pretty
        }
    }
}

/// A folder of reports.
struct ReportFolder {
    let path: String

    init(path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// Writes a month of a site; a reader sees the old file or the new one.
    ///
    /// - Returns: the paths, in the order of the forms.
    /// - Throws: `CommandError` where the folder cannot be written.
    @discardableResult
    func write(_ report: MonthlyReport, site: String, _ forms: [ReportForm]) throws -> [String] {
        // A site may be called what no file can.
        let name = site.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? String($0) : "_" }
            .joined()
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            return try forms.map { form in
                let file = "\(path)/\(name)-\(report.month).\(form.suffix)"
                try Data(form.text(report).utf8).write(to: URL(filePath: file), options: .atomic)
                return file
            }
        } catch let error as NSError {
            let system = error.userInfo[NSUnderlyingErrorKey] as? NSError
            let reason =
                system.map { String(cString: strerror(Int32($0.code))) } ?? error.localizedDescription
            throw CommandError(
                "the report cannot be written into \(path): \(reason); name another folder with --output, or make it writable"
            )
        }
    }
}

/// Showing files to the owner.
enum Browser {
    /// Opens a page.
    ///
    /// - Throws: `CommandError` where nothing can show it, with its path.
    static func open(_ path: String) throws {
        #if os(macOS)
            let program = "/usr/bin/open"
        #else
            let program = "/usr/bin/xdg-open"
        #endif
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = [path]
        guard FileManager.default.isExecutableFile(atPath: program), (try? process.run()) != nil else {
            throw CommandError("no browser can be started from here; the page lies at \(path)")
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandError("the browser could not show the page; it lies at \(path)")
        }
    }
}
