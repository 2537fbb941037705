package import LockstepJSON
package import LockstepModel

/// Compares values with expectations and gathers everything that differs, each at its deepest place.
package struct ExpectationComparison {
    package private(set) var mismatches: [TestMismatch] = []
    /// The bytes of a stored file as text; nil when there are none.
    private let content: (FileValue) -> String?
    /// The name by which an expectation asks for what is in a file.
    private static let contentName = "content"

    package init(content: @escaping (FileValue) -> String? = { _ in nil }) {
        self.content = content
    }

    package mutating func note(_ mismatch: TestMismatch) { mismatches.append(mismatch) }

    /// - Parameters:
    ///   - actual: Nil when there is no value.
    ///   - subject: What the value is called in a message.
    package mutating func compare(_ expected: Expected, with actual: JSONValue?, subject: String) {
        if case .absent = expected.form {
            if let actual, actual != .null { fail(expected, actual, subject) }
            return
        }
        guard let actual else { return fail(expected, nil, subject) }
        switch expected.form {
        case .any, .absent: break
        case .equal(let value): compare(value, actual, expected, subject)
        case .members(let members):
            guard let object = actual.objectValue else { return fail(expected, actual, subject) }
            let file = FileValue(json: actual)
            for (name, member) in members {
                var value = object[name]
                if value == nil, name == Self.contentName, let file { value = content(file).map { .string($0) } }
                compare(member, with: value, subject: Self.subject(subject, name))
            }
        case .items(let items): compareItems(items, actual, expected, subject)
        case .matches(let pattern):
            guard let text = actual.stringValue, (try? pattern.firstMatch(in: text)) != nil else {
                return fail(expected, actual, subject)
            }
        case .contains(let part):
            let isThere =
                if let text = actual.stringValue, case .equal(.string(let wanted)) = part.form {
                    text.contains(wanted)
                } else {
                    actual.arrayValue?.contains { fits(part, $0) } ?? false
                }
            if !isThere { fail(expected, actual, subject) }
        case .near(let number, let within):
            guard let value = actual.doubleValue, abs(value - number) <= within else {
                return fail(expected, actual, subject)
            }
        }
    }

    /// Goes into equal kinds, so that only what differs is named.
    private mutating func compare(
        _ value: JSONValue,
        _ actual: JSONValue,
        _ expected: Expected,
        _ subject: String
    ) {
        switch (value, actual) {
        case (.object(let wanted), .object(let found)):
            for (name, member) in wanted {
                compare(
                    Expected(.equal(member), at: expected.pointer),
                    with: found[name],
                    subject: Self.subject(subject, name)
                )
            }
            for (name, member) in found where !wanted.contains(name) {
                fail(Expected(.absent, at: expected.pointer), member, Self.subject(subject, name))
            }
        case (.array(let wanted), .array):
            let items = wanted.map { Expected(.equal($0), at: expected.pointer) }
            compareItems(items, actual, expected, subject)
        default: if value != actual { fail(expected, actual, subject) }
        }
    }

    private mutating func compareItems(
        _ items: [Expected],
        _ actual: JSONValue,
        _ expected: Expected,
        _ subject: String
    ) {
        guard let found = actual.arrayValue, found.count == items.count else { return fail(expected, actual, subject) }
        for (index, (item, value)) in zip(items, found).enumerated() {
            compare(item, with: value, subject: "\(subject)[\(index)]")
        }
    }

    private func fits(_ expected: Expected, _ actual: JSONValue) -> Bool {
        var comparison = ExpectationComparison(content: content)
        comparison.compare(expected, with: actual, subject: "")
        return comparison.mismatches.isEmpty
    }

    private mutating func fail(_ expected: Expected, _ actual: JSONValue?, _ subject: String) {
        if case .equal(.string(let wanted)) = expected.form, let found = actual?.stringValue,
            wanted.contains("\n") || found.contains("\n")
        {
            return note(TestMismatch(subject, at: expected.pointer, expected: wanted, actual: found))
        }
        var wanted = expected.shown
        if case .items(let items) = expected.form {
            wanted = "[\(items.map(\.shown).joined(separator: ","))]"
        }
        let found = actual.map { $0.description } ?? "no value"
        note(TestMismatch(subject, at: expected.pointer, expected: wanted, actual: found))
    }

    private static func subject(_ parent: String, _ name: String) -> String {
        parent.isEmpty ? name : "\(parent).\(name)"
    }
}
