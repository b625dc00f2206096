// Interval rows of one device, held by column. Their place on a home's grid is the business of HomeColumns.

/// Interval rows of one device, as a source gave them, in ascending order of their starts.
package struct DeviceSeries: Sendable, Equatable {
    /// The device.
    package let device: Device
    /// The origin.
    package let source: Source
    /// The step in seconds.
    package let seconds: Int32
    /// Interval starts in seconds UTC.
    package var startUTCSeconds: [Int64] = []
    /// Energies and state of charge, one array a column, each of the length of the starts.
    package var columns: [[Int32]] = Array(repeating: [], count: DeviceColumn.allCases.count)

    /// Makes an empty series.
    package init(device: Device, source: Source, seconds: Int32) {
        self.device = device
        self.source = source
        self.seconds = seconds
    }

    /// Returns a column.
    package subscript(column: DeviceColumn) -> [Int32] { columns[column.rawValue] }
}
