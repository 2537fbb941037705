import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepExecution.Failpoint

/// Batches as a person runs them, each step in its sandbox.
@Suite(.timeLimit(.minutes(10)))
struct BatchProgramTests {
    private static func table(_ count: Int) -> String {
        "name,text\n" + (1...count).map { "row-\($0),word \($0)\n" }.joined()
    }

    /// A project whose one step prints what it got in angle brackets.
    private func project(_ script: String = "echo \"<$1>\"", rows: Int = 6) throws -> CommandLineTest {
        let test = try SmallProject.shell(script)
        try test.file("rows.csv", Self.table(rows))
        return test
    }

    private func rows(_ test: CommandLineTest, _ batch: String = "last") async throws -> [JSONValue] {
        let results = try await test.run("batches", "results", batch, "--output", "json")
        return try #require(results.data?["rows"]?.arrayValue, "\(results)")
    }

    private func sql(_ test: CommandLineTest, _ text: String) async throws -> [String] {
        let found = try await test.shell("sqlite3 -cmd '.timeout 20000' .lockstep/lockstep.sqlite \"\(text)\"")
        #expect(found.status == 0, "\(found)")
        return found.stdout.split(separator: "\n").map { String($0) }
    }

    /// The number that a query finds; 0 while there is no database yet.
    private func count(_ test: CommandLineTest, _ text: String) async throws -> Int {
        let found = try await test.shell(
            "sqlite3 -cmd '.timeout 20000' .lockstep/lockstep.sqlite \"\(text)\" 2>/dev/null"
        )
        return found.stdout.split(separator: "\n").first.flatMap { Int($0) } ?? 0
    }

    private static let live = "SELECT count(*) FROM attempts WHERE state = 'running'"

    @Test func `A table becomes jobs, and the results a table`() async throws {
        let test = try project()
        let run = try await test.run("run", "batch", "work", "--inputs", "rows.csv", "--max-parallel", "3")
        #expect(run.status == 0, "\(run)")
        #expect(run.stderr.contains("completed after") && run.stderr.contains("6 completed"), "\(run)")
        let csv = try await test.run("batches", "results", "last")
        let lines = csv.stdout.split(separator: "\n")
        #expect(lines.first == "row,name,state,job_id,input.text,output.result,error")
        #expect(lines.count == 7)
        #expect(lines[1].hasPrefix("1,row-1,completed,job_") && lines[1].hasSuffix(",word 1,<word 1>,"), "\(lines)")
        let markdown = try await test.run("batches", "results", "last", "--format", "markdown")
        #expect(markdown.stdout.contains("| <word 6> |"), "\(markdown)")
        let list = try await test.run("batches", "list", "--output", "json")
        #expect(list.data?["batches"]?.arrayValue?.first?["counts"]?["completed"] == 6, "\(list)")
        let watched = try await test.run("batches", "watch", "last")
        #expect(watched.status == 0, "\(watched)")
    }

    @Test func `Rows that fail are shown and retried alone`() async throws {
        let test = try project(
            "case \"$1\" in *2|*4) [ -e /tool/mended ] || { echo no >&2; exit 3; };; esac; echo \"<$1>\""
        )
        let run = try await test.run("run", "batch", "work", "--inputs", "rows.csv")
        #expect(run.status == 3, "\(run)")
        #expect(run.stderr.contains("row 2 row-2 failed") && run.stderr.contains("batches retry"), "\(run)")
        let failed = try await test.run("batches", "results", "last", "--failed", "--output", "json")
        #expect(failed.data?["rows"]?.arrayValue?.map { $0["row"] } == [2, 4], "\(failed)")
        try test.file("tools-registry/shell/mended", "")
        let retried = try await test.run("batches", "retry", "last")
        #expect(retried.status == 0, "\(retried)")
        #expect(try await rows(test).map { $0["outputs"]?["result"]?.stringValue } == (1...6).map { "<word \($0)>" })
        #expect(try await sql(test, "SELECT count(*) FROM attempts") == ["8"])
    }

