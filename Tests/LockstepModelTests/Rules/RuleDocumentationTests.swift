import Foundation
import LockstepJSON
import LockstepModel
import Testing

/// The tables of `Documentation/Rules.md`: each row is a rule, its variables and the value.
struct RuleDocumentationTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let rule: String
        let variables: String
        let value: String
        var testDescription: String { rule }
    }

    static let examples: [Example] = {
        var folder = URL(filePath: #filePath)
        while folder.path() != "/" {
            folder.deleteLastPathComponent()
            let page = folder.appending(path: "Documentation/Rules.md")
            guard let text = try? String(contentsOf: page, encoding: .utf8) else { continue }
            return text.split(separator: "\n").compactMap { line in
                let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                    .map { $0.trimmingCharacters(in: .whitespaces) }
                guard cells.count == 6, cells[1].hasPrefix("`"), cells[2].hasPrefix("`"), cells[3].hasPrefix("`")
                else { return nil }
                let parts = cells.map { $0.trimmingCharacters(in: ["`"]) }
                return Example(rule: parts[1], variables: parts[2], value: parts[3])
            }
        }
        return []
    }()

    @Test(arguments: examples)
    func `Every example has the value that the page says`(example: Example) throws {
        let (rule, problems) = Rule.decode(try JSONValue(parsing: example.rule), at: JSONPointer())
        #expect(problems.isEmpty)
        let members = try #require(try JSONValue(parsing: example.variables).objectValue)
        let variables = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })
        let value = try #require(rule).value(in: variables)
        // As text, because 1 and 1.0 are equal values.
        let wanted = try JSONValue(parsing: example.value)
        #expect(JSONWriter.text(value, style: .canonical) == JSONWriter.text(wanted, style: .canonical))
    }

    @Test
    func `Every operator has an example`() {
        let rules = Self.examples.map(\.rule).joined()
        for name in RuleOperator.allCases { #expect(rules.contains("{\"\(name.rawValue)\":"), "\(name.rawValue)") }
    }
}
