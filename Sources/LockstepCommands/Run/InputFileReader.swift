internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// Reads the files that `--inputs` names.
enum InputFileReader {
    /// The inputs of several files, one after the other; the paths may be relative.
    static func read(all paths: [String]) throws(CommandFailure) -> [GivenInput] {
        var inputs: [GivenInput] = []
        for path in paths { inputs += try read(ProcessEnvironment.absolute(path)) }
        return inputs
    }

    /// The inputs of a YAML or JSON file, in its order; relative paths in it begin at its folder.
    ///
    /// - Parameter path: Absolute.
    /// - Throws: `VALIDATION_ERROR` with all that is wrong with the file.
    static func read(_ path: String) throws(CommandFailure) -> [GivenInput] {
        guard let document = SourceDocument.load(path, named: path) else {
            throw CommandFailure(.validationError, "There is no file of inputs at \(path.onOneLine).")
        }
        let errors = document.findings.filter(\.isError)
        guard errors.isEmpty, let root = document.root else {
            throw CommandFailure(
                .validationError,
                "The inputs in \(path.onOneLine) cannot be read; nothing was run.",
                findings: document.findings
            )
        }
        guard case .object(let members) = root.json else {
            throw CommandFailure(
                .validationError,
                "\(path.onOneLine) must hold inputs by name, such as `depth: basic`; it holds a \(root.json.kind)."
            )
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        return members.map { GivenInput(name: $0.name, value: .json($0.value), folder: folder.isEmpty ? "/" : folder) }
    }
}