    @Test func `Wrong rows are all reported, and nothing runs`() async throws {
        let test = try SmallProject.inputs()
        try test.file("rows.csv", "document,level,count\nnote.txt,low,1\nmissing.txt,high,1\nnote.txt,middle,x\n")
        let run = try await test.run("run", "batch", "copy", "--inputs", "rows.csv")
        #expect(run.status == 4, "\(run)")
        for part in [
            "line 3:1 (column 1) document", "line 4:10 (column 2) level", "line 4:17 (column 3) count",
            "2 rows are not valid of 3",
        ] {
            #expect(run.stderr.contains(part), "\(part): \(run)")
        }
        #expect(try await test.run("batches", "list").stdout == "")
        let some = try await test.run("run", "batch", "copy", "--inputs", "rows.csv", "--skip-invalid")
        #expect(some.status == 0 && some.stderr.contains("2 left out as not valid"), "\(some)")
        #expect(some.stderr.contains("line 3:1 (column 1): document there is no file"), "\(some)")
    }

    @Test func `Of very many wrong rows it is said how many are not shown`() async throws {
        let test = try project(rows: 1)
        let wrong = String(repeating: "{\"txet\": 1}\n", count: 1200)
        try test.file("rows.jsonl", wrong + "{\"text\": \"fine\"}\n")
        let run = try await test.run("run", "batch", "work", "--inputs", "rows.jsonl", "--skip-invalid")
        #expect(run.status == 0, "\(run.stderr.suffix(500))")
        #expect(run.stderr.contains("200 more mistakes in rows that were left out"), "\(run.stderr.suffix(500))")
        let refused = try await test.run("run", "batch", "work", "--inputs", "rows.jsonl")
        #expect(refused.stderr.contains("there are 200 more"), "\(refused.stderr.suffix(500))")
    }

    @Test func `A list of more files than may be open is taken`() async throws {
        let test = try SmallProject.inputs()
        try test.file(
            "workflows/many.yaml",
            """
            workflow_id: many
            name: Many
            version: 1.0.0
            input_variables:
              - { variable_id: documents, required: true, schema: { type: array, items: { type: file } } }
              - { variable_id: document, required: true, schema: { type: file } }
            steps:
              - step_id: copy
                tool: copier
                parameter_mappings: { document: document }
                output_mappings: { copy: copied }
            outputs: [copied]
            """
        )
        let list = (0..<300).map { _ in "\"note.txt\"" }.joined(separator: ",")
        let run = try await test.shell(
            "ulimit -n 200; \"$LOCKSTEP\" run workflow many -i 'documents=[\(list)]' -i document=note.txt --queue"
        )
        #expect(run.status == 0, "\(run)")
    }

    @Test func `What has ended is not gone on with`() async throws {
        let test = try project(rows: 2)
        #expect(try await test.run("run", "batch", "work", "--inputs", "rows.csv").status == 0)
        for words in [["batches", "resume", "last"], ["batches", "resume", "last", "--detach"]] {
            let resumed = try await test.start(words).result()
            #expect(resumed.status != 0 && resumed.stderr.contains("batches retry"), "\(resumed)")
        }
    }

    @Test func `Files of a pattern are exported as a template says`() async throws {
        let test = try SmallProject.inputs()
        for name in ["a", "b"] { try test.file("in/\(name).txt", "Text \(name).\n") }
        let run = try await test.run("run", "batch", "copy", "--inputs", "in/*.txt", "-i", "level=low")
        #expect(run.status == 0, "\(run)")
        let export = try await test.run("batches", "export", "last", "out", "--template", "{row.name}/{output}")
        #expect(export.status == 0, "\(export)")
        #expect(test.content("out/a/copied.txt") == "Text a.\n" && test.content("out/b/copied.txt") == "Text b.\n")
        #expect(test.content("out/results.csv")?.contains("2,b,completed") == true)
        let again = try await test.run("batches", "export", "last", "out", "--template", "{row.name}/{output}")
        #expect(again.status == 4 && again.stderr.contains("--force"), "\(again)")
        let wrong = try await test.run("batches", "export", "last", "other", "--template", "{row.nme}")
        #expect(wrong.status == 2 && wrong.stderr.contains("{row.name}"), "\(wrong)")
        let flat = try await test.run("batches", "export", "last", "flat", "--template", "all.txt")
        #expect(flat.status == 0 && test.content("flat/all-2.txt") == "Text b.\n", "\(flat)")
    }

    @Test func `Rows come from standard input as well`() async throws {
        let test = try project()
        let run = try await test.shell(
            "printf '{\"text\":\"one\"}\\n{\"text\":\"two\"}\\n' | \"$LOCKSTEP\" run batch work --inputs - --output json"
        )
        #expect(run.status == 0 && run.data?["state"] == "completed" && run.data?["total"] == 2, "\(run)")
    }

