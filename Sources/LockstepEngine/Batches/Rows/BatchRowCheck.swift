package import LockstepExecution
package import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Checks rows as ``JobService/createJob(_:as:)`` would, without reading what is in files and without keeping anything.
///
/// Of a file it looks at whether it can be opened, its size and its media type.
package struct BatchRowCheck: Sendable {
    private let intake: InputIntake
    /// Variables that every row has a value for: shared inputs and defaults.
    private let provided: Set<String>
    /// What rows that do not say it themselves are given, by variable id, as a row would say it.
    package let shared: JSONObject

    /// - Parameter shared: What all rows are given that do not say it themselves.
    /// - Throws: `VALIDATION_ERROR` with every shared input that is wrong.
    package init(
        variables: [InputVariable],
        shared: [GivenInput],
        mediaTypes: LazyMediaTypes = LazyMediaTypes()
    ) throws(JobError) {
        intake = InputIntake(variables: variables, blobs: nil, mediaTypes: mediaTypes)
        let looked = intake.look(at: shared)
        if let failure = looked.failure { throw JobError(failure) }
        guard looked.errors.isEmpty else {
            let count = looked.errors.count
            throw JobError(
                .validationError,
                "\(count == 1 ? "One input" : "\(count) inputs") for all rows \(count == 1 ? "is" : "are") not valid; no job was made.",
                fields: looked.errors
            )
        }
        self.shared = JSONObject(looked.parsed.map { ($0.key, $0.value.givable) }.sorted { $0.0 < $1.0 })
        provided = Set(looked.parsed.keys).union(variables.filter { $0.defaultValue != nil }.map(\.id))
    }

    /// Refuses a table at once in which no row can have what is required.
    ///
    /// - Parameter columns: Those of the reader.
    package func require(columns: [String]?, of source: BatchSource) throws(BatchProblem) {
        guard let columns else { return }
        let missing = intake.variables.filter { isMissing($0) && !columns.contains($0.id) }
        guard !missing.isEmpty else { return }
        let isPattern = if case .glob = source { true } else { false }
        throw BatchProblem(
            source.shown,
            findings: missing.map { variable in
                let remedy = "give it to all rows with -i \(variable.name)=\(InputIntake.placeholder(for: variable))"
                let message =
                    isPattern
                    ? "the input `\(variable.name)` is required, and the files of a pattern do not give it; \(remedy)."
                    : "the input `\(variable.name)` is required, and the table has no column for it; add one, or \(remedy)."
                return BatchProblem.Finding(place: nil, message: message)
            }
        )
    }

    /// All that is wrong with a row, in the order of the workflow's inputs, or what a job can be made from.
    ///
    /// - Throws: `STORAGE_ERROR` when a file could not be looked at for want of a machine that works.
    package func check(_ row: ReadRow) throws(BatchProblem) -> CheckedRow {
        var problems = row.problems
        var inputs = JSONObject()
        if row.isWhole {
            let looked = intake.look(
                at: row.cells.compactMap { cell in
                    cell.value.map { GivenInput(name: cell.variable, value: $0, folder: row.folder) }
                }
            )
            if let failure = looked.failure {
                throw BatchProblem(row.name ?? "the row", failure.message, code: failure.code)
            }
            for variable in intake.variables {
                if let parsed = looked.parsed[variable.id] {
                    inputs[variable.id] = parsed.givable
                } else if let error = looked.errors.first(where: { $0.field == variable.id }) {
                    problems.append(problem(error.message, for: variable, in: row))
                } else if isMissing(variable), !row.cells.contains(where: { $0.variable == variable.id && $0.isBroken })
                {
                    problems.append(problem("is required and was not given.", for: variable, in: row))
                }
            }
        }
        return CheckedRow(
            number: row.number,
            line: row.line,
            name: row.name,
            row: problems.isEmpty
                ? BatchRow(number: row.number, line: row.line, name: row.name, inputs: inputs) : nil,
            problems: problems
        )
    }

    private func isMissing(_ variable: InputVariable) -> Bool {
        variable.isRequired && !provided.contains(variable.id)
    }

    private func problem(_ message: String, for variable: InputVariable, in row: ReadRow) -> RowProblem {
        let cell = row.cells.first { $0.variable == variable.id }
        return RowProblem(
            row: row.number,
            place: cell?.place ?? RowPlace(line: row.line),
            field: variable.id,
            message: message
        )
    }
}

extension InputParser.Parsed {
    /// What gives the same value again when it is given as JSON: files by their absolute paths.
    fileprivate var givable: JSONValue {
        switch self {
        case .value(let value): value
        case .files(let files, let isList):
            isList ? .array(files.map { .string($0.path) }) : files.first.map { .string($0.path) } ?? .null
        }
    }
}
