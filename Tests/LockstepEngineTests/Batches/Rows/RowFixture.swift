import Foundation
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport

/// A folder for tables, and inputs of every kind to read them for.
struct RowFixture {
    let folder: TemporaryFolder
    var variables: [InputVariable] = [
        InputVariable(id: "word", isRequired: true, schema: ValueSchema(json: ["type": "string"])),
        InputVariable(id: "count", name: "how_many", schema: ValueSchema(json: ["type": "integer", "minimum": 1])),
        InputVariable(id: "depth", schema: ValueSchema(json: ["type": "string", "enum": ["basic", "full"]])),
        InputVariable(id: "doc", schema: ValueSchema(json: ["type": "file", "mime_types": ["text/plain"]])),
        InputVariable(id: "tags", schema: ValueSchema(json: ["type": "array", "items": ["type": "string"]])),
    ]

    init() throws {
        folder = try TemporaryFolder()
    }

    /// One row as it was checked, or the sentence that it ended with.
    enum Line: Equatable {
        case row(JSONValue, name: String? = nil)
        /// `row@line:column:character field: message`.
        case wrong([String])
        /// `line:column:character message`.
        case ended([String])
    }

    /// Everything that reading and checking a source gives, its end included when that is a refusal.
    func lines(_ source: BatchSource, shared: [GivenInput] = [], standardInput: Int32 = 0) throws -> [Line] {
        var lines: [Line] = []
        do {
            let check = try BatchRowCheck(variables: variables, shared: shared)
            var reader = try BatchRowReader(
                source,
                variables: variables,
                folder: folder.path,
                standardInput: standardInput
            )
            try check.require(columns: reader.columns, of: source)
            do {
                while let row = try reader.next() { lines.append(line(try check.check(row))) }
            } catch {
                lines.append(ended(error))
                // What broke stays broken.
                if try reader.next() != nil { lines.append(.ended(["it went on"])) }
            }
        } catch let problem as BatchProblem {
            lines.append(ended(problem))
        }
        return lines
    }

    func lines(csv text: String, shared: [GivenInput] = []) throws -> [Line] {
        try lines(.csv(try folder.write(text, to: "rows.csv")), shared: shared)
    }

    func lines(jsonLines text: String) throws -> [Line] {
        try lines(.jsonLines(try folder.write(text, to: "rows.jsonl")))
    }

    private func line(_ checked: CheckedRow) -> Line {
        if let row = checked.row, checked.problems.isEmpty { return .row(.object(row.inputs), name: row.name) }
        return .wrong(
            checked.problems.map {
                "\($0.row)@\(Self.shown($0.place)) \($0.field ?? "-"): \($0.message)"
            }
        )
    }

    private func ended(_ problem: BatchProblem) -> Line {
        .ended(problem.findings.map { "\($0.place.map(Self.shown) ?? "-") \($0.message)" })
    }

    private static func shown(_ place: RowPlace) -> String {
        "\(place.line):\(place.column.map(String.init) ?? "-"):\(place.character.map(String.init) ?? "-")"
    }
}

extension RowFixture.Line {
    /// Whether it is a refusal whose findings begin with these texts, one each.
    func refuses(_ beginnings: [String]) -> Bool {
        let texts: [String] =
            switch self {
            case .row: []
            case .wrong(let texts), .ended(let texts): texts
            }
        return texts.count == beginnings.count && zip(texts, beginnings).allSatisfy { $0.hasPrefix($1) }
    }
}
