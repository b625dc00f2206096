// Everything that can be wrong with a document. The document's name is the caller's to put in front.

import Readings

/// A document that cannot be taken in, or a row of it.
package enum IngestError: DocumentFault, RemediableError, Equatable, Sendable {
    /// There are no bytes.
    case empty
    /// The bytes are not text.
    case binary(kind: String)
    /// The text is not UTF-8.
    case encoding(found: String)
    /// The fields are separated by something else than a comma.
    case delimiter(line: Int, found: String)
    /// The first column is no known name of the time.
    case unknownHeader(line: Int, header: String)
    /// The header names no energy that is known.
    case noEnergyColumn(line: Int, header: String)
    /// A column of energy in a language that is not known, while the report lacks production.
    case unknownColumn(line: Int, column: String)
    /// A column that is known, in another unit than Wh.
    case unknownUnit(line: Int, column: String)
    /// A spreadsheet has changed what the report says.
    case rewritten(line: Int, found: String, Rewritten)
    /// Rows cannot be read: few, which may be left out, or more.
    indirect case badRows(first: IngestError, count: Int, of: Int)
    /// A column appears twice.
    case repeatedColumn(line: Int, name: String)
    /// There is a header but no row.
    case noRows
    /// A line is longer than any report's.
    case lineTooLong(line: Int, limitBytes: Int)
    /// A row has another number of fields than its header.
    case fieldCount(line: Int, found: Int, expected: Int)
    /// A time is not in a form that is known.
    case badStamp(line: Int, found: String)
    /// A day or month is out of range.
    case badDate(line: Int, found: String)
    /// A wall time that the site's clock never showed.
    case noSuchLocalTime(line: Int, found: String, zone: String)
    /// A stamp does not lie behind the one before.
    case outOfOrder(line: Int, found: String)
    /// A field is no number.
    case badNumber(line: Int, column: String, found: String)
    /// A number is far beyond what a house can use or make.
    case absurd(line: Int, column: String, found: String, limitWh: Int64)
    /// The distance of two stamps does not fit the file's step.
    case mixedSteps(line: Int, foundSeconds: Int64, stepSeconds: Int64)
    /// Days jump by whole months: day and month are probably exchanged.
    case monthJumps(line: Int)
    /// The file's step is none that reports have.
    case unknownStep(seconds: Int64)
    /// There are too few rows to tell the step.
    case stepUnknown
    /// A total differs from the sum of its rows.
    case totalMismatch(line: Int, column: String, stated: Int64, sum: Int64)
    /// The text ends inside a row.
    case truncated(line: Int)
    /// The JSON is not well formed.
    case json(line: Int, JSONFault)
    /// One of several JSON bodies in a document is none that is read.
    indirect case body(line: Int, IngestError)
    /// The XML is not well formed, or has what is never read.
    case xml(line: Int, XMLFault)
    /// A bound is passed; refused before memory is asked for.
    case limit(Bound, found: Int64?, limit: Int64)
    /// The content is not what the format must have.
    case content(format: DocumentFormat, place: String, found: String, remedy: Remedy)
    /// No format fits.
    case unknownFormat(nearest: DocumentFormat?, missing: String, found: String)
    /// A format that is known and not supported.
    case unsupported(what: String, remedy: String)

    /// What is wrong with JSON.
    package enum JSONFault: Equatable, Sendable {
        case truncated, unexpected, trailing, escape, controlCharacter, number, numberRange
        case repeatedName(String)
    }

    /// What is wrong with XML.
    package enum XMLFault: Equatable, Sendable {
        case truncated, unexpected, entity, documentType, encoding
        case mismatchedTag(String)
        case undeclaredPrefix(String)
        case repeatedAttribute(String)
    }

    /// What a spreadsheet has changed.
    package enum Rewritten: Equatable, Sendable {
        case times, numbers, order
    }

    /// What is bounded.
    package enum Bound: String, Sendable {
        case documentBytes = "bytes of a document"
        case values = "values of a JSON document"
        case depth = "levels of nesting"
        case numberBytes = "characters of a number"
        case rows = "rows of a document"
        case textBytes = "bytes of a text"
        case attributes = "attributes of an element"
        case columns = "columns"
        case expandedBytes = "bytes after expanding"
        case expansionRatio = "times its compressed size after expanding"
        case members = "files in an archive"
        case seconds = "seconds of processor time for its size"
    }

    /// Tells whether the error concerns a single row, which may be left out on request.
    package var isRowError: Bool {
        switch self {
        case .fieldCount, .badStamp, .badDate, .noSuchLocalTime, .outOfOrder, .badNumber, .absurd: true
        default: false
        }
    }
}

