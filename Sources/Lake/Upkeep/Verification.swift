// What a look at all bytes of a store found.

import Readings

extension Lake {
    /// What a verification found.
    package struct Verification: Sendable {
        /// Segments that were read, live and past.
        package var segmentCount = 0
        /// Rows that were decoded.
        package var rowCount = 0
        /// Documents that were read.
        package var documentCount = 0
        /// Each damage in one line: what, where.
        package var damages: [StoreRemark] = []
        /// Segments with a damage, by number.
        var damagedFiles: Set<Int64> = []
        /// Documents that are missing or damaged.
        var damagedDocuments: Set<String> = []
        /// Files that the system would not read: that tells nothing of what is in them.
        var unreadable: [LakeError] = []
        /// Segments of another program that cannot be read.
        var foreignDamages: [StoreRemark] = []
        /// Damages that no repair mends.
        var beyondRepair: [StoreRemark] = []
        /// What is odd but harmless.
        package var remarks: [StoreRemark] = []
    }
}
