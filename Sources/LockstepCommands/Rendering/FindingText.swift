package import LockstepDefinitions
internal import LockstepJSON

/// A finding as `lockstep check` prints it.
package enum FindingText {
    /// `file:line:column: error: message`, then the line and a caret below the column, all within the terminal.
    ///
    /// - Parameter width: Nil when nothing must be cut or wrapped.
    package static func render(_ finding: Finding, painter: Painter, width: Int?) -> String {
        let place = finding.position.map { ":\($0.line):\($0.column)" } ?? ""
        let severity = finding.severity.rawValue
        let file = finding.file.onOneLine + place
        let head = Paragraph.wrap("\(file): \(severity): \(finding.message.onOneLine)", width: width, indent: 4)
        let style: Style = finding.isError ? .red : .yellow
        // Styles come after wrapping, which counts every character that it sees; the head of the line is never wrapped.
        let start = "\(file): \(severity):"
        let text =
            head.hasPrefix(start)
            ? painter(.bold, file) + ": " + painter(style, severity) + ":" + head.dropFirst(start.count) + "\n"
            : head + "\n"
        guard let position = finding.position, let line = finding.sourceLine else { return text }
        let (shown, caret) = excerpt(of: line, column: position.column, room: min(width ?? 124, 124) - 4)
        return text + "    \(shown)\n    \(String(repeating: " ", count: caret))\(painter(.red, "^"))\n"
    }

    /// The part of a line around a column, and in which column of that part it stands.
    private static func excerpt(of line: String, column: Int, room: Int) -> (shown: String, caret: Int) {
        let scalars = Array(line.unicodeScalars)
        var before = text(scalars.prefix(max(0, column - 1)))
        let after = text(scalars.dropFirst(max(0, column - 1)))
        if before.displayWidth >= room * 3 / 4 {
            while before.displayWidth > room / 2 { before.removeFirst() }
            before = "…" + before
        }
        return ((before + after).cut(to: room), before.displayWidth)
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text).onOneLine
    }
}
