// Which site a document belongs to: what the owner says, else what the document names, else the only site there is.

import Foundation
import Lake
import Readings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the site of a document.
package struct SiteResolver {
    /// A rule of the owner's: documents whose path fits the pattern belong to the site.
    package struct Mapping: Sendable {
        package let pattern: String
        package let site: String

        package init?(_ argument: String) {
            guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex else { return nil }
            pattern = String(argument[..<equals])
            site = String(argument[argument.index(after: equals)...])
            if site.isEmpty { return nil }
        }

        /// `*` fits any characters, `?` one; a pattern without a leading `*` may begin anywhere behind a slash.
        package func fits(_ path: String) -> Bool {
            fnmatch(pattern, path, 0) == 0 || fnmatch("*/" + pattern, path, 0) == 0
        }
    }

    package let lake: LakeWriter
    /// The site that the owner named.
    package let named: String?
    package let mappings: [Mapping]
    /// The site whose place and zone a new site gets; nil where sites are not made.
    package let newSitesLike: String?
    private let known = Known()

    /// What the store knows of sites, read once. A class: what one document adds the next one knows.
    private final class Known {
        var sites: [String: Site]?
        var byNumber: [Int64: Site]?
        var identifiers: Identifiers?
    }

    /// By what documents name sites, both ways: a fleet has too many to look through for each document.
    private struct Identifiers {
        private(set) var systems: [Name: Set<Int64>] = [:]
        private(set) var names: [Int64: Set<Name>] = [:]

        struct Name: Hashable {
            let kind: String
            let value: String
        }

        mutating func add(_ kind: String, _ value: String, of systemID: Int64) {
            let name = Name(kind: kind, value: value)
            systems[name, default: []].insert(systemID)
            names[systemID, default: []].insert(name)
        }
    }

    package init(lake: LakeWriter, named: String?, mappings: [Mapping], newSitesLike: String?) {
        (self.lake, self.named, self.mappings, self.newSitesLike) = (lake, named, mappings, newSitesLike)
    }

    /// Forgets what the store knew: it has changed.
    package func refresh() {
        known.sites = nil
        known.byNumber = nil
        known.identifiers = nil
    }

    private func sites() throws -> [String: Site] {
        if let sites = known.sites { return sites }
        let sites = Dictionary(try lake.sites().map { ($0.name, $0) }) { first, _ in first }
        known.sites = sites
        return sites
    }

    private func identifiers() throws -> Identifiers {
        if let identifiers = known.identifiers { return identifiers }
        var identifiers = Identifiers()
        for entry in try lake.siteIdentifiers() {
            identifiers.add(entry.kind, entry.value, of: entry.systemID)
        }
        known.identifiers = identifiers
        return identifiers
    }

    /// Makes the sites that documents will need, all in one change of the store.
    package func makeSites(for documents: [(path: String, identifiers: [String: String])]) throws {
        guard let newSitesLike else { return }
        let model = try site(named: newSitesLike)
        var names = Set(try sites().keys)
        var wanted: [String] = []
        for document in documents where named == nil && !mappings.contains(where: { $0.fits(document.path) })
        {
            guard let name = newName(document.identifiers), names.insert(name).inserted else { continue }
            wanted.append(name)
        }
        guard !wanted.isEmpty else { return }
        try lake.addSites(wanted, like: model)
        refresh()
    }

    private func newName(_ identifiers: [String: String]) -> String? {
        identifiers.min { $0.key < $1.key }.map { "\($0.key.replacing("_id", with: ""))-\($0.value)" }
    }

    private func site(named name: String) throws -> Site {
        if let site = try sites()[name] { return site }
        return try lake.site(named: name)
    }

    /// Remembers by what a document that is on its way names its site.
    package func note(_ identifiers: [String: String], of site: Site) throws {
        guard !identifiers.isEmpty else { return }
        _ = try self.identifiers()
        for (kind, value) in identifiers { known.identifiers?.add(kind, value, of: site.systemID) }
    }

    /// Returns the site.
    ///
    /// - Throws: `StationError` where it cannot be told, or where it is known to be another one's; `LakeError`.
    package func site(path: String, identifiers: [String: String]) throws -> Site {
        if let mapping = mappings.first(where: { $0.fits(path) }) {
            return try siteOrNew(mapping.site, path)
        }
        if let named { return try site(named: named) }
        let sites = try sites()
        let names = try self.identifiers()
        let own = identifiers.reduce(into: Set<Int64>()) { found, entry in
            found.formUnion(names.systems[Identifiers.Name(kind: entry.key, value: entry.value)] ?? [])
        }
        if let only = own.first, own.count == 1, let site = known(only, sites) { return site }
        if own.count > 1 {
            throw StationError.severalSites
        }
        if newSitesLike != nil, let name = newName(identifiers) { return try siteOrNew(name, path) }
        guard sites.count == 1, let site = sites.values.first else {
            throw sites.isEmpty ? StationError.noSite : .siteUnclear(identifiers: describe(identifiers))
        }
        for (kind, value) in identifiers {
            let others = (names.names[site.systemID] ?? []).filter { $0.kind == kind }.map(\.value).sorted()
            if !others.isEmpty && !others.contains(value) {
                throw StationError.otherSite(kind: kind, value: value, site: site.name, others: others)
            }
        }
        return site
    }

    private func known(_ systemID: Int64, _ sites: [String: Site]) -> Site? {
        if known.byNumber == nil {
            known.byNumber = Dictionary(sites.values.map { ($0.systemID, $0) }) { first, _ in first }
        }
        return known.byNumber?[systemID]
    }

    private func describe(_ identifiers: [String: String]) -> String {
        identifiers.isEmpty
            ? "it names none"
            : identifiers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// Returns the site of a name, which is made where the owner allows it.
    private func siteOrNew(_ name: String, _ path: String) throws -> Site {
        if let site = try sites()[name] { return site }
        guard let newSitesLike else { return try lake.site(named: name) }
        let model = try site(named: newSitesLike)
        defer { refresh() }
        return try lake.putSite(
            name: name,
            timeZone: model.timeZone,
            place: model.place,
            installed: nil,
            battery: nil,
            isUpdate: false
        ).site
    }
}
