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

    /// Returns the site.
    ///
    /// - Throws: `CommandError` where it cannot be told, or where it is known to be another one's; `LakeError`.
    func site(path: String, identifiers: [String: String]) throws -> Site {
        if let mapping = mappings.first(where: { $0.fits(path) }) {
            return try siteOrNew(mapping.site, path)
        }
        if let named { return try lake.site(named: named) }
        let sites = try lake.sites()
        let known = try lake.siteIdentifiers()
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
        let sites = try lake.sites()
        if let site = sites.first(where: { $0.name == name }) { return site }
        guard let newSitesLike else { return try lake.site(named: name) }
        let model = try lake.site(named: newSitesLike)
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
