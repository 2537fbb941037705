package import LockstepJSON
package import LockstepModel

/// One row of a table that a job can be made from.
package struct BatchRow: Sendable, Hashable {
    /// From 1, among the rows of data, wrong ones included.
    package let number: Int
    /// Where it begins in the table, from 1; of a pattern's rows the number again.
    package let line: Int
    /// What the table's column `name` calls it, or the file's name without extension.
    package let name: String?
    /// What the row says, by variable id: parsed values; a file is its absolute path, a list of files a list of them.
    package let inputs: JSONObject

    package init(number: Int, line: Int, name: String? = nil, inputs: JSONObject) {
        self.number = number
        self.line = line
        self.name = name
        self.inputs = inputs
    }

    /// All inputs of the row's job: what the row says, and of the shared inputs those that it does not say.
    package func given(with shared: [GivenInput], for variables: [InputVariable]) -> [GivenInput] {
        shared.filter { input in variables.named(input.name).map { inputs[$0.id] == nil } ?? true }
            + inputs.map { GivenInput(name: $0.name, value: .json($0.value), folder: "/") }
    }
}

/// A row as it was checked: what a job can be made from, or everything that is wrong.
package struct CheckedRow: Sendable, Hashable {
    package let number: Int
    package let line: Int
    package let name: String?
    /// Nil when there are problems.
    package let row: BatchRow?
    package let problems: [RowProblem]
}
