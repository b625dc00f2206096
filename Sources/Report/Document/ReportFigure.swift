// A chart with what is said of it and the numbers behind it. The charts themselves stand in Charts.

/// A chart with its numbers.
package struct ReportFigure: Equatable, Sendable {
    /// Its name in links, unique in a report.
    package let id: String
    /// What it shows.
    package let title: String
    /// What is to be seen, for those who cannot see it.
    package let description: String
    /// The numbers under the chart.
    package let caption: ReportText
    /// The chart.
    package let chart: Chart
    /// The numbers behind it.
    package let table: ReportTable?

    /// Makes a figure.
    package init(
        _ id: String,
        title: String,
        description: String,
        caption: ReportText,
        chart: Chart,
        table: ReportTable?
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.caption = caption
        self.chart = chart
        self.table = table
    }
}
