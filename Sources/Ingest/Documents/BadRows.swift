// Rows of a document that cannot be read. They are judged when the whole document was seen: a few may be left out on request,
// many mean that the document is not what it was, and what is left of it would look like faults of the system.

/// The rows of a document that cannot be read.
struct BadRows {
    private let areSkipped: Bool
    private(set) var first: IngestError?
    private var goodCount = 0
    /// How many there are.
    private(set) var count = 0
    /// The first of them in words.
    private(set) var texts: [String] = []

    /// Rows to each bad one, at least, of a document that may be taken without its bad rows.
    private static let share = 100

    /// Tells whether a document may be taken without its bad rows.
    static func areFew(_ count: Int, of all: Int) -> Bool { count <= all / share }

    /// Tells that the document is only looked through: no row goes in any more.
    var isHalted: Bool { first != nil && !areSkipped }

    /// - Parameter areSkipped: the owner asked to leave them out.
    init(areSkipped: Bool) { self.areSkipped = areSkipped }

    /// Counts rows that can be read.
    mutating func countRows(_ count: Int) { goodCount += count }

    /// Takes a row that cannot be read.
    mutating func take(_ error: IngestError) {
        first = first ?? error
        count += 1
        if texts.count < Limits.keptErrors { texts.append("\(error)") }
    }

    /// Judges them at the end of the document.
    ///
    /// - Throws: `IngestError.badRows` where nobody asked to leave them out, or they are too many.
    func judge() throws {
        guard let first else { return }
        guard areSkipped, BadRows.areFew(count, of: goodCount + count) else {
            throw IngestError.badRows(first: first, count: count, of: goodCount + count)
        }
    }
}
