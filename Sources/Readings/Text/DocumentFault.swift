// What went wrong because of a document's own bytes: another attempt with the same bytes fails in the same way.

/// An error for which a document itself is to blame. All other errors may pass: a full disk, a busy store, a site that is
/// not known yet.
package protocol DocumentFault: Error {}
