// Where numbers lie on a drawing, and how its parts look.

import Testing

@testable import Report

@Suite("plots")
struct PlotTests {
    private let plot = Plot(left: 58, right: 632, top: 34, bottom: 210, across: -5...5, upward: 0...40)

    @Test("scales put the ends on the edges and the middle in the middle")
    func scales() {
        #expect([-5, 0, 5].map(plot.x) == [58, 345, 632])
        #expect([0, 20, 40].map(plot.y) == [210, 122, 34])
        #expect(plot.length(0) == 0 && plot.length(40) == plot.height && plot.width == 574)
        #expect(plot.box == Box(x: 58, y: 34, width: 574, height: 176))
    }

    @Test("without names the scales are places from 0 to 1")
    func places() {
        let plot = Plot(left: 8, right: 108, top: 10, bottom: 20)
        #expect([0, 0.5, 1].map(plot.x) == [8, 58, 108] && [0, 0.5, 1].map(plot.y) == [20, 15, 10])
    }

    @Test("equal parts fill the field, and no part at all is the whole of it")
    func parts() {
        #expect(plot.x(column: 0, of: 7) == plot.left && plot.x(column: 7, of: 7) == plot.right)
        #expect(plot.x(column: 3.5, of: 7) == 345)
        #expect(plot.y(row: 0, of: 4) == plot.top && plot.y(row: 4, of: 4) == plot.bottom)
        #expect(plot.columnWidth(of: 0) == plot.width && plot.rowHeight(of: 0) == plot.height)
    }

    @Test("the style sheet knows every style that a drawing uses")
    func styles() {
        let fixed: [ChartStyle] = [
            .name, .minor, .alarmText, .axis, .rule, .field, .markedField, .mark, .marked, .lost, .band,
            .noData,
            .heatFill,
        ]
        let toned = ChartTone.allCases.flatMap { [ChartStyle.tone($0), .curve($0)] }
        for style in fixed + toned {
            for name in style.classes.split(separator: " ") {
                #expect(PageStyle.sheet.contains("svg .\(name) "), "\(name)")
            }
        }
        #expect(ChartStyle.plain.classes.isEmpty)
    }

    @Test("a surface that has none is not drawn, and hatches bring their pattern")
    func canvas() {
        var canvas = SVGCanvas(id: "x", height: 10)
        canvas.rectangle(Box(x: 0, y: 0, width: 0, height: 5), .field)
        canvas.hatched(Box(x: 0, y: 0, width: 5, height: 0))
        let empty = canvas.element(id: "x", title: "", description: "")
        #expect(!empty.contains("<rect") && !empty.contains("pattern"))
        canvas.hatched([Box(x: 1, y: 2, width: 3, height: 4)])
        let hatched = canvas.element(id: "x", title: "", description: "")
        #expect(hatched.contains("M1 2h3v4h-3z") && hatched.contains("<pattern id=\"x-hatch\""))
    }
}
