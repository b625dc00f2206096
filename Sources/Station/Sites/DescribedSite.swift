// A site that comes with its own description: made where there is none, completed where facts are missing.

import Foundation
import Ingest
import Lake
import Readings

/// Makes and completes sites by their description.
package enum DescribedSite {
    /// A description is a small document; larger ones are not looked into.
    private static let mostBytes = 1 << 20

    /// Opens the store. Where there is none, or none with a site, a description among the documents makes them.
    ///
    /// - Parameters:
    ///   - documents: what is to be imported.
    ///   - store: where the store lies.
    ///   - name: the owner's name for the site; else that of the folder in which the description lies.
    package static func open(_ store: LakeStore, _ documents: [InputDocument], name: String?, hooks: Hooks)
        throws -> LakeWriter
    {
        var lake: LakeWriter?
        do {
            let known = try store.writer()
            guard try known.sites().isEmpty else { return known }
            lake = known
        } catch LakeError.noStore(let path) {
            guard !documents.isEmpty else { throw LakeError.noStore(path: path) }
        }
        if let (described, folder) = find(documents) {
            let made = try lake ?? store.writerOrNew()
            try put(described, name: name ?? folder, in: made, hooks)
            return made
        }
        let now = store.environment.nowMicroseconds() / 1_000_000
        guard let guess = GuessedSite.guess(documents, now: now) else {
            if let lake { return lake }
            throw LakeError.noStore(path: store.path)
        }
        let made = try lake ?? store.writerOrNew()
        try put(guess, name: name ?? guess.name, in: made, hooks)
        return made
    }

    private static func put(_ guess: GuessedSite.Guess, name: String, in lake: LakeWriter, _ hooks: Hooks)
        throws
    {
        _ = try lake.putSite(
            name: name,
            timeZone: guess.timeZone,
            place: guess.place,
            installed: nil,
            battery: nil,
            isUpdate: false
        )
        hooks.notice(
            .siteGuessed(
                name: name,
                timeZone: guess.timeZone,
                latitude: guess.place.latitude,
                longitude: guess.place.longitude,
                store: lake.path
            )
        )
    }

    private static func put(_ described: SiteDescription, name: String, in lake: LakeWriter, _ hooks: Hooks)
        throws
    {
        _ = try ZoneFiles.load(described.timeZone)
        guard let place = Place(latitude: described.latitude, longitude: described.longitude) else { return }
        _ = try lake.putSite(
            name: name,
            timeZone: described.timeZone,
            place: place,
            installed: described.installedW.map { Watts($0) },
            battery: described.batteryWh.map { WattHours($0) },
            isUpdate: false
        )
        hooks.notice(.siteMade(name: name, timeZone: described.timeZone, store: lake.path))
    }

    /// Fills in the facts that the owner has not given; those that he gave stay.
    package static func complete(_ site: Site, with described: SiteDescription, _ lake: LakeWriter) throws {
        // Asked anew: another document of the same import may have completed it.
        let site = try lake.site(named: site.name)
        guard site.installed == nil || site.battery == nil else { return }
        _ = try lake.putSite(
            name: site.name,
            timeZone: site.timeZone,
            place: site.place,
            installed: site.installed ?? described.installedW.map { Watts($0) },
            battery: site.battery ?? described.batteryWh.map { WattHours($0) },
            array: site.array,
            isUpdate: true
        )
    }

    /// Returns the first description and the name of its folder.
    private static func find(_ documents: [InputDocument]) -> (SiteDescription, String)? {
        struct Enough: Error {}
        for document in documents where document.capture == nil && !document.isStream {
            var bytes: [UInt8] = []
            do {
                try document.read { piece in
                    bytes += piece
                    // What does not begin as an object, or is large, is no description.
                    if bytes.first(where: { $0 > 32 }) != UInt8(ascii: "{") || bytes.count > mostBytes {
                        throw Enough()
                    }
                }
                let head = bytes.prefix(DocumentDetector.prefixBytes)
                guard try DocumentDetector.format(prefix: head) == .siteDescription else { continue }
                let folder = ((document.path as NSString).deletingLastPathComponent as NSString)
                    .lastPathComponent
                let isName = folder != "." && folder != ".." && folder != "/" && Lake.isSiteName(folder)
                let described = try SiteDescription(document: bytes)
                // One that cannot be is told when it is imported; the next may do.
                _ = try ZoneFiles.load(described.timeZone)
                return (described, isName ? folder : "home")
            } catch {
                // What cannot be read is told when it is imported.
                continue
            }
        }
        return nil
    }
}
