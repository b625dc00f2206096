// Messages and marks of a catalogue row by row: for one that is made anew, which takes over what is whole, and for a look
// at all of them.

import GRDB
import Readings

/// What a catalogue holds of messages, as far as it can be read.
struct OutboxRemains {
    /// What channels were told.
    private(set) var marks: [ToldMark] = []
    /// Messages, with their numbers.
    private(set) var items: [OutboxItem] = []
    /// What is wrong with rows that are left out, each in one line.
    private(set) var damages: [String] = []

    /// Holds nothing.
    init() {}

    /// Reads a catalogue. One of a store of a version below 11 holds nothing.
    init(_ database: Database) throws {
        marks = try OutboxRemains.whole(database, &damages)
        items = try OutboxRemains.whole(database, &damages)
    }

    private static func whole<Kept: MessageRow>(_ database: Database, _ damages: inout [String]) throws
        -> [Kept]
    {
        guard try database.tableExists(Kept.table) else { return [] }
        var found: [Kept] = []
        for row in try Kept.rows(database) {
            do { found.append(try Kept(whole: row)) } catch LakeError.catalogue(_, let reason) {
                damages.append("\(Kept.table): \(reason)")
            }
        }
        return found
    }

    /// Puts all of it into a catalogue that is being made.
    func insert(_ database: Database) throws {
        for mark in marks { try mark.write(database, replaces: false) }
        for item in items { try item.write(database, replaces: false) }
    }
}
