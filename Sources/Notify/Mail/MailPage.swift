// A message as a page in a mail: it stands by itself, loads nothing, runs nothing, and is readable in light and dark.

import Readings

/// The HTML of a mail.
enum MailPage {
    /// Colours that stand out from white and from black alike: of what is critical, a warning, a notice, and over.
    private static func colour(_ entry: Message.Entry) -> String {
        if entry.isOver { return "#28794c" }
        return switch entry.severity {
        case .critical: "#d32f2f"
        case .warning: "#a85d00"
        case .notice: "#4f7197"
        }
    }

    private static let style = """
        :root{color-scheme:light dark;supported-color-schemes:light dark}
        body{margin:0 auto;padding:16px;max-width:40em;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
        code{font:14px/1.5 ui-monospace,Menlo,Consolas,monospace}
        """

    /// Returns the page, lines that end in LF.
    static func html(_ message: Message) -> String {
        let entries = message.entries.prefix(Message.mostTold).map(entry)
        var parts = [
            "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
            "<meta name=\"color-scheme\" content=\"light dark\">", "<title>\(escaped(message.title))</title>",
            "<style>", style, "</style>", "</head>", "<body>",
            "<h1 style=\"font-size:1.2em;line-height:1.3;margin:0 0 .8em\">\(escaped(message.title))</h1>",
        ]
        parts += entries
        if let count = message.countLine { parts.append(paragraph(count, margin: "0 0 1.2em")) }
        if !message.lines.isEmpty {
            parts.append("<div style=\"margin:0 0 1.2em\">")
            parts += message.lines.map { paragraph($0, margin: "0 0 .4em") }
            parts.append("</div>")
        }
        if let link = message.link {
            parts.append(
                "<p style=\"margin:0 0 1.2em\"><a href=\"\(escaped(link))\">\(escaped(link))</a></p>"
            )
        }
        let foot = "Sunvigil, which watches over \(message.site), wrote this mail by itself."
        parts.append("<p style=\"margin:0;font-size:.85em;opacity:.7\">\(escaped(foot))</p>")
        return (parts + ["</body>", "</html>"]).joined(separator: "\n") + "\n"
    }

    private static func entry(_ entry: Message.Entry) -> String {
        let colour = colour(entry)
        let badge =
            "<span style=\"display:inline-block;background:\(colour);color:#fff;font-size:.75em;font-weight:600;padding:0 .6em;border-radius:.6em\">\(escaped(entry.label))</span>"
        let head =
            "<p style=\"margin:0 0 .3em\">\(badge)</p>\n<p style=\"margin:0 0 .5em;font-weight:600\">\(words(entry.headline))</p>"
        let lines = entry.lines.map { paragraph($0, margin: "0 0 .3em") }
        return
            ([
                "<div style=\"border-left:4px solid \(colour);padding:.1em 0 .1em .9em;margin:0 0 1.4em\">",
                head,
            ] + lines + ["</div>"])
            .joined(separator: "\n")
    }

    /// A line: the word before its first colon stands out where it is one of ours, and a command looks like one.
    private static func paragraph(_ line: String, margin: String) -> String {
        var text = line
        var head = ""
        if let colon = line.ranges(of: ": ").first, marked.contains(line[..<colon.lowerBound]) {
            head = "<b>\(escaped(String(line[..<colon.lowerBound]))):</b> "
            text = String(line[colon.upperBound...])
        }
        var tail = ""
        if let command = text.ranges(of: "sunvigil ").last, isCommand(text[command.lowerBound...]) {
            tail = "<code>\(escaped(String(text[command.lowerBound...])))</code>"
            text = String(text[..<command.lowerBound])
        }
        return "<p style=\"margin:\(margin)\">\(head)\(words(text))\(tail)</p>"
    }

    private static let marked: Set<Substring> = Set(
        ["What to do", "With it", "If you know of it", "All about it", "Data", "Recorded", "Worth knowing"]
            + ["Lasts", "Suspected", "To follow up", "You know of it"].flatMap { stand in
                Severity.allCases.map { "\(stand), \($0.rawValue)" }
            }
    )

    /// Returns a text as HTML in which no unit stands on another line than its number.
    private static func words(_ text: String) -> String {
        escaped(text).replacing(" %", with: "&nbsp;%").replacing(" kWh", with: "&nbsp;kWh")
    }

    private static func isCommand(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 32 || $0 == 45 }
    }

    /// Returns a text that is text in HTML, within tags and within attributes.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
