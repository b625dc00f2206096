// What all of this room knows by one name: places of a store, and what is asked of no store in particular. A store is
// opened by `LakeStore`, asked through `LakeSnapshot` and changed through `LakeWriter`.

import Foundation
import Parquet
import Readings

/// The store's names and places.
package enum Lake {
    /// Where a store's folders are, without its catalogue: for readers in threads of their own.
    package struct Folders: Sendable {
        let rawPath: String
    }

    /// Prepares the process for moving much data. To be called once, at its start.
    package static func prepareProcess() { HeapMemory.keep() }

    /// Returns the absolute form of a path, without its last slash.
    package static func absolutePath(_ path: String) -> String {
        let isPlain =
            path.hasPrefix("/") && !path.utf8.elementsEqual("/".utf8)
            && !["//", "/.", "~"].contains { path.contains($0) }
        return isPlain
            ? path.trimmingLastSlash()
            : URL(filePath: path).standardizedFileURL.path(percentEncoded: false).trimmingLastSlash()
    }

    static func isOccupied(_ root: String) throws -> Bool {
        try SystemCall.names(in: root).contains {
            $0 != "lock" && $0 != "lost+found" && !$0.hasPrefix("catalog.sqlite")
        }
    }
}

extension String {
    fileprivate func trimmingLastSlash() -> String {
        count > 1 && hasSuffix("/") ? String(dropLast()) : self
    }
}
