// Everything that can be wrong with a document. The document's name is the caller's to put in front.

/// A document that cannot be taken in, or a row of it.
package enum IngestError: Error, Equatable, Sendable {
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

    /// Tells whether the error concerns a single row, which may be left out on request.
    package var isRowError: Bool {
        switch self {
        case .fieldCount, .badStamp, .badDate, .noSuchLocalTime, .outOfOrder, .badNumber, .absurd: true
        default: false
        }
    }
}

extension IngestError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty:
            "it is empty; download the report again"
        case .binary(let kind):
            "it is not text but \(kind); unpack it, or export the report as CSV"
        case .encoding(let found):
            "it is not UTF-8 (\(found)); save it as CSV UTF-8"
        case .delimiter(let line, let found):
            "line \(line) is separated by \(found), not by commas; save it as comma-separated values"
        case .unknownHeader(let line, let header):
            "line \(line) is no header of an Enlighten report: \(header); it must begin with Date/Time"
        case .noEnergyColumn(let line, let header):
            "line \(line) names no energy that is known: \(header); choose energy data types in the report"
        case .repeatedColumn(let line, let name):
            "line \(line) names \(name) twice; download the report again"
        case .noRows:
            "it has a header but no rows; choose a period with data and download the report again"
        case .lineTooLong(let line, let limit):
            "line \(line) is longer than \(limit) bytes; this is no Enlighten report"
        case .fieldCount(let line, let found, let expected):
            "line \(line) has \(found) fields, the header has \(expected); fix the line or pass --skip-bad-rows"
        case .badStamp(let line, let found):
            "line \(line) begins with \(found), which is no time; fix the line or pass --skip-bad-rows"
        case .badDate(let line, let found):
            "line \(line) has the date \(found), read as month/day; if days come first pass --date-order dmy"
        case .noSuchLocalTime(let line, let found, let zone):
            "line \(line) has \(found), which no clock in \(zone) showed; is the site's time zone right?"
        case .outOfOrder(let line, let found):
            "line \(line) with \(found) does not lie behind the line before; import the parts one by one, or check the time zone"
        case .badNumber(let line, let column, let found):
            "line \(line) has \(found) for \(column), which is no number; fix the line or pass --skip-bad-rows"
        case .absurd(let line, let column, let found, let limit):
            "line \(line) has \(found) Wh for \(column), more than \(limit) Wh; fix the line or pass --skip-bad-rows"
        case .mixedSteps(let line, let found, let step):
            "line \(line) lies \(found) s behind the line before, in a file of \(step) s steps; import each step's report by itself"
        case .monthJumps(let line):
            "line \(line) is the second jump over a whole month; if days come first pass --date-order dmy"
        case .unknownStep(let seconds):
            "its rows lie \(seconds) s apart; reports have 5, 15, 30 or 60 minutes or a day"
        case .stepUnknown:
            "it has a single row, too few to tell the step; pass --step-minutes"
        case .totalMismatch(let line, let column, let stated, let sum):
            "line \(line) states a total of \(stated) Wh for \(column), the rows sum to \(sum); download it again or pass --ignore-totals"
        case .truncated(let line):
            "it ends inside line \(line); download it again or pass --skip-bad-rows"
        }
    }
}
