import Foundation
import LockstepJSON
import LockstepModel
import Testing

/// `Documentation/Schemas.md` says what the program does.
struct SchemasPageTests {
    private static func page() throws -> String {
        var folder = URL(filePath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return String(decoding: try Data(contentsOf: folder.appending(path: "Documentation/Schemas.md")), as: UTF8.self)
    }

    /// The JSON blocks, each with the heading above it.
    private static func examples() throws -> [(heading: String, json: JSONValue)] {
        var examples: [(heading: String, json: JSONValue)] = []
        var heading = ""
        var block: [Substring]?
        for line in try page().split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```json" {
                block = []
            } else if line == "```", let lines = block {
                examples.append((heading, try JSONValue(parsing: lines.joined(separator: "\n"))))
                block = nil
            } else if block != nil {
                block?.append(line)
            } else if line.hasPrefix("#") {
                heading = line.drop { "# `".contains($0) }.filter { $0 != "`" }
            }
        }
        return examples
    }

    @Test
    func `Every example fits and is refused as the page says`() throws {
        let examples = try Self.examples().filter { $0.json["fits"] != nil }
        for example in examples {
            let schema = try ValueSchema(decoding: try #require(example.json["schema"]))
            for value in try #require(example.json["fits"]?.arrayValue) {
                #expect(schema.violations(in: value).isEmpty, "\(example.heading)")
            }
            for refused in try #require(example.json["refused"]?.arrayValue) {
                let value = try #require(refused["value"])
                let first = try #require(schema.violations(in: value).first, "\(example.heading)")
                let place = first.pointer.tokens.isEmpty ? "" : "\(first.pointer) "
                #expect(place + first.message == refused["message"]?.stringValue)
            }
        }
        #expect(examples.map(\.heading).sorted() == SchemaKeyword.allCases.map(\.rawValue).sorted())
    }

    @Test
    func `Every refusal is said as on the page`() throws {
        let refusals = try #require(try Self.examples().first { $0.heading == "What is refused" }?.json.arrayValue)
        #expect(refusals.count >= 5)
        for refusal in refusals {
            let problems = ValueSchema.decode(try #require(refusal["schema"]), at: JSONPointer()).problems
            #expect(problems.map(\.message) == [refusal["problem"]?.stringValue])
        }
    }

    @Test
    func `The tables name every format and every keyword that is refused`() throws {
        let rows = try Self.page().split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").map { $0.filter { $0 != "`" }.trimmingCharacters(in: .whitespaces) } }
        let formats = rows.filter { $0.count == 4 }
        #expect(formats.map { $0[0] } == TextFormat.allCases.map(\.rawValue))
        for row in formats {
            let format = try #require(TextFormat(rawValue: row[0]))
            #expect(format.accepts(row[1]), "\(row)")
            #expect(!format.accepts(row[2]), "\(row)")
        }
        let refused = rows.filter { $0.count == 2 }
        #expect(refused.map { $0[0] } == SchemaKeyword.refused.keys.sorted())
        for row in refused {
            let problems = ValueSchema.decode([row[0]: true], at: JSONPointer()).problems
            let said = problems.map { $0.message.filter { $0 != "`" } }
            #expect(said == ["\(row[0]) is not supported; \(row[1])"])
        }
    }
}
