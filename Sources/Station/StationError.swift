// Everything that can go wrong in a use case, apart from the store's and the documents' own errors. What to do about it is
// a `Remedy`; who shows the error words it.

import Foundation
import Readings

/// A use case that cannot be done, or a document that it does not take.
package enum StationError: RemediableError, Equatable {
    // Files that the owner names.
    case noFile, fileGone
    case unreadable(what: String, code: Int32)
    case notRegular, changedWhileRead
    case link, pipe
    case noKindOfFile(String)
    case tooDeep(levels: Int)
    case nameNotUTF8, hidden
    case member(name: String, reason: String)

    // Sites and zones.
    case severalSites
    case noSite
    case siteUnclear(identifiers: String)
    case otherSite(kind: String, value: String, site: String, others: [String])
    case otherZone(described: String, site: String, zone: String)
    case noZone(String), noZoneDatabase
    case severalZones(String, [String])
    case noZoneFile(path: String, reason: String)

    // Documents.
    /// `times` makes the clock right: a word of `DocumentOptions.Times`; nil where none does.
    case clockOff(hours: Double, test: String, times: String?)
    case holdsNoBills(title: String)
    /// Somebody asked to stop.
    case cancelled

    // Files beside the catalogue.
    case configuration(path: String, reason: String)
    case unknownParameter(name: String, near: [String])
    case parameterRange(name: String, range: ClosedRange<Int>, found: Double)
    case parameterKind(name: String)
    case caseLog(path: String, reason: String)
    case inboxList(path: String)

    // Reports and cases.
    case noYear(Int)
    case noData(site: String)
    case noCase(Int64)
    case reportFolder(path: String, reason: String)
    case packTooLarge
    case notAPack(path: String)
    case packFolder(path: String, reason: String)
}

extension StationError {
    package var description: String {
        switch self {
        case .noFile: "there is no such file; check the path"
        case .fileGone: "it went away while its folder was read; try again"
        case .unreadable(let what, let code):
            "it cannot be \(what): \(String(cString: strerror(code)))\(code == EACCES || code == EPERM ? "; check its permissions" : "")"
        case .notRegular: "it is no regular file; only files are taken"
        case .changedWhileRead: "it changed while it was read; try again"
        case .link: "it is a link; name what it leads to"
        case .pipe: "it is a pipe, not a file; a pipe must be named by itself"
        case .noKindOfFile(let kind): "it is \(kind), not a file; only files are taken"
        case .tooDeep(let levels): "it lies more than \(levels) folders deep; name it by itself"
        case .nameNotUTF8: "its name is not UTF-8; rename it"
        case .hidden: "it is a hidden file"
        case .member(let name, let reason): "\(name): \(reason)"
        case .severalSites: "it may belong to several sites"
        case .noSite: "the store has no site"
        case .siteUnclear(let identifiers): "its site cannot be told (\(identifiers))"
        case .otherSite(let kind, let value, let site, let others):
            "it is of \(kind) \(value), site \(site) has \(others.joined(separator: ", "))"
        case .otherZone(let described, let site, let zone):
            "it describes a site in the zone \(described), \(site) is in \(zone)"
        case .noZone(let name):
            "there is no time zone \(name); name one as Europe/London or America/Los_Angeles"
        case .severalZones(let name, let known):
            "\(name) may be several time zones; name one of \(known.joined(separator: ", "))"
        case .noZoneDatabase: "this machine has no time-zone database; install the package tzdata"
        case .noZoneFile(let path, let reason):
            "\(path) is no zone file (\(reason)); name a zone as Europe/London"
        case .clockOff(let hours, let test, _): StationError.clock(hours: hours, test: test)
        case .holdsNoBills(let title): "it is \(title), which holds no bills"
        case .cancelled: "it was stopped before it had begun"
        case .configuration(let path, let reason): "\(path): \(reason); correct it"
        case .unknownParameter(let name, let near):
            "config.json: the parameter \(name) is not known; \(near.isEmpty ? "see docs/analysis" : "did you mean \(near.joined(separator: ", "))")"
        case .parameterRange(let name, let range, let found):
            "config.json: the parameter \(name) is \(range.lowerBound) to \(range.upperBound), not \(found); correct it"
        case .parameterKind(let name):
            "config.json: the parameter \(name) must be of the kind of its default; correct it"
        case .caseLog(let path, let reason):
            "\(path) is no log of cases (\(reason)); correct it, or move it away"
        case .inboxList(let path):
            "\(path) is no list of what the inbox has seen; move it away, and all is looked at anew"
        case .noYear(let year): "a year is 1 to 9998, not \(year)"
        case .noData(let site): "site \(site) has no data yet"
        case .noCase(let number): "there is no case \(number)"
        case .reportFolder(let path, let reason): "the report cannot be written into \(path): \(reason)"
        case .packTooLarge: "the evidence is too large for a ZIP archive"
        case .notAPack(let path): "\(path) is there and is no evidence pack"
        case .packFolder(let path, let reason): "\(path) cannot be written: \(reason)"
        }
    }

    /// What a clock is found to be, also where it is taken on request.
    package static func clock(hours: Double, test: String) -> String {
        "the clock is off by about \(JSONValue.fixed(hours, decimals: 1)) h, by \(test)"
    }

    package var remedy: Remedy? {
        switch self {
        case .severalSites, .siteUnclear: .nameSite
        case .noSite: .makeSite(name: nil)
        case .otherSite(_, _, let site, _): .nameSiteIf(name: site)
        case .otherZone: .nameSiteOrChange
        case .clockOff(_, _, let times): times.map { .takeTimes(as: $0) } ?? .acceptClock
        case .holdsNoBills: .importAsDocument
        case .noData: .importPaths
        case .noCase: .listCases
        case .reportFolder: .otherOutputOrPermissions
        case .packTooLarge: .shorterTime
        case .notAPack, .packFolder: .otherOutput
        default: nil
        }
    }
}
