package import LockstepJSON
package import LockstepModel

/// What a value must be like.
package struct Expected: Sendable {
    package indirect enum Form: Sendable {
        /// A scalar, or with `exactly` anything, that must be equal.
        case equal(JSONValue)
        /// An object that has at least these members.
        case members([(name: String, expected: Expected)])
        /// A list of exactly these items.
        case items([Expected])
        /// `matches`: a text in which the pattern is found.
        case matches(Pattern)
        /// `contains`: a text with this part, or a list with such an item.
        case contains(Expected)
        /// `near` and `within`: a number.
        case near(Double, within: Double)
        /// `any: true`: has a value, also null.
        case any
        /// `absent: true`: has no value, or null.
        case absent
    }

    package let form: Form
    /// Where it stands in the test file.
    package let pointer: JSONPointer

    package init(_ form: Form, at pointer: JSONPointer) {
        self.form = form
        self.pointer = pointer
    }

    /// For a message: what is expected, in one line.
    var shown: String {
        switch form {
        case .equal(let value): value.description
        case .members(let members): "an object with \(members.map(\.name).joined(separator: ", "))"
        case .items(let items): "a list of \(items.count) \(items.count == 1 ? "item" : "items")"
        case .matches(let pattern): "a text that matches \(pattern.source)"
        case .contains(let part): "something that contains \(part.shown)"
        case .near(let number, let within): "\(JSONValue.number(number)) ± \(JSONValue.number(within))"
        case .any: "any value"
        case .absent: "no value"
        }
    }
}

/// One way in which something is not as a test wants it.
package struct TestMismatch: Sendable, Hashable {
    /// What it is about, for a person: `steps.extract.parameters.keep_layout`.
    package let subject: String
    /// Where the expectation stands in the test file.
    package let pointer: JSONPointer
    /// What was expected and what was found; single lines, unless both are texts of several.
    package let expected: String
    package let actual: String
    /// Lines that say more, such as the job's error.
    package var notes: [String]

    package init(_ subject: String, at pointer: JSONPointer, expected: String, actual: String, notes: [String] = []) {
        self.subject = subject
        self.pointer = pointer
        self.expected = expected
        self.actual = actual
        self.notes = notes
    }
}
