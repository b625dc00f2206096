// Which site a document belongs to: what the owner says, else what the document names, else the only site there is.

import ArgumentParser
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
struct SiteResolver {
    /// A rule of the owner's: documents whose path fits the pattern belong to the site.
    struct Mapping: ExpressibleByArgument {
        let pattern: String
        let site: String

        init?(argument: String) {
            guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex else { return nil }
            pattern = String(argument[..<equals])
            site = String(argument[argument.index(after: equals)...])
            if site.isEmpty { return nil }
        }

        /// `*` fits any characters, `?` one; a pattern without a leading `*` may begin anywhere behind a slash.
        func fits(_ path: String) -> Bool {
            fnmatch(pattern, path, 0) == 0 || fnmatch("*/" + pattern, path, 0) == 0
        }
    }

    let lake: Lake
    /// The site that the owner named.
    let named: String?
    let mappings: [Mapping]
    /// The site whose place and zone a new site gets; nil where sites are not made.
    let newSitesLike: String?
    private let known = Known()

    /// What the store knows of sites, read once. A class: what one document adds the next one knows.
    private final class Known {
        var sites: [Site]?
        var identifiers: [(kind: String, value: String, systemID: Int64)]?
    }

    init(lake: Lake, named: String?, mappings: [Mapping], newSitesLike: String?) {
        (self.lake, self.named, self.mappings, self.newSitesLike) = (lake, named, mappings, newSitesLike)
    }

    /// Forgets what the store knew: it has changed.
    func refresh() {
        known.sites = nil
        known.identifiers = nil
    }

    private func sites() throws -> [Site] {
        if let sites = known.sites { return sites }
        let sites = try lake.sites()
        known.sites = sites
        return sites
    }

    private func identifiers() throws -> [(kind: String, value: String, systemID: Int64)] {
        if let identifiers = known.identifiers { return identifiers }
        let identifiers = try lake.siteIdentifiers().map { ($0.kind, $0.value, $0.systemID) }
        known.identifiers = identifiers
        return identifiers
    }

    /// Makes the sites that documents will need, all in one change of the store.
    func makeSites(for documents: [(path: String, identifiers: [String: String])]) throws {
        guard let newSitesLike else { return }
        let model = try site(named: newSitesLike)
        var names = Set(try sites().map(\.name))
        var wanted: [String] = []
        for document in documents {
            guard let name = newName(document.path, document.identifiers), names.insert(name).inserted else {
                continue
            }
            wanted.append(name)
        }
        guard !wanted.isEmpty else { return }
        try lake.addSites(wanted, like: model)
        refresh()
    }

    private func newName(_ path: String, _ identifiers: [String: String]) -> String? {
        if let mapping = mappings.first(where: { $0.fits(path) }) { return mapping.site }
        guard named == nil, let (kind, value) = identifiers.min(by: { $0.key < $1.key }) else { return nil }
        return "\(kind.replacing("_id", with: ""))-\(value)"
    }

    private func site(named name: String) throws -> Site {
        if let site = try sites().first(where: { $0.name == name }) { return site }
        return try lake.site(named: name)
    }

    /// Remembers by what a document that is on its way names its site.
    func note(_ identifiers: [String: String], of site: Site) throws {
        var known = try self.identifiers()
        for (kind, value) in identifiers
        where !known.contains(where: { $0.kind == kind && $0.value == value && $0.systemID == site.systemID })
        {
            known.append((kind, value, site.systemID))
        }
        self.known.identifiers = known
    }

    /// Returns the site.
    ///
    /// - Throws: `CommandError` where it cannot be told, or where it is known to be another one's; `LakeError`.
    func site(path: String, identifiers: [String: String]) throws -> Site {
        if let mapping = mappings.first(where: { $0.fits(path) }) {
            return try siteOrNew(mapping.site, path)
        }
        if let named { return try site(named: named) }
        let sites = try sites()
        let known = identifiers.isEmpty ? [] : try self.identifiers()
        let own = Set(known.filter { identifiers[$0.kind] == $0.value }.map(\.systemID))
        if own.count == 1, let site = sites.first(where: { own.contains($0.systemID) }) { return site }
        if own.count > 1 {
            throw CommandError("it may belong to several sites; pass --site or --map PATTERN=SITE")
        }
        if newSitesLike != nil, let (kind, value) = identifiers.min(by: { $0.key < $1.key }) {
            return try siteOrNew("\(kind.replacing("_id", with: ""))-\(value)", path)
        }
        guard sites.count == 1, let site = sites.first else {
            throw CommandError(
                sites.isEmpty
                    ? "the store has no site; make one with: sunvigil init --site NAME"
                    : "its site cannot be told (\(describe(identifiers))); pass --site or --map PATTERN=SITE"
            )
        }
        for (kind, value) in identifiers {
            let others = known.filter { $0.kind == kind && $0.systemID == site.systemID }.map(\.value)
            if !others.isEmpty && !others.contains(value) {
                throw CommandError(
                    "it is of \(kind) \(value), site \(site.name) has \(others.joined(separator: ", ")); if it belongs there pass --site \(site.name), else --map PATTERN=SITE"
                )
            }
        }
        return site
    }

    private func describe(_ identifiers: [String: String]) -> String {
        identifiers.isEmpty
            ? "it names none"
            : identifiers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// Returns the site of a name, which is made where the owner allows it.
    private func siteOrNew(_ name: String, _ path: String) throws -> Site {
        if let site = try sites().first(where: { $0.name == name }) { return site }
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
