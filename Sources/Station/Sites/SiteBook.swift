// The sites of a store as their owner keeps them: listed, called otherwise, taken out.

import Foundation
import Lake
import Readings

/// What an owner does with sites.
package enum SiteBook {
    /// A site with what it holds.
    package struct Entry {
        package let site: Site
        /// Documents that are in the store and not undone.
        package let imports: [Int64]
        /// Where its rows end.
        package let view: SiteView
    }

    /// Returns the sites with what they hold, by number.
    ///
    /// - Parameter now: the time, seconds UTC.
    package static func list(_ lake: some LakeReader, now: Int64) throws -> [Entry] {
        try lake.sites().map { site in
            let zone = (try? ZoneFiles.load(site.timeZone)) ?? .utc
            return Entry(
                site: site,
                imports: try imports(of: site, lake),
                view: SiteView(site: site, zone: zone, end: try lake.siteEnd(site, zone), now: now)
            )
        }
    }

    /// Gives a site another name, also in the log of cases.
    ///
    /// - Returns: true where config.json has facts under the old name, which its owner must rename.
    package static func rename(_ name: String, to newName: String, _ lake: LakeWriter) throws -> Bool {
        let configuration = try Configuration.load(lake)
        try lake.change {
            try lake.renameSite(name, to: newName)
            guard try CaseBook.read(lake).cases.contains(where: { $0.site == name }) else { return }
            try CaseBook.edit(lake) { book in
                for index in book.cases.indices where book.cases[index].site == name {
                    book.cases[index].site = newName
                }
            }
        }
        return configuration.names(site: name)
    }

    /// Undoes the imports of a site, the newest first, and takes it out of the store. Its documents stay.
    ///
    /// - Parameter progress: is told how many imports are undone, and of how many.
    /// - Returns: how many rows went.
    package static func remove(_ site: Site, _ lake: LakeWriter, progress: (Int, Int) -> Void) throws -> Int {
        let imports = try imports(of: site, lake)
        var rows = 0
        for (index, importID) in imports.reversed().enumerated() {
            progress(index, imports.count)
            rows += try lake.undo(importID: importID).rowsRemoved
        }
        _ = try lake.removeSite(site)
        return rows
    }

    /// Takes out the sites that an import made and gave nothing.
    ///
    /// - Parameter names: those of the sites that were there before.
    /// - Returns: the names of those that went.
    package static func removeEmpty(except names: Set<String>, _ lake: LakeWriter) throws -> [String] {
        try lake.sites().filter { try !names.contains($0.name) && lake.removeSite($0) }.map(\.name)
    }

    private static func imports(of site: Site, _ lake: some LakeReader) throws -> [Int64] {
        try lake.imports(systemID: site.systemID).filter {
            ["import", "live"].contains($0.kind) && $0.undoneBy == nil
        }.map(\.importID)
    }
}
