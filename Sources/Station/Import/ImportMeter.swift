// How fast an import goes, and how long it takes still.

/// The progress of an import: rows per second and the time left.
package struct ImportMeter {
    private let documentCount: Int
    private let start = ContinuousClock.now
    private var documents = 0
    private var rows = 0

    package init(documentCount: Int) { self.documentCount = documentCount }

    /// Takes note of a document that was read.
    package mutating func note(rows count: Int, name: String) -> WorkStep {
        documents += 1
        rows += count
        let seconds = max(0.001, (ContinuousClock.now - start) / .seconds(1))
        let left = Int(seconds / Double(documents) * Double(documentCount - documents))
        return .read(
            number: documents,
            count: documentCount,
            name: name,
            rowsPerSecond: Double(rows) / seconds,
            secondsLeft: left
        )
    }
}
