internal import LockstepJSON
internal import LockstepModel

/// The rows of a pattern: one for each file, in the order of the bytes of their paths.
struct GlobRows {
    private let paths: [[UInt8]]
    private let variable: InputVariable
    private var at = 0

    init(_ pattern: String, variable name: String?, variables: [InputVariable]) throws(BatchProblem) {
        variable = try Self.variable(name, for: pattern, among: variables)
        paths = try FileGlob(pattern).paths()
        guard !paths.isEmpty else {
            throw BatchProblem(pattern, "no file matches \(pattern); hidden files and folders must be written out.")
        }
    }

    var variables: [String] { [variable.id] }

    mutating func next() -> ReadRow? {
        guard at < paths.count else { return nil }
        let bytes = paths[at]
        at += 1
        var row = ReadRow(number: at, line: at, folder: "/")
        let place = RowPlace(line: at)
        guard let path = String(validating: bytes, as: UTF8.self) else {
            let shown = String(decoding: bytes, as: UTF8.self)
            row.refuse("is no UTF-8 text: \(shown); rename the file.", field: variable.id, at: place)
            row.isWhole = false
            return row
        }
        row.name = Self.name(of: path)
        let value: JSONValue = variable.schema.isFileList ? [.string(path)] : .string(path)
        row.cells = [ReadRow.Cell(variable: variable.id, value: .json(value), place: place)]
        return row
    }

    /// The last component without its extension.
    private static func name(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return last }
        return String(last[..<dot])
    }

    /// The input that the files are given to: the one that is named, else the only one that takes a file, or must have one.
    private static func variable(
        _ name: String?,
        for pattern: String,
        among variables: [InputVariable]
    ) throws(BatchProblem) -> InputVariable {
        let candidates = variables.filter { $0.schema.isFile || $0.schema.isFileList }
        let shown = candidates.map { "`\($0.name)`" }.joined(separator: ", ")
        guard !candidates.isEmpty else {
            throw BatchProblem(
                pattern,
                "no input of the workflow takes a file; give a table instead of a pattern.",
                code: .usage
            )
        }
        if let name {
            guard let variable = variables.named(name) else {
                throw BatchProblem(pattern, "`\(name)` \(variables.refusal(of: name)).", code: .usage)
            }
            guard candidates.contains(variable) else {
                throw BatchProblem(pattern, "the input `\(name)` takes no file; these do: \(shown).", code: .usage)
            }
            return variable
        }
        if candidates.count == 1 { return candidates[0] }
        let required = candidates.filter { $0.isRequired && $0.defaultValue == nil }
        if required.count == 1 { return required[0] }
        throw BatchProblem(
            pattern,
            "several inputs take a file: \(shown); say which one the files of the pattern are for.",
            code: .usage
        )
    }
}
