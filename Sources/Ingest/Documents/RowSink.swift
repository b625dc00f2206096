// What readers hand on.

import Readings

/// Takes what a reader hands on.
package typealias RowSink = (RowBatch) throws -> Void
