internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `-i name=value` and `--inputs FILE`, wherever inputs are given.
struct InputOptions: ParsableArguments {
    @Option(
        name: [.customShort("i"), .customLong("input")],
        help: ArgumentHelp(
            "An input; a file is given by its path, a list by several -i of the same name or as JSON. Repeatable.",
            valueName: "name=value"
        )
    )
    var inputs: [String] = []

    @Option(
        name: .customLong("inputs"),
        help: ArgumentHelp(
            "A YAML or JSON file of inputs by name; paths in it are relative to it. -i wins over it.",
            valueName: "file"
        )
    )
    var files: [String] = []

    /// All inputs that were given for these variables.
    ///
    /// - Throws: `USAGE` for arguments without a name, `VALIDATION_ERROR` for files that cannot be read.
    func given(for variables: [InputVariable]) throws(CommandFailure) -> [GivenInput] {
        let assignments = try InputArguments(inputs)
        return assignments.joined(with: try InputFileReader.read(all: files), of: variables)
    }
}
