// What an owner can do about an error. Who shows the error words it: the command with flags, a page with links.

/// What an owner can do about an error.
package enum Remedy: Equatable, Sendable {
    /// Something that no verb or flag does, in words.
    case plain(String)

    // The store.
    case makeStore(path: String)
    case otherStore
    case verify, rebuild, repairThenImport
    case rebuildOrRestore, putBackOrRebuild, importAgainOrRebuild
    case repairWritesIt
    case lookAtTotals
    case listImports
    case importPaths

    // Sites.
    case makeSite(name: String?)
    case addSite(name: String)
    case changeSite
    case correctZone(site: String)
    case lookAtSites
    case nameSite
    case chooseSite(known: [String])
    /// Tell the rating of the array; the site where there are several.
    case tellRating(site: String?)
    case nameSiteIf(name: String)
    case nameSiteOrChange

    // Documents.
    case fixLineOrSkip, downloadOrSkip, downloadOrIgnoreTotals
    case dayFirst, tellDateOrder
    case tellStep, tellSide
    case takeTimesAsUTC
    /// The clock is right with the times taken so; by the word of the option.
    case takeTimes(as: String)
    case acceptClock
    case checkZone
    case importAsDocument

    // Gateways.
    case addGateway, acceptKey, trustGateway, giveToken

    // Reports, cases and bills.
    case otherOutput, otherOutputOrPermissions
    case shorterTime
    case listCases
}

extension Remedy: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self = .plain(text) }
}

/// An error that knows its remedy. Its description tells what failed and what was found, and a remedy only where it is no
/// verb's and no flag's.
package protocol RemediableError: Error, CustomStringConvertible {
    /// What the owner can do; nil where the description says all.
    var remedy: Remedy? { get }
}