extension IngestError {
    /// What is wrong and where, in one line.
    package var description: String {
        switch self {
        case .empty:
            "it is empty; download the report again"
        case .binary(let kind):
            "it is not text but \(kind); unpack it, or export the report as CSV"
        case .encoding(let found):
            "it is not UTF-8 (\(found)), as spreadsheets save text; download the report again and import it without opening it, or save it as CSV UTF-8"
        case .delimiter(let line, let found):
            "line \(line) is separated by \(found), not by commas; save it as comma-separated values"
        case .unknownHeader(let line, let header):
            "line \(line) is no header of an Enlighten report: \(header); it must begin with Date/Time"
        case .noEnergyColumn(let line, let header):
            "line \(line) names no energy that is known: \(header); choose energy data types in the report"
        case .unknownColumn(let line, let column):
            "line \(line) has the column \"\(column)\", whose energy is not known; set the account to English or French and download the report again"
        case .unknownUnit(let line, let column):
            "line \(line) has the column \(column), which is not in Wh as reports are; download the report again and import it as it is"
        case .rewritten(let line, let found, .times):
            "line \(line) has \(found): a spreadsheet has rewritten the times; download the report again and import it without opening it"
        case .rewritten(let line, let found, .numbers):
            "line \(line) has \(found), of which digits may be lost: a spreadsheet has rewritten the numbers; download the report again and import it without opening it"
        case .rewritten(let line, let found, .order):
            "line \(line) has \(found): the rows were sorted, as a spreadsheet does; download the report again and import it without opening it"
        case .badRows(let first, 1, let all) where BadRows.areFew(1, of: all): "\(first)"
        case .badRows(let first, let count, let all):
            "\(count) of its \(all) rows cannot be read\(BadRows.areFew(count, of: all) ? "" : ", too many to leave out"); the first: \(first)"
        case .repeatedColumn(let line, let name):
            "line \(line) names \(name) twice; download the report again"
        case .noRows:
            "it has a header but no rows; choose a period with data and download the report again"
        case .lineTooLong(let line, let limit):
            "line \(line) is longer than \(limit) bytes; this is no Enlighten report"
        case .fieldCount(let line, let found, let expected):
            "line \(line) has \(found) fields, the header has \(expected)"
        case .badStamp(let line, let found):
            "line \(line) begins with \(found), which is no time"
        case .badDate(let line, let found):
            "line \(line) has the date \(found), read as month/day"
        case .noSuchLocalTime(let line, let found, let zone):
            "line \(line) has \(found), which no clock in \(zone) showed; is the site's time zone right?"
        case .outOfOrder(let line, let found):
            "line \(line) with \(found) does not lie behind the line before; import the parts one by one, or check the time zone"
        case .badNumber(let line, let column, let found):
            "line \(line) has \(found) for \(column), which is no number"
        case .absurd(let line, let column, let found, let limit):
            "line \(line) has \(found) Wh for \(column), more than \(limit) Wh"
        case .mixedSteps(let line, let found, let step):
            "line \(line) lies \(found) s behind the line before, in a file of \(step) s steps; import each step's report by itself"
        case .monthJumps(let line):
            "line \(line) is the second jump over a whole month"
        case .unknownStep(let seconds):
            "its rows lie \(seconds) s apart; reports have 5, 15, 30 or 60 minutes or a day"
        case .stepUnknown:
            "it has a single row, too few to tell the step"
        case .totalMismatch(let line, let column, let stated, let sum):
            "line \(line) states a total of \(stated) Wh for \(column), the rows sum to \(sum)"
        case .truncated(let line):
            "it ends inside line \(line)"
        case .json(let line, .trailing):
            "line \(line) is no JSON: something follows the end of the first body; save each body in a file of its own"
        case .json(let line, let fault):
            "line \(line) is no JSON: \(fault.text); save it again"
        case .body(let line, let fault):
            "it holds several JSON bodies, and the one in line \(line) cannot be taken: \(fault); take it out, or save each in its own file"
        case .xml(let line, let fault):
            "line \(line) is no XML that is read here: \(fault.text); download it again"
        case .limit(let bound, let found, let limit):
            found.map { "it has \($0) \(bound.rawValue); the limit is \(limit)" }
                ?? "it has more than \(limit) \(bound.rawValue), which is the limit"
        case .content(let format, let place, let found, let remedy):
            if case .plain(let plain) = remedy {
                "\(place) of this \(format.title) \(found); \(plain)"
            } else {
                "\(place) of this \(format.title) \(found)"
            }
        case .unknownFormat(let nearest, let missing, let found):
            nearest.map { "it is no known format; nearest is \($0.title), but \(missing) (found: \(found))" }
                ?? "it is no known format, \(missing) (found: \(found))"
        case .unsupported(let what, let remedy):
            "\(what); \(remedy)"
        }
    }
}

extension IngestError {
    /// What the owner can do about it; nil where the description says so already.
    package var remedy: Remedy? {
        switch self {
        case .badRows(.badDate, _, _), .badDate, .monthJumps: .dayFirst
        case .badRows(_, let count, let all) where BadRows.areFew(count, of: all): .fixLineOrSkip
        // These say themselves what to do.
        case .badRows(.outOfOrder, _, _), .badRows(.noSuchLocalTime, _, _): nil
        case .badRows: "download it again and import it without opening it"
        case .fieldCount, .badStamp, .badNumber, .absurd: "fix the line or download it again"
        case .stepUnknown: .tellStep
        case .totalMismatch: .downloadOrIgnoreTotals
        case .truncated: .downloadOrSkip
        case .content(_, _, _, .plain): nil
        case .content(_, _, _, let remedy): remedy
        default: nil
        }
    }
}

extension IngestError.JSONFault {
    fileprivate var text: String {
        switch self {
        case .truncated: "it ends too early"
        case .unexpected: "a character that may not stand there"
        case .trailing: "something follows the end"
        case .escape: "an escape that JSON does not have"
        case .controlCharacter: "a control character inside a text"
        case .number: "no number in JSON's form (NaN and Infinity are none)"
        case .numberRange: "a number out of range"
        case .repeatedName(let name): "the name \(name) twice in one object"
        }
    }
}

extension IngestError.XMLFault {
    fileprivate var text: String {
        switch self {
        case .truncated: "it ends too early"
        case .unexpected: "a character that may not stand there"
        case .entity: "an entity other than the five of XML"
        case .documentType: "a document type, which could define entities"
        case .encoding: "another encoding than UTF-8"
        case .mismatchedTag(let name): "</\(name)> closes another element"
        case .undeclaredPrefix(let prefix): "not well-formed, prefix \(prefix) not declared"
        case .repeatedAttribute(let name): "the attribute \(name) twice in one tag"
        }
    }
}
