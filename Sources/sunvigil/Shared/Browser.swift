// Pages shown to the owner.

import Foundation

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
