/// One row as it was read: cut into cells, but not yet compared with what the workflow takes.
package struct ReadRow: Sendable {
    /// What the row says for one variable.
    struct Cell: Sendable {
        /// `variable_id`.
        let variable: String
        /// Nil when nothing was given, or nothing that can be read.
        let value: GivenInput.Value?
        let place: RowPlace
        /// Whether something stood there that cannot be read, which ``ReadRow/problems`` says.
        var isBroken = false
    }

    /// From 1.
    package let number: Int
    package let line: Int
    package var name: String?
    /// What is wrong with the row itself, such as too few columns.
    package var problems: [RowProblem] = []
    /// Whether ``cells`` can be compared at all: not when they may stand in the wrong columns.
    var isWhole = true
    var cells: [Cell] = []
    /// Absolute; relative paths begin there.
    let folder: String

    init(number: Int, line: Int, folder: String) {
        self.number = number
        self.line = line
        self.folder = folder
    }

    /// The most that a name may take, in bytes; it becomes the job's, which is searched by.
    private static let nameLimit = 1000

    /// Calls the row as its table does; an empty name is none.
    mutating func take(name: String, at place: RowPlace) {
        if name.utf8.contains(0) {
            refuse("holds a NUL character, which no name may; leave it away.", field: "name", at: place)
        } else if name.utf8.count > Self.nameLimit {
            refuse(
                "is longer than \(Self.nameLimit) bytes, the most that a row's name may be; shorten it.",
                field: "name",
                at: place
            )
        } else {
            self.name = name.isEmpty ? nil : name
        }
    }

    mutating func refuse(_ message: String, field: String? = nil, at place: RowPlace? = nil) {
        problems.append(
            RowProblem(row: number, place: place ?? RowPlace(line: line), field: field, message: message)
        )
    }
}
