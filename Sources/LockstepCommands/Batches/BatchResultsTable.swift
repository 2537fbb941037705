internal import LockstepJSON
package import LockstepModel

/// The rows of a batch as a table: inputs and outputs side by side, one row a job.
package struct BatchResultsTable: Sendable {
    private let inputs: [String]
    private let outputs: [String]

    /// - Parameter workflow: The one of the batch; its inputs and outputs are columns, in its order.
    package init(_ workflow: Workflow) {
        inputs = workflow.inputVariables.map(\.id)
        outputs = workflow.outputs
    }

    package var header: [String] {
        ["row", "name", "state", "job_id"] + inputs.map { "input.\($0)" } + outputs.map { "output.\($0)" } + ["error"]
    }

    /// One cell a column; a file is its name, a list or an object its JSON, a missing value an empty cell.
    package func cells(_ row: BatchRowResult) -> [String] {
        let files = row.inputs
        return ["\(row.number)", row.name ?? "", row.state.rawValue, row.jobID?.rawValue ?? ""]
            + inputs.map { Self.text(files[$0]) } + outputs.map { Self.text(row.outputs?[$0]) } + [row.problem ?? ""]
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value, value != .null else { return "" }
        if let text = value.stringValue { return text }
        if let file = FileValue(json: value) { return file.name }
        let files = value.files
        if !files.isEmpty { return files.map(\.name).joined(separator: ", ") }
        return JSONWriter.text(value)
    }

    /// A line of CSV (RFC 4180) with its end.
    package static func csv(_ cells: [String]) -> String {
        cells.map { cell in
            guard
                cell.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) })
                    || cell.unicodeScalars.first == " " || cell.unicodeScalars.last == " "
            else { return cell }
            return "\"" + replacing(cell) { $0 == "\"" ? "\"\"" : nil } + "\""
        }.joined(separator: ",") + "\n"
    }

    /// A line of a Markdown table with its end.
    package static func markdown(_ cells: [String]) -> String {
        "| "
            + cells.map { cell in
                var wasReturn = false
                return replacing(cell) { scalar in
                    defer { wasReturn = scalar == "\r" }
                    return switch scalar {
                    case "\\": "\\\\"
                    case "|": "\\|"
                    case "\n" where wasReturn: ""
                    case "\n", "\r": "<br>"
                    default: nil
                    }
                }
            }.joined(separator: " | ") + " |\n"
    }

    /// By scalars, because a mark that follows a quote or a bar makes another character of it, but is the same to who reads the table.
    private static func replacing(_ text: String, with replacement: (Unicode.Scalar) -> String?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let other = replacement(scalar) {
                result.append(contentsOf: other.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// The line below the header of a Markdown table.
    package static func rule(_ columns: Int) -> String {
        "|" + String(repeating: " --- |", count: columns) + "\n"
    }
}
