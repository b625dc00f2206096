// Which devices were taken out of service, by what lists say of them. What becomes of findings about them is Analysis'
// business.

extension DeviceState {
    /// The state `3` of `inventory.json` is that of a device that was deleted; other lists number their states otherwise.
    private static let deleted = "3"

    /// Tells whether the device was taken off the list; nil where the row does not say.
    package var isRetired: Bool? {
        guard let state = properties[.state] else { return nil }
        let word = state.uppercased()
        if word == "RETIRED" || word.contains("DELETED") { return true }
        guard GatewayOrigin(origin).part.hasPrefix("inventory.json") else { return nil }
        return state == DeviceState.deleted
    }
}
