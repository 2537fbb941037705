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

    private let parts: [Part]
    private var taken: Set<String> = []

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
        let ending = file.name.lastIndex(of: ".").flatMap { $0 > file.name.startIndex ? file.name[$0...] : nil } ?? ""
        var path = ""
        for part in parts {
            switch part {
            case .text(let text): path += text
            case .number: path += "\(row.number)"
            case .rowName: path += Self.word(row.name ?? "row-\(row.number)")
            case .job: path += row.jobID?.rawValue ?? ""
            case .output: path += Self.word(output) + (index.map { "-\($0)" } ?? "") + Self.word(String(ending))
            case .file: path += Self.word(file.name)
            case .input(let name): path += Self.word(Self.text(row.inputs[name]))
            }
        }
        let components = path.split(separator: "/").map { FileCopy.safeName(String($0)) }
        return unused(components.isEmpty ? "file" : components.joined(separator: "/"))
    }

    /// What a value may add to a path: no folders.
    private static func word(_ text: String) -> String {
        String(text.map { $0 == "/" || $0 == "\\" ? "_" : $0 }).onOneLine
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value, value != .null else { return "none" }
        return value.stringValue.map { String($0.split(separator: "/").last ?? "") } ?? JSONWriter.text(value)
    }

    /// Numbers a path that is taken: `a/report.txt`, `a/report-2.txt`. Names that differ in case only are one on some disks.
    private mutating func unused(_ path: String) -> String {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let dot = path[start...].lastIndex(of: ".").flatMap { $0 > start ? $0 : nil } ?? path.endIndex
        var number = 1
        while true {
            let candidate = number == 1 ? path : path[..<dot] + "-\(number)" + path[dot...]
            if taken.insert(candidate.lowercased()).inserted { return String(candidate) }
            number += 1
        }
    }
}
