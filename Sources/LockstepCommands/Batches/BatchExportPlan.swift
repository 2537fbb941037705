internal import LockstepJSON
package import LockstepModel

/// Which file goes where when the files of all rows of a batch are exported, as a template says it.
package struct BatchExportPlan: Sendable {
    /// A name between braces that is no part of a row.
    package struct UnknownName: Error {
        package let name: String
        package let known: [String]
    }

    package static let standardTemplate = "{row.name}/{file}"

    /// The table of all rows, beside the files.
    package static let indexName = "results.csv"

    private let parts: [Part]
    private var paths = ExportPaths(reserving: Self.indexName)

    private enum Part: Sendable {
        case text(String)
        case number
        case rowName
        case job
        case output
        case file
        case input(String)
    }

    /// - Parameters:
    ///   - template: A relative path with `{row.name}`, `{row.number}`, `{row.INPUT}`, `{output}`, `{file}` and `{job_id}` in it.
    ///   - workflow: Its inputs may be named.
    /// - Throws: ``UnknownName``.
    package init(_ template: String, _ workflow: Workflow) throws(UnknownName) {
        var parts: [Part] = []
        var rest = template[...]
        let inputs = workflow.inputVariables.map(\.id)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            parts.append(.text(String(rest[..<open])))
            let name = String(rest[rest.index(after: open)..<close])
            switch name {
            case "row.number": parts.append(.number)
            case "row.name": parts.append(.rowName)
            case "job_id": parts.append(.job)
            case "output": parts.append(.output)
            case "file": parts.append(.file)
            default:
                let input = name.hasPrefix("row.") ? String(name.dropFirst(4)) : ""
                guard inputs.contains(input) else {
                    let known = ["row.name", "row.number"] + inputs.map { "row.\($0)" } + ["output", "file", "job_id"]
                    throw UnknownName(name: name, known: known)
                }
                parts.append(.input(input))
            }
            rest = rest[rest.index(after: close)...]
        }
        parts.append(.text(String(rest)))
        self.parts = parts
    }

    /// Where a file goes: a relative path, never one twice, and never one that leads out of the folder.
    ///
    /// - Parameters:
    ///   - output: The output that it is, or is one of.
    ///   - index: Its place when the output is a list, from 1.
    package mutating func path(of file: FileValue, _ output: String, index: Int?, row: BatchRowResult) -> String {
        let scalars = file.name.unicodeScalars
        let ending = scalars.lastIndex(of: ".").flatMap { $0 > scalars.startIndex ? file.name[$0...] : nil } ?? ""
        var path = ""
        for part in parts {
            switch part {
            case .text(let text): path += text
            case .number: path += "\(row.number)"
            case .rowName: path += Self.word(row.name ?? "row-\(row.number)")
            case .job: path += row.jobID?.rawValue ?? ""
            case .output: path += Self.word(output) + (index.map { "-\($0)" } ?? "") + Self.safe(String(ending))
            case .file: path += Self.word(file.name)
            case .input(let name): path += Self.word(Self.text(row.inputs[name]))
            }
        }
        var components = path.unicodeScalars.split(separator: "/").map { FileCopy.safeName(String($0)) }
        if components.count > 1, ExportPaths.key(components[0]) == Self.indexName { components[0] += "_" }
        return paths.take(components.isEmpty ? "file" : components.joined(separator: "/"))
    }

    /// What a value adds to a path: no folders, and never nothing, so that every row's paths have the same depth.
    private static func word(_ text: String) -> String {
        let word = safe(text)
        return word.isEmpty ? "none" : word
    }

    private static func safe(_ text: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { safe.append(scalar == "/" || scalar == "\\" ? "_" : scalar) }
        return String(safe).onOneLine
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value, value != .null else { return "none" }
        guard let text = value.stringValue else { return JSONWriter.text(value) }
        return text.unicodeScalars.split(separator: "/").last.map { String($0) } ?? ""
    }
}
