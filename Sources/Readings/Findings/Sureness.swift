// How sure a finding is.

/// How sure a finding is.
package enum Sureness: String, CaseIterable, Codable, Sendable {
    /// The data leave no other reading.
    case sure
    /// The rule held on data that seldom mislead it.
    case likely
    /// Evidence that has other readings.
    case suspected
}
