// How pages look: in light and in dark, on a phone and on paper. Contrast of text is at least 4.5 to 1 in both. Which
// part of a drawing has which style stands in ChartStyle.

/// The style sheet of all pages.
enum PageStyle {
    /// The sheet. Colours are named by meaning and set in one place.
    static let sheet = """
        :root { --ink: #1f2328; --soft: #57606a; --paper: #fff; --field: #f6f4ef; --line: #d8d4cc;
          --sun: #d97706; --load: #3b6ea5; --grid: #6b7280; --battery: #2f7d4f; --alarm: #b42318; --calm: #2f7d4f;
          --band: #cfe3d6; --mark: #24476b; --hatch: #9aa0a6; --critical: #b42318; --warning: #8a5300; --notice: #4b5563; --card: #faf9f6 }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --soft: #a9b1ba; --paper: #16181c; --field: #20242a; --line: #3a3f47;
          --sun: #f0a33c; --load: #7fb0e3; --grid: #9ca3af; --battery: #62c08a; --alarm: #ff8f85; --calm: #62c08a;
          --band: #26402f; --mark: #a8cdf5; --hatch: #6b7280; --critical: #ff8f85; --warning: #f0b45c; --notice: #b6bec8; --card: #1c2026 } }
        * { box-sizing: border-box }
        body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem 1rem 3rem; color: var(--ink); background: var(--paper); overflow-wrap: break-word }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 }
        h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line) }
        h3 { font-size: 1.05rem; margin: 1.2rem 0 .3rem }
        p { margin: .5rem 0 }
        a { color: var(--load) }
        .verdict { font-size: 1.15rem; font-weight: 600; margin: .4rem 0 1rem }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .6rem; margin: 1rem 0; padding: 0; list-style: none }
        .facts li { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .7rem; background: var(--card) }
        .facts b { display: block; font-size: 1.25rem; line-height: 1.3 }
        .facts span { color: var(--soft); font-size: .85rem }
        nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; margin: .8rem 0; list-style: none; font-size: .9rem }
        .card { border: 1px solid var(--line); border-left: .35rem solid var(--notice); border-radius: .4rem; padding: .6rem .9rem; margin: .8rem 0; background: var(--card) }
        .card h3 { margin: 0 0 .3rem } .card.critical { border-left-color: var(--critical) } .card.warning { border-left-color: var(--warning) }
        .severity { font-size: .75rem; font-weight: 700; text-transform: uppercase; letter-spacing: .04em; color: var(--notice) }
        .card.critical .severity { color: var(--critical) } .card.warning .severity { color: var(--warning) }
        .card dl { margin: 0; display: grid; grid-template-columns: 6.5rem 1fr; gap: .1rem .6rem } .card dt { color: var(--soft) } .card dd { margin: 0; min-width: 0 }
        .scroll { overflow-x: auto; margin: .6rem 0 }
        table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums }
        caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: .2rem }
        td, th { padding: .18rem .55rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top } td.n, th.n { text-align: right; white-space: nowrap }
        th { font-weight: 600; vertical-align: bottom } th.n { white-space: normal } td:first-child, th:first-child { padding-left: 0 }
        code { font: .82em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere }
        figure { margin: 1.2rem 0 .2rem } figcaption { font-size: .95rem } figcaption b { display: block }
        details { margin: .4rem 0 } summary { cursor: pointer; color: var(--load) }
        .terms { display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; gap: .2rem 1rem } .terms dt { font-weight: 600 } .terms dd { margin: 0 }
        footer { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem }
        svg { display: block; width: 100%; max-width: 46rem; height: auto }
        \(drawing)
        @media (max-width: 40rem) { svg text { font-size: 17px } svg .minor { display: none } .card dl { grid-template-columns: 1fr } .card dt { font-size: .8rem; margin-top: .3rem } .terms { grid-template-columns: 1fr } .terms dd { margin-bottom: .5rem } td, th { padding: .18rem .45rem } }
        @media print { :root { --ink: #000; --soft: #444; --paper: #fff; --field: #f6f4ef; --line: #bbb; --sun: #d97706; --load: #3b6ea5; --grid: #6b7280; --battery: #2f7d4f; --alarm: #b42318; --calm: #2f7d4f; --band: #cfe3d6; --mark: #24476b; --hatch: #9aa0a6; --critical: #b42318; --warning: #8a5300; --notice: #4b5563; --card: #fff }
          @page { size: A4; margin: 15mm } body { font-size: 10.5pt; max-width: none; padding: 0 } nav { display: none } .scroll { overflow: visible } table { font-size: 8.5pt }
          figure, .card, tr, .facts, .short { break-inside: avoid } details:not([open]) { display: none } h2, h3, caption { break-after: avoid } svg { max-width: 15.5cm } td, th { padding: .1rem .4rem } }
        """

    /// The part of the sheet that drawings need.
    static let drawing = """
        svg text { font-size: 12px; fill: var(--ink); font-family: inherit } svg .name { font-weight: 600 } svg .alarm-text { fill: var(--alarm); font-weight: 600 }
        svg .axis { stroke: var(--soft); fill: none } svg .rule { stroke: var(--line); fill: none } svg .field { fill: var(--field) } svg .marked-field { stroke: var(--alarm) }
        svg .mark { stroke: var(--mark); stroke-width: 2; fill: none } svg .marked { fill: var(--alarm); opacity: .22 } svg .lost { fill: var(--alarm); opacity: .45 } svg .band { fill: var(--band) }
        svg .hatch { fill: var(--hatch) } svg .hatch-base { fill: var(--paper) }
        svg .tone-sun { fill: var(--sun) } svg .tone-load { fill: var(--load) } svg .tone-grid { fill: var(--grid) } svg .tone-battery { fill: var(--battery) } svg .tone-alarm { fill: var(--alarm) } svg .tone-calm { fill: var(--calm) }
        svg .curve { fill: none; stroke-width: 1.4; stroke-linejoin: round } svg .curve-battery { stroke: var(--battery) } svg .curve-sun { stroke: var(--sun) } svg .curve-load { stroke: var(--load) } svg .curve-alarm { stroke: var(--alarm) } svg .curve-grid { stroke: var(--grid) } svg .curve-calm { stroke: var(--calm) }
        svg .heat { stroke: var(--sun); fill: none } svg .heat-fill { fill: var(--sun) } svg .heat-1 { opacity: .16 } svg .heat-2 { opacity: .3 } svg .heat-3 { opacity: .44 } svg .heat-4 { opacity: .6 } svg .heat-5 { opacity: .8 }
        """

    /// Returns a drawing as a file of its own, on white.
    static func standalone(_ svg: String) -> String {
        let colours =
            "svg { --ink: #1f2328; --soft: #57606a; --paper: #fff; --field: #f6f4ef; --line: #d8d4cc; --sun: #d97706; --load: #3b6ea5; --grid: #6b7280; --battery: #2f7d4f; --alarm: #b42318; --calm: #2f7d4f; --band: #cfe3d6; --mark: #24476b; --hatch: #9aa0a6; background: #fff; font-family: \"DejaVu Sans\", sans-serif }"
        guard let end = svg.firstIndex(of: ">") else { return svg }
        let head = svg[..<end] + " xmlns=\"http://www.w3.org/2000/svg\">"
        return
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(head)<style>\(colours)\n\(drawing)</style>\(svg[svg.index(after: end)...])\n"
    }
}
