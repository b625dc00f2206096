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
        if try database.tableExists("sunvigil_told") {
            for row in try Lake.markRows(database) {
                do { marks.append(try ToldMark(row: row)) } catch {
                    damages.append(OutboxRemains.text(error))
                }
            }
        }
        if try database.tableExists("sunvigil_outbox") {
            for row in try Lake.itemRows(database) {
                do { items.append(try OutboxItem(row: row)) } catch {
                    damages.append(OutboxRemains.text(error))
                }
            }
        }
    }

    private static func text(_ error: any Error) -> String {
        if case LakeError.catalogue(_, let reason) = error { return reason }
        return "a row of a message is of another form than it must be"
    }

    /// Puts all of it into an empty catalogue.
    func insert(_ database: Database) throws {
        for mark in marks { try mark.insert(database) }
        for item in items { _ = try item.insert(database) }
    }
}
