// Pages shown to the owner. That none can be shown here is no error: the page lies where it was written.

import Foundation

/// Showing files to the owner.
enum Browser {
    /// Opens a page, or says where it lies.
    static func open(_ path: String) {
        #if os(macOS)
            let program = "/usr/bin/open"
            let hasScreen = true
        #else
            let program = "/usr/bin/xdg-open"
            let variables = ProcessInfo.processInfo.environment
            let hasScreen = ["DISPLAY", "WAYLAND_DISPLAY"].contains { variables[$0]?.isEmpty == false }
        #endif
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = [path]
        guard hasScreen, FileManager.default.isExecutableFile(atPath: program), (try? process.run()) != nil
        else { return Console.error("note: no browser can be started from here; the page lies at \(path)") }
        process.waitUntilExit()
        if process.terminationStatus != 0 {
            Console.error("note: the browser could not show the page; it lies at \(path)")
        }
    }
}
