// What the air had outside, as a weather service or a sensor of the owner tells it.

/// The mean outdoor temperature of a local day.
package struct DailyTemperature: Equatable, Sendable {
    /// The local day.
    package let day: CivilDate
    /// The mean in degrees Celsius.
    package let meanCelsius: Double

    /// Makes a day's temperature.
    package init(day: CivilDate, meanCelsius: Double) {
        self.day = day
        self.meanCelsius = meanCelsius
    }
}
