/// Lays out text in lines of a terminal.
package enum Paragraph {
    /// Breaks a text between words so that no line is wider than `width` columns.
    ///
    /// Line breaks of the text stay, and so does the indentation of each of its lines, which continuation lines share. A word
    /// that is wider than a whole line stands alone and is not cut: paths and commands must stay whole to be copied.
    ///
    /// - Parameter width: Nil for no limit, which leaves the text as it is.
    package static func wrap(_ text: String, width: Int?, indent: Int = 0) -> String {
        guard let width else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { wrapLine(String($0), width: width, indent: indent) }.joined(separator: "\n")
    }

    private static func wrapLine(_ line: String, width: Int, indent: Int) -> String {
        let own = String(line.prefix { $0 == " " })
        let margin = own + String(repeating: " ", count: indent)
        var lines: [String] = []
        var current = own
        var used = own.count
        var isEmpty = true
        for word in line.dropFirst(own.count).split(separator: " ") {
            let length = word.displayWidth
            if !isEmpty, used + 1 + length > width {
                lines.append(current)
                current = margin
                used = margin.count
                isEmpty = true
            }
            current += (isEmpty ? "" : " ") + word
            used += (isEmpty ? 0 : 1) + length
            isEmpty = false
        }
        lines.append(current)
        return lines.joined(separator: "\n")
    }
}
