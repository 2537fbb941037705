/// Why an operation on jobs was refused: a code for programs, a message for a person that says what to do next.
package struct JobError: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: JobErrorCode
    package let message: String
    /// One entry a field for `VALIDATION_ERROR`, by variable id, in the order of the definition.
    package let fields: [FieldError]

    package init(_ code: JobErrorCode, _ message: String, fields: [FieldError] = []) {
        self.code = code
        self.message = message
        self.fields = fields
    }

    package var description: String { "\(code.rawValue): \(message)" }
}

/// What is wrong with one input.
package struct FieldError: Sendable, Hashable {
    /// The variable's id, or what the user called it when there is no such variable.
    package let field: String
    package let message: String

    package init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}
