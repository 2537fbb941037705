/// Rows under headings, in aligned columns that fit the terminal.
package struct Table: Sendable {
    package struct Column: Sendable {
        package var title: String
        package var alignment: TextAlignment
        /// Whether the column gives way when the table is too wide; the others only when nothing else helps.
        package var mayShrink: Bool

        package init(_ title: String, _ alignment: TextAlignment = .left, mayShrink: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.mayShrink = mayShrink
        }
    }

    package struct Cell: Sendable, ExpressibleByStringInterpolation {
        package var text: String
        package var style: Style

        package init(_ text: String, _ style: Style = .plain) {
            self.text = text.onOneLine
            self.style = style
        }

        package init(stringLiteral value: String) {
            self.init(value)
        }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Appends a row; one cell a column.
    package mutating func add(_ cells: [Cell]) {
        rows.append(cells)
    }

    package var isEmpty: Bool { rows.isEmpty }

    private static let gap = 2
    private static let narrowest = 6

    /// The lines with their ends; nothing when there are no rows.
    ///
    /// - Parameter width: The columns of the terminal; nil when nothing must be cut.
    package func render(width: Int?, painter: Painter) -> String {
        guard !rows.isEmpty else { return "" }
        let widths = columnWidths(within: width)
        var text = line(columns.map { Cell($0.title, .bold) }, widths, painter)
        for row in rows { text += line(row, widths, painter) }
        return text
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ painter: Painter) -> String {
        var text = ""
        var pending = 0
        for (index, cell) in cells.enumerated() where widths[index] > 0 {
            let shown = cell.text.cut(to: widths[index])
            let fill = widths[index] - shown.displayWidth
            let isRight = columns[index].alignment == .right
            text += String(repeating: " ", count: pending + (isRight ? fill : 0)) + painter(cell.style, shown)
            pending = Self.gap + (isRight ? 0 : fill)
        }
        return text + "\n"
    }

    private func columnWidths(within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(columns[index].title.displayWidth) { max($0, $1[index].text.displayWidth) }
        }
        guard let limit else { return widths }
        let yielding = columns.indices.filter { columns[$0].mayShrink }
        for candidates in [yielding, Array(columns.indices)] {
            while total(widths) > limit,
                let widest = candidates.filter({ widths[$0] > Self.narrowest }).max(by: { widths[$0] < widths[$1] })
            {
                widths[widest] -= 1
            }
        }
        while total(widths) > limit, let last = widths.lastIndex(where: { $0 > 0 }), last > 0 { widths[last] = 0 }
        return widths
    }

    private func total(_ widths: [Int]) -> Int {
        let shown = widths.filter { $0 > 0 }
        return shown.reduce(0, +) + Self.gap * max(0, shown.count - 1)
    }
}
