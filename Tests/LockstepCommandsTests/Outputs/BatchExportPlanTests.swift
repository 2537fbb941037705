import LockstepCommands
import LockstepJSON
import LockstepModel
import Testing

struct BatchExportPlanTests {
    private static let workflow = Workflow(
        id: WorkflowID("w"),
        name: "W",
        version: "1",
        inputVariables: [InputVariable(id: "x", schema: ValueSchema(json: ["type": "string"]))],
        steps: [],
        outputs: []
    )

    /// Where files of one name go, one of each row.
    private func paths(_ template: String, _ file: String, _ rows: [(name: String?, x: JSONValue?)]) throws -> [String]
    {
        var plan = try BatchExportPlan(template, Self.workflow)
        let value = try #require(FileValue(json: JobFixture.file(file)))
        return rows.enumerated().map { index, row in
            var inputs = JSONObject()
            inputs["x"] = row.x
            let result = BatchRowResult(number: index + 1, line: nil, name: row.name, inputs: inputs, state: .completed)
            return plan.path(of: value, "out", index: nil, row: result)
        }
    }

    @Test func `The table of all rows keeps its name`() throws {
        #expect(
            try paths("{file}", "results.csv", [(nil, nil), (nil, nil)]) == ["results-2.csv", "results-3.csv"]
        )
        #expect(try paths("{row.name}/{file}", "a.txt", [("Results.csv", nil)]) == ["Results.csv_/a.txt"])
    }

    @Test func `A number keeps the extension, and the name is never longer than a file system takes`() throws {
        let long = String(repeating: "n", count: 300)
        let found = try paths("{row.name}/{file}", long + ".txt", [("a", nil), ("a", nil)])
        #expect(found == ["a/\(long.prefix(251)).txt", "a/\(long.prefix(249))-2.txt"])
        #expect(try paths("{row.name}", "f", [(long, nil), (long, nil)]).map(\.utf8.count) == [255, 255])
    }

    @Test func `An empty value is a folder as well, so that no file stands where a folder must`() throws {
        let rows: [(name: String?, x: JSONValue?)] = [("a", ""), ("b", "deep"), ("c", nil), ("d", "/"), ("e", [])]
        #expect(
            try paths("{row.x}/{file}", "a.txt", rows)
                == ["none/a.txt", "deep/a.txt", "none/a-2.txt", "none/a-3.txt", "[]/a.txt"]
        )
    }

    @Test func `A slash makes no folder, whatever mark follows it`() throws {
        #expect(
            try paths("{row.name}/{file}", "\u{301}a.txt", [("x/\u{301}y", nil)]) == ["x_\u{301}y/\u{301}a.txt"]
        )
    }

    @Test func `Many files of one name are numbered in turn`() throws {
        let found = try paths("all.txt", "f", Array(repeating: (nil, nil), count: 20_000))
        #expect(found.prefix(3) == ["all.txt", "all-2.txt", "all-3.txt"])
        #expect(found.last == "all-20000.txt")
    }
}
