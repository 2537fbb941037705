/// Labels and values, one pair a line, the values aligned.
package enum FieldList {
    package struct Field: Sendable {
        package var label: String
        package var value: String
        package var style: Style

        package init(_ label: String, _ value: String, _ style: Style = .plain) {
            self.label = label.onOneLine
            self.value = value.onOneLine
            self.style = style
        }
    }

    /// The lines with their ends; a value that is too wide goes on below itself.
    ///
    /// - Parameter width: Nil when nothing must be wrapped.
    package static func render(_ fields: [Field], width: Int?, painter: Painter, indent: Int = 0) -> String {
        let labels = min(24, fields.reduce(0) { max($0, $1.label.displayWidth) })
        let margin = indent + labels + 2
        var text = ""
        for field in fields {
            let room = width.map { max(10, $0 - margin) }
            let lines = Paragraph.wrap(field.value, width: room).split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            for (number, line) in lines.enumerated() {
                let label =
                    number == 0 ? field.label.cut(to: labels).padded(to: labels) : String(repeating: " ", count: labels)
                let head = String(repeating: " ", count: indent) + painter(.dim, label) + "  "
                text += (line.isEmpty ? String(head) : head + painter(field.style, String(line))) + "\n"
            }
        }
        return text
    }
}
