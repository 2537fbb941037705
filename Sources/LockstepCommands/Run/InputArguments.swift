package import LockstepEngine
package import LockstepModel

/// The `-i name=value` arguments of a command line.
package struct InputArguments: Sendable {
    package let inputs: [GivenInput]

    /// - Throws: `USAGE` that names every argument that is not of this form.
    package init(_ arguments: [String]) throws(CommandFailure) {
        var inputs: [GivenInput] = []
        var malformed: [String] = []
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
                malformed.append(argument.onOneLine.cut(to: 60))
                continue
            }
            let value = String(argument[argument.index(after: equals)...])
            inputs.append(
                GivenInput(
                    name: String(argument[..<equals]),
                    value: .text(value),
                    folder: ProcessEnvironment.currentFolder
                )
            )
        }
        guard malformed.isEmpty else {
            throw CommandFailure(
                .usage,
                "An input is written -i name=value; \(malformed.map { "`\($0)`" }.joined(separator: ", ")) "
                    + "\(malformed.count == 1 ? "has" : "have") no name and `=`."
            )
        }
        self.inputs = inputs
    }

    /// All inputs for these variables: those of the files, except where an argument means the same variable, then the arguments.
    package func joined(with fromFiles: [GivenInput], of variables: [InputVariable]) -> [GivenInput] {
        func variable(_ input: GivenInput) -> String { variables.named(input.name)?.id ?? input.name }
        let given = Set(inputs.map(variable))
        return fromFiles.filter { !given.contains(variable($0)) } + inputs
    }
}
