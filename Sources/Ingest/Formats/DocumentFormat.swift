// The formats that are read, by the names that a store keeps. What is known of each is in its family.

/// The formats that are read.
package enum DocumentFormat: String, Codable, CaseIterable, Sendable {
    case enlightenCSV = "enlighten_csv"
    case webDailyEnergy = "web_daily_energy"
    case webToday = "web_today"
    case webLifetimeEnergy = "web_lifetime_energy"
    case webBatteryStatus = "web_battery_status"
    case webDevices = "web_devices"
    case webInverters = "web_inverters"
    case webEvents = "web_events"
    case webBackupHistory = "web_backup_history"
    case webInverterEnergy = "web_inverter_energy"
    case webInverterStatus = "web_inverter_status"
    case webInverterSeries = "web_inverter_series"
    case apiV4 = "api_v4"
    case apiLegacy = "api_legacy"
    case apiError = "api_error"
    case gatewayCapture = "gateway_capture"
    case greenButton = "green_button"
    case utilityCSV = "utility_csv"
    case nem12
    case billFile = "bill_file"
    case billingCSV = "billing_csv"
    case billLines = "bill_lines"
    case deviceCSV = "device_csv"
    case siteDescription = "site_description"
    case temperatureCSV = "temperature_csv"
}
