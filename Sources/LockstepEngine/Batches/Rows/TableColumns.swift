internal import LockstepModel

/// What the columns of a CSV table mean, from its first record.
struct TableColumns {
    enum Meaning {
        /// `variable_id`.
        case variable(String)
        case name
    }

    private(set) var meanings: [Meaning] = []
    /// As they are written.
    private(set) var names: [String] = []

    /// The most columns that a table may have.
    static let limit = 10_000

    /// - Throws: All columns that are empty, come twice, or are no input of the workflow.
    init(_ header: CSVRecord, of source: String, for variables: [InputVariable]) throws(BatchProblem) {
        var findings = header.mistakes.map {
            BatchProblem.Finding(place: $0.place, message: "the header \($0.message)")
        }
        if header.mistakeCount > findings.count {
            let message = "the header has \(header.mistakeCount) mistakes; the first \(findings.count) are shown."
            findings.append(BatchProblem.Finding(place: header.end, message: message))
        }
        if let extra = header.firstExtra {
            let message = "the table has \(header.count) columns, more than the \(Self.limit) that it may have."
            throw BatchProblem(source, findings: [BatchProblem.Finding(place: extra, message: message)])
        }
        // What stands in which column cannot be told then.
        guard !header.isBroken else { throw BatchProblem(source, findings: findings) }
        var first: [String: (name: String, column: Int)] = [:]
        for (index, field) in header.fields.enumerated() {
            guard let name = field.text else { continue }
            names.append(name)
            func refuse(_ message: String) {
                findings.append(BatchProblem.Finding(place: field.place, message: message))
            }
            guard !name.isEmpty else {
                refuse("column \(index + 1) has no name; name the input that it holds, or leave the column away.")
                continue
            }
            let variable = variables.named(name)
            let key: String
            if let variable {
                meanings.append(.variable(variable.id))
                key = "input " + variable.id
            } else if name == "name" {
                meanings.append(.name)
                key = name
            } else {
                key = "column " + name
            }
            if let earlier = first[key] {
                refuse(
                    earlier.name == name
                        ? "the column `\(name)` comes twice, as column \(earlier.column) and \(index + 1); leave one away."
                        : "the columns `\(earlier.name)` and `\(name)` are the same input; leave one away."
                )
                continue
            }
            first[key] = (name, index + 1)
            if key.hasPrefix("column ") { refuse("the column `\(name)` \(variables.refusal(of: name)).") }
        }
        guard findings.isEmpty else { throw BatchProblem(source, findings: findings) }
    }

    /// The variables that have a column.
    var variables: [String] {
        meanings.compactMap { if case .variable(let id) = $0 { id } else { nil } }
    }
}
