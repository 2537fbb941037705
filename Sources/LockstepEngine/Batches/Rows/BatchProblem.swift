package import LockstepJSON
package import LockstepModel

/// Why a whole table cannot be read, or no further: everything that is wrong, each with its place.
package struct BatchProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// One mistake; the place is nil where the table as a whole is meant.
    package struct Finding: Sendable, Hashable {
        package let place: RowPlace?
        /// For a person, with what to do.
        package let message: String
    }

    /// What was read, for messages: a path, a pattern, `standard input`.
    package let source: String
    package let code: JobErrorCode
    /// At least one.
    package let findings: [Finding]

    init(_ source: String, _ message: String, code: JobErrorCode = .validationError, at place: RowPlace? = nil) {
        self.init(source, findings: [Finding(place: place, message: message)], code: code)
    }

    init(_ source: String, findings: [Finding], code: JobErrorCode = .validationError) {
        self.source = source
        self.code = code
        self.findings = findings
    }

    /// One line a finding: `rows.csv:3:7: …`, with the line and the character.
    package var description: String {
        findings.map { finding in
            guard let place = finding.place else { return finding.message }
            return "\(source):\(place.line)\(place.character.map { ":\($0)" } ?? ""): \(finding.message)"
        }
        .joined(separator: "\n")
    }

    package var json: JSONValue {
        .array(
            findings.map { finding in
                var object: JSONObject = ["source": .string(source)]
                finding.place?.add(to: &object)
                object["message"] = .string(finding.message)
                return .object(object)
            }
        )
    }

    /// The problem as the answer to an operation; several findings are its fields, each called by its place.
    package var jobError: JobError {
        guard findings.count > 1 else { return JobError(code, description) }
        return JobError(
            code,
            "\(source) has \(findings.count) mistakes; no job was made.",
            fields: findings.map { finding in
                let place = finding.place.map { "line \($0.line)" + ($0.character.map { ":\($0)" } ?? "") }
                return FieldError(field: place ?? source, message: finding.message)
            }
        )
    }
}

/// Where something stands in a table; all numbers begin at 1.
package struct RowPlace: Sendable, Hashable {
    package let line: Int
    /// The field of a CSV row; nil elsewhere.
    package var column: Int?
    /// The character in the line, counted in Unicode scalars, at which the field or the mistake begins.
    package var character: Int?

    /// `line 3:7 (column 2)`, as far as it is known.
    var shown: String {
        "line \(line)" + (character.map { ":\($0)" } ?? "") + (column.map { " (column \($0))" } ?? "")
    }

    func add(to object: inout JSONObject) {
        object["line"] = .integer(Int64(line))
        if let column { object["column"] = .integer(Int64(column)) }
        if let character { object["character"] = .integer(Int64(character)) }
    }
}
