import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

struct BatchRowCheckTests {
    private func checked(
        _ fixture: EngineFixture,
        _ text: String,
        shared: [GivenInput] = []
    ) throws -> (rows: [CheckedRow], variables: [InputVariable]) {
        let variables = try fixture.workspace.catalog.workflow(WorkflowID("pair")).workflow.inputVariables
        let path = try fixture.folder.write(text, to: "table/rows.csv")
        var rows = try CheckedRows(.csv(path), variables: variables, shared: shared, folder: "/nowhere")
        var checked: [CheckedRow] = []
        while let row = try rows.next() { checked.append(row) }
        return (checked, variables)
    }

    @Test func `a job made from a checked row has the values that the row says`() async throws {
        let fixture = try EngineFixture()
        try fixture.folder.write("other words\n", to: "table/own.txt")
        let shared = [fixture.input("document", "doc.txt"), fixture.input("times", "2")]
        let (rows, variables) = try checked(
            fixture,
            "word,times,doc\nhello,3,own.txt\ngoodbye,,\nhello,9,../doc.txt\n",
            shared: shared
        )
        #expect(rows.map(\.problems) == [[], [], []])
        #expect(try fixture.folder.names(in: ".lockstep/assets") == ["incoming"], "a file was stored")
        var seen: [[String]] = []
        for row in rows {
            let row = try #require(row.row)
            let job = try await fixture.service.createJob(
                try fixture.request(row.given(with: shared, for: variables)),
                as: fixture.actor
            )
            let file = try #require(FileValue(json: job.inputValues["doc"] ?? .null))
            let values = ["word", "times"].map { job.inputValues[$0]?.description ?? "" }
            seen.append([file.name, String(file.size)] + values)
        }
        #expect(
            seen == [
                ["own.txt", "12", "\"hello\"", "3"], ["doc.txt", "11", "\"goodbye\"", "2"],
                ["doc.txt", "11", "\"hello\"", "9"],
            ]
        )
    }

    @Test func `what createJob refuses is refused in the row, all at once and in the same words`() async throws {
        let fixture = try EngineFixture()
        try fixture.folder.write("", to: "table/empty.txt")
        try fixture.folder.write("%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", to: "table/report.txt")
        let table = "doc,word,times\nnone.txt,hullo,many\n.,,0\nempty.txt,hello,1.5\nreport.txt,\"\",\n,goodbye,99\n"
        let (rows, _) = try checked(fixture, table)
        let folder = fixture.folder.path("table")
        for (row, cells) in zip(rows, table.split(separator: "\n").dropFirst()) {
            let cells = cells.split(separator: ",", omittingEmptySubsequences: false).map {
                $0 == "\"\"" ? "" : String($0)
            }
            let inputs = zip(["doc", "word", "times"], cells).filter { !$1.isEmpty }
                .map { GivenInput(name: $0, value: .text($1), folder: folder) }
            let error = await #expect(throws: JobError.self) {
                try await fixture.service.createJob(try fixture.request(inputs), as: fixture.actor)
            }
            #expect(row.row == nil)
            #expect(row.problems.map(\.field) == error?.fields.map(\.field))
            for (problem, field) in zip(row.problems, error?.fields ?? []) {
                let isSame =
                    problem.message == field.message || problem.message.hasPrefix("is required and was not given")
                #expect(isSame, "\(problem.message) / \(field.message)")
            }
        }
        #expect(rows.map { $0.problems.map { $0.column ?? 0 } } == [[1, 2, 3], [1, 2, 3], [1, 3], [1, 2], [1, 3]])
        #expect(rows[0].problems.map(\.character) == [1, 10, 16])
    }

    @Test func `shared inputs are checked once, before any row`() throws {
        let fixture = try EngineFixture()
        let error = #expect(throws: JobError.self) {
            try checked(
                fixture,
                "word\nhello\n",
                shared: [fixture.input("document", "none.txt"), fixture.input("tmies", "3")]
            )
        }
        #expect(error?.fields.map(\.field) == ["tmies", "doc"])
        #expect(error?.fields.first?.message.contains("did you mean times?") == true)
    }

    @Test func `several mistakes of a header come as fields with their places`() throws {
        let fixture = try EngineFixture()
        let error = #expect(throws: JobError.self) { try checked(fixture, "word,dcc,\nhello\n") }
        #expect(error?.code == .validationError)
        #expect(error?.fields.map(\.field) == ["line 1:6", "line 1:10"])
    }

    @Test func `a problem is shown and written with its place`() throws {
        let fixture = try EngineFixture()
        let (rows, _) = try checked(fixture, "doc,word\n../doc.txt,hullo\n")
        let problem = try #require(rows.first?.problems.first)
        #expect(problem.description == "line 2:12 (column 2): word must be one of hello, goodbye; it is hullo")
        #expect(
            problem.json == [
                "row": 1, "line": 2, "column": 2, "character": 12, "field": "word", "message": .string(problem.message),
            ]
        )
    }
}
