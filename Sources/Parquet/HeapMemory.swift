// What becomes of memory that columns and pages gave back. How much of it a file may ask for stands in Limits.

import CZlib

/// The memory that the program holds and does not use.
package enum HeapMemory {
    /// Lets the program keep memory that was given back, for the next column. To be called once, at its start.
    package static func keep() { sunvigil_keep_memory() }
}