    @Test func `Killed at any moment it goes on where it was`() async throws {
        let test = try project("sleep 0.1; echo \"<$1>\"", rows: 12)
        let program = try test.start(["run", "batch", "work", "--inputs", "rows.csv", "--max-parallel", "2"])
        #expect(
            try await eventually { try await count(test, "SELECT count(*) FROM jobs WHERE state = 'completed'") >= 3 },
            "\(program.stderrSoFar)"
        )
        program.send(SIGKILL)
        _ = await program.result()
        let shown = try await test.run("batches", "show", "last")
        #expect(shown.stdout.contains("nobody; `lockstep batches resume"), "\(shown)")
        let resumed = try await test.run("batches", "resume", "last")
        #expect(resumed.status == 0, "\(resumed)")
        try await expectEachRowOnce(test, 12)
    }

    @Test(
        arguments: [Failpoint.beforeRowsStarted, .afterRowsStarted, .afterSupervisorStarted, .beforeSettled],
        [1, 2]
    )
    func `Killed between a row and its job, no row is lost or run twice`(point: Failpoint, nth: Int) async throws {
        let test = try project(rows: 40)
        let killed = try await test.shell(
            "\"$LOCKSTEP\" run batch work --inputs rows.csv --max-parallel 2",
            environment: ["LOCKSTEP_FAILPOINT": "\(point.rawValue):\(nth)"]
        )
        #expect(killed.status == 128 + 9, "\(killed)")
        let resumed = try await test.run("batches", "resume", "last")
        #expect(resumed.status == 0, "\(resumed)")
        try await expectEachRowOnce(test, 40)
    }

    /// Expects that every row has one job that completed, each step succeeded once, and that the log is sound.
    private func expectEachRowOnce(_ test: CommandLineTest, _ count: Int) async throws {
        #expect(
            try await rows(test).map { $0["outputs"]?["result"]?.stringValue } == (1...count).map { "<word \($0)>" }
        )
        #expect(try await sql(test, "SELECT count(*) FROM jobs") == ["\(count)"])
        #expect(try await sql(test, "SELECT count(*) FROM attempts WHERE state = 'succeeded'") == ["\(count)"])
        let verified = try await test.run("events", "verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test func `Ctrl-C cancels it, and the rest can be run later`() async throws {
        let test = try project("while [ ! -e /tool/go ]; do sleep 0.05; done; echo \"<$1>\"", rows: 5)
        let program = try test.start(["run", "batch", "work", "--inputs", "rows.csv", "--max-parallel", "2"])
        #expect(
            try await eventually { try await count(test, Self.live) == 2 },
            "\(program.stderrSoFar)"
        )
        program.send(SIGINT)
        let result = await program.result()
        #expect(result.status == 130 && result.stderr.contains("cancelled after"), "\(result)")
        try test.file("tools-registry/shell/go", "")
        let retried = try await test.run("batches", "retry", "last")
        #expect(retried.status == 0, "\(retried)")
        #expect(try await rows(test).allSatisfy { $0["state"] == "completed" })
    }

    @Test func `Detached it runs by itself and can be cancelled from elsewhere`() async throws {
        let test = try project("sleep 30", rows: 4)
        let run = try await test.run("run", "batch", "work", "--inputs", "rows.csv", "--detach")
        #expect(run.status == 0 && run.stdout.hasPrefix("batch_"), "\(run)")
        #expect(
            try await eventually { try await count(test, Self.live) > 0 }
        )
        let second = try await test.run("batches", "resume", "last", "--detach")
        #expect(second.status != 0 && second.stderr.contains("batches watch"), "\(second)")
        let shown = try await test.run("batches", "show", "last")
        #expect(shown.stdout.contains("/.lockstep/batches/batch_"), "\(shown)")
        let cancelled = try await test.run("batches", "cancel", "last", "--reason", "enough")
        #expect(cancelled.status == 0, "\(cancelled)")
        let watched = try await test.run("batches", "watch", "last")
        #expect(watched.status == 130, "\(watched)")
        #expect(try await sql(test, "SELECT count(*) FROM jobs WHERE state = 'completed'") == ["0"])
    }
}
