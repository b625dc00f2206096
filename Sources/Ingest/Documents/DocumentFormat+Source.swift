// Which origin a format's rows have.

import Readings

extension DocumentFormat {
    /// The origin under which the lake keeps the format's rows.
    package var source: Source {
        switch self {
        case .enlightenCSV: .enlightenCSV
        case .webDailyEnergy, .webToday, .webLifetimeEnergy, .webBatteryStatus, .webDevices, .webInverters,
            .webEvents, .webBackupHistory, .webInverterEnergy, .webInverterStatus, .webInverterSeries:
            .enlightenWeb
        case .apiV4, .apiLegacy, .apiError: .cloudAPI
        case .gatewayCapture: .gateway
        case .greenButton, .utilityCSV, .nem12, .billingCSV: .utility
        case .billFile, .billLines, .deviceCSV, .siteDescription, .temperatureCSV: .owner
        }
    }
}
