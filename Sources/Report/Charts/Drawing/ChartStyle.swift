// What the parts of a drawing are, as the style sheet names them. How each looks stands in PageStyle.

/// What a part of a drawing is.
enum ChartStyle: Equatable, Sendable {
    /// A text without a form of its own.
    case plain
    /// The name of a panel.
    case name
    /// A text that a narrow page leaves out.
    case minor
    /// A text that needs a look.
    case alarmText
    /// The line on which values stand.
    case axis
    /// A line behind values.
    case rule
    /// The ground of a chart.
    case field
    /// The ground of a panel that needs a look.
    case markedField
    /// A line of a second quantity.
    case mark
    /// The same in a legend.
    case markEntry
    /// The time of a finding.
    case marked
    /// What was lost.
    case lost
    /// What is allowed.
    case band
    /// No data, in a legend: on a field that is a pattern.
    case noData
    /// A surface of a meaning.
    case tone(ChartTone)
    /// A curve of a meaning.
    case curve(ChartTone)
    /// A stroke of a map, by its level.
    case heat(Int)
    /// The strongest level in a legend.
    case heatFill

    /// The classes of the style sheet; empty for none.
    var classes: String {
        switch self {
        case .plain: ""
        case .name: "name"
        case .minor: "minor"
        case .alarmText: "alarm-text"
        case .axis: "axis"
        case .rule: "rule"
        case .field: "field"
        case .markedField: "field marked-field"
        case .mark: "mark"
        case .markEntry: "line mark"
        case .marked: "marked"
        case .lost: "lost"
        case .band: "band"
        case .noData: "hatch"
        case .tone(let tone): "tone-\(tone.rawValue)"
        case .curve(let tone): "curve curve-\(tone.rawValue)"
        case .heat(let level): "heat heat-\(level)"
        case .heatFill: "heat-fill"
        }
    }
}
