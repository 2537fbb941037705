package import LockstepJSON

extension Finding {
    /// `{file, line, column, severity, message, source_line, suggestion}`; what is not known is left out.
    package var json: JSONValue {
        var object: JSONObject = ["file": .string(file)]
        object["line"] = position.map { .integer(Int64($0.line)) }
        object["column"] = position.map { .integer(Int64($0.column)) }
        object["severity"] = .string(severity.rawValue)
        object["message"] = .string(message)
        object["source_line"] = sourceLine.map { .string($0) }
        object["suggestion"] = suggestion.map { .string($0) }
        return .object(object)
    }

    /// `workflows/x.yaml:12:7: error: …`, then the line and a caret below the column.
    package var rendered: String {
        let place = position.map { ":\($0.line):\($0.column)" } ?? ""
        let head = "\(Self.visible(file))\(place): \(severity.rawValue): \(Self.visible(message))"
        guard let position, let sourceLine else { return head }
        let (line, caret) = Self.cut(Array(sourceLine.unicodeScalars), around: position.column - 1)
        return "\(head)\n    \(line)\n    \(String(repeating: " ", count: caret))^"
    }

    private static let width = 120

    /// At most 120 columns of a line with control characters made visible, and the column of the caret in them.
    private static func cut(_ scalars: [Unicode.Scalar], around column: Int) -> (line: String, caret: Int) {
        let column = max(0, min(column, scalars.count))
        let start = scalars.count <= width ? 0 : max(0, min(column - width / 2, scalars.count - width))
        let end = min(scalars.count, start + width)
        let before = start > 0 ? "…" : ""
        let after = end < scalars.count ? "…" : ""
        let left = before + visible(scalars[start..<max(start, min(column, end))])
        let right = visible(scalars[min(column, end)..<end])
        return (left + right + after, left.unicodeScalars.count)
    }

    private static func visible(_ text: String) -> String {
        text.unicodeScalars.contains { shown($0) != nil } ? visible(text.unicodeScalars) : text
    }

    private static func visible(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = ""
        for scalar in scalars {
            if let shown = shown(scalar) { text += shown } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    /// What stands for a character that a terminal would act on; nil for one that it prints.
    private static func shown(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.properties.generalCategory {
        case .control where scalar == "\t": " "
        case .control where scalar.value < 0x20: Unicode.Scalar(0x2400 + scalar.value).map { String(Character($0)) }
        case .control, .format, .lineSeparator, .paragraphSeparator: "\\u{\(String(scalar.value, radix: 16))}"
        default: nil
        }
    }
}
