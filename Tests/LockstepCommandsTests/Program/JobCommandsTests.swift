import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// The commands that make, ready, run and change a job, with the real program.
@Suite(.timeLimit(.minutes(10)))
struct JobCommandsTests {
    /// Runs `lockstep jobs …` and expects it to succeed.
    @discardableResult
    private func jobs(_ test: CommandLineTest, _ arguments: String...) async throws -> JSONValue {
        let run = try await test.start(["jobs"] + arguments + ["--output", "json"]).result()
        #expect(run.status == 0, "\(arguments): \(run)")
        return run.data ?? .null
    }

    @Test
    func `A draft takes its inputs one by one and is started when all are valid`() async throws {
        let test = try SmallProject.inputs()
        let made = try await jobs(test, "create", "copy", "--draft", "-i", "level=odd")
        #expect(made["state"] == "draft")
        let id = try #require(made["job_id"]?.stringValue)
        let wrong = try await test.run("jobs", "validate", id, "--output", "json")
        #expect(wrong.status == ExitStatus.invalid.rawValue, "\(wrong)")
        #expect(wrong.json?["error_code"] == "VALIDATION_ERROR", "\(wrong)")
        #expect(wrong.json?["fields"]?.arrayValue?.count == 2, "\(wrong)")
        let unknown = try await test.run("jobs", "set-input", id, "levle=low")
        #expect(unknown.status == ExitStatus.invalid.rawValue, "\(unknown)")
        #expect(unknown.stderr.contains("did you mean level?"), "\(unknown)")
        let early = try await test.run("jobs", "start", id)
        #expect(early.status == ExitStatus.invalid.rawValue, "\(early)")
        try test.file("doc.txt", "words\n")
        let ready = try await jobs(test, "set-input", id, "document=doc.txt", "level=low")
        #expect(ready["state"] == "queued", "\(ready)")
        #expect(try await jobs(test, "clear-inputs", id)["state"] == "draft")
        try await jobs(test, "set-input", id, "document=doc.txt", "level=low")
        let run = try await test.run("jobs", "start", id, "--output", "json")
        #expect(run.status == 0, "\(run)")
        #expect(run.data?["state"] == "completed", "\(run)")
        let again = try await test.run("jobs", "set-input", id, "level=high", "--output", "json")
        #expect(again.json?["error_code"] == "INVALID_TRANSITION", "\(again)")
    }

    @Test
    func `Steps are run one at a time, and a failed job is retried, reset and deleted`() async throws {
        let test = try SmallProject.shell("echo one")
        try test.file("workflows/work.yaml", Self.twoSteps)
        try test.file("tools-registry/broken.yaml", Self.broken)
        let id = try #require(try await jobs(test, "create", "work")["job_id"]?.stringValue)
        let first = try await test.run("jobs", "step", id, "--output", "json")
        #expect(first.status == 0, "\(first)")
        #expect(first.data?["state"] == "paused", "\(first)")
        #expect(first.data?["steps"]?.arrayValue?.map { $0["status"] } == ["COMPLETED", "PENDING"], "\(first)")
        #expect(first.stderr.contains("jobs resume"), "\(first)")
        let resumed = try await test.run("jobs", "resume", id, "--output", "json")
        #expect(resumed.status == ExitStatus.failed.rawValue, "\(resumed)")
        #expect(resumed.json?["success"] == false && resumed.data?["state"] == "failed", "\(resumed)")
        let retried = try await test.run("jobs", "retry", id, "--output", "json")
        #expect(retried.data?["state"] == "failed", "\(retried)")
        #expect(retried.data?["steps"]?.arrayValue?.first?["status"] == "COMPLETED", "\(retried)")
        let attempts = try await test.run("jobs", "logs", id, "--output", "json")
        #expect(attempts.data?["logs"]?.arrayValue?.contains { $0["attempt"] == 2 } == true, "\(attempts)")
        #expect(try await jobs(test, "reset", id, "--reason", "anew")["state"] == "queued")
        #expect(try await jobs(test, "cancel", id)["state"] == "cancelled")
        #expect(try await jobs(test, "cancel", id, "--to", "queued", "--reason", "a mistake")["state"] == "queued")
        let nowhere = try await test.run("jobs", "cancel", id, "--to", "nowhere")
        #expect(nowhere.status == ExitStatus.invalid.rawValue && nowhere.stderr.contains("completed"), "\(nowhere)")
        try await jobs(test, "delete", id)
        let gone = try await test.run("jobs", "show", id)
        #expect(gone.status == ExitStatus.notFound.rawValue, "\(gone)")
    }

    private static let twoSteps = """
        workflow_id: work
        name: Work
        version: 1.0.0
        steps:
          - { step_id: first, tool: shell, output_mappings: { out: one } }
          - { step_id: second, tool: broken }
        outputs: [one]
        """

    private static let broken = """
        tool_id: broken
        name: Broken
        version: 1.0.0
        command: ["false"]
        """

    @Test
    func `A job without a workflow is told how its work goes on`() async throws {
        let test = try SmallProject.shell("true")
        let made = try await jobs(
            test,
            "create",
            "--external",
            "--name",
            "Reading",
            "--agent",
            "reader",
            "--max-cost",
            "20",
            "--timeout",
            "3600",
            "--plan",
            "p",
            "--plan-step",
            "0",
            "--batch",
            "b",
            "--schedule",
            "s"
        )
        let id = try #require(made["job_id"]?.stringValue)
        #expect(made["assigned_agent"] == "reader" && made["max_cost"] == "20" && made["plan_step_index"] == 0)
        for (option, value) in [("--plan", "p"), ("--batch", "b"), ("--schedule", "s"), ("--actor", "reader")] {
            #expect(try await jobs(test, "list", option, value)["jobs"]?.arrayValue?.count == 1, "\(option)")
            #expect(try await jobs(test, "list", option, "other")["jobs"]?.arrayValue?.isEmpty == true, "\(option)")
        }
        #expect(try await jobs(test, "progress", id, "5")["warning"] != .null)
        #expect(try await jobs(test, "start", id)["state"] == "running")
        #expect(try await jobs(test, "progress", id, "40", "--message", "page 4")["job"]?["progress"] == 40)
        let negative = try await test.run("jobs", "progress", id, "--output", "json", "--", "-1")
        #expect(negative.json?["error_code"] == "VALIDATION_ERROR", "\(negative)")
        try test.file("checkpoint.json", #"{"step_index": 3, "execution_context": {"file": "b.csv"}}"#)
        try await jobs(test, "checkpoint", id, "--save", "checkpoint.json")
        let kept = try await jobs(test, "checkpoint", id)
        #expect(kept["checkpoint_data"]?["step_index"] == 3)
        let broken = try await test.shell(#"echo '{' | "$LOCKSTEP" jobs checkpoint last --save - --output json"#)
        #expect(broken.json?["error_code"] == "VALIDATION_ERROR", "\(broken)")
        #expect(try await jobs(test, "cost", id, "2.5")["actual_cost"] == "2.5")
        let text = try await test.run("jobs", "cost", id, "much")
        #expect(text.status == ExitStatus.invalid.rawValue && text.stderr.contains("no amount"), "\(text)")
        #expect(try await jobs(test, "assign", id, "writer")["assigned_agent"] == "writer")
        #expect(try await jobs(test, "update", id, "--name", "Writing")["name"] == "Writing")
        let stale = try await test.run("jobs", "complete", id, "--if-version", "1", "--output", "json")
        #expect(stale.json?["error_code"] == "CONCURRENCY_ERROR", "\(stale)")
        let done = try await jobs(test, "complete", id, "--result", #"{"pages": 9}"#, "--cost", "0.25")
        #expect(done["status"] == "COMPLETED" && done["actual_cost"] == "2.75" && done["output_data"]?["pages"] == 9)
    }

    @Test
    func `External jobs fail, end in part and wait for tasks`() async throws {
        let test = try SmallProject.shell("true")
        let id = try #require(try await jobs(test, "create", "--external", "--name", "Late")["job_id"]?.stringValue)
        try await jobs(test, "link-task", id, "approval", "--metadata", #"{"order": 1}"#)
        let tasks = try await jobs(test, "tasks", id)["tasks"]?.arrayValue
        #expect(tasks?.first?["relationship_type"] == "depends_on" && tasks?.first?["metadata"]?["order"] == 1)
        let early = try await test.run("jobs", "start", id, "--output", "json")
        #expect(early.json?["error_code"] == "DEPENDENCY_ERROR", "\(early)")
        #expect(try await jobs(test, "complete-task", "approval")["jobs"]?.arrayValue?.count == 1)
        #expect(try await jobs(test, "start", id)["state"] == "running")
        try await jobs(test, "unlink-task", id, "approval")
        #expect(try await jobs(test, "tasks", id)["tasks"]?.arrayValue?.isEmpty == true)
        let failed = try await jobs(test, "fail", id, "the source is gone", "--code", "DATA_SOURCE_ERROR")
        #expect(failed["error_code"] == "DATA_SOURCE_ERROR")
        try await jobs(test, "retry", id)
        try await jobs(test, "start", id)
        let partial = try await jobs(test, "partial", id, "one page is missing", "--result", "{}")
        #expect(partial["state"] == "partial" && partial["progress"] == 100)
        let late = try await jobs(test, "create", "--external", "--name", "Later", "--at", "2999-01-01")
        #expect(late["state"] == "scheduled")
        let moved = try await jobs(test, "schedule", "last", "2999-06-01T10:00:00Z")
        #expect(moved["scheduled_at"] == "2999-06-01T10:00:00.000Z")
        let over = try await test.run("jobs", "schedule", "last", "1999-06-01", "--output", "json")
        #expect(over.json?["error_code"] == "SCHEDULE_ERROR", "\(over)")
        let watched = try await test.run("jobs", "watch", id, "--output", "json")
        #expect(watched.status == ExitStatus.partial.rawValue, "\(watched)")
    }

    @Test
    func `Watching shows a job that another process runs, and ends as the job does`() async throws {
        let test = try SmallProject.shell("echo weaving; while [ ! -e /tool/go ]; do sleep 0.05; done; exit 3")
        _ = try await test.run("run", "workflow", "work", "--detach")
        let watch = try test.start(["jobs", "watch", "last"])
        #expect(await eventually { watch.stderrSoFar.contains("1/1 only: started") }, "\(watch.stderrSoFar)")
        let paused = try await jobs(test, "pause", "last", "--reason", "lunch")
        #expect(paused["state"] == "paused")
        #expect(try await jobs(test, "resume", "last")["state"] == "running")
        try test.file("tools-registry/shell/go", "")
        let end = await watch.result()
        #expect(end.status == ExitStatus.failed.rawValue, "\(end)")
        #expect(end.stderr.contains("1/1 only: failed"), "\(end)")
    }

    @Test
    func `What a tool says that it cost counts, and a retry goes on at its checkpoint`() async throws {
        let test = try SmallProject.shell(
            #"""
            echo '{"cost": "0.12"}' >> "$LOCKSTEP_EVENTS"
            if [ -e "$LOCKSTEP_CHECKPOINT/page" ]; then echo "went on at page $(cat "$LOCKSTEP_CHECKPOINT/page")"; exit; fi
            echo 7 > "$LOCKSTEP_CHECKPOINT/page"
            printf '{"checkpoint": {"page": 7}}' >> "$LOCKSTEP_EVENTS"
            exit 1
            """#
        )
        let failed = try await test.run("run", "workflow", "work", "--output", "json")
        #expect(failed.data?["actual_cost"] == "0.12", "\(failed)")
        #expect(failed.data?["checkpoint_data"]?["state"]?["page"] == 7, "\(failed)")
        #expect(failed.data?["checkpoint_data"]?["step_name"] == "only", "\(failed)")
        let retried = try await test.run("jobs", "retry", "last", "--output", "json")
        #expect(retried.data?["state"] == "completed", "\(retried)")
        #expect(retried.data?["output_data"]?["result"] == "went on at page 7", "\(retried)")
        #expect(retried.data?["actual_cost"] == "0.24", "\(retried)")
        let events = try await test.run("events", "list", "--type", "job.checkpointed", "--output", "json")
        #expect(events.data?["events"]?.arrayValue?.count == 1, "\(events)")
        try await jobs(test, "reset", "last")
        let anew = try await test.run("jobs", "start", "last", "--output", "json")
        #expect(anew.data?["state"] == "failed", "a reset job must not find the old checkpoint: \(anew)")
    }

    @Test
    func `A value of 10 MB is kept whole, one above the limit is kept out, and neither holds a list up`() async throws {
        let test = try SmallProject.shell("true")
        let workspace = try Workspace.open(try Project.discover(from: test.folder, explicit: nil, environment: [:]))
        let ann = Actor(id: "ann")
        let request = CreateJobRequest(workflow: try workspace.catalog.workflow(WorkflowID("work")))
        let job = try await workspace.service.createJob(request, as: ann)
        func set(_ count: Int) async throws -> Job {
            let text = String(repeating: "x", count: count)
            let input = GivenInput(name: "text", value: .text(text), folder: test.folder)
            return try await workspace.service.setInputValue(input, of: job.id, as: ann)
        }
        #expect(try await set(10_000_000).state == .queued)
        let refused = try await set(17_000_000)
        #expect(refused.inputErrors["text"]?.stringValue?.contains("16 MiB") == true, "\(refused.inputErrors)")
        #expect(refused.inputValues["text"]?.stringValue?.utf8.count == 10_000_000)
        let list = try await jobs(test, "list")
        #expect(list["jobs"]?.arrayValue?.count == 1)
        try test.file("big.json", #"{"text": ""# + String(repeating: "x", count: 10_000_000) + #""}"#)
        let file = try await test.run("run", "workflow", "work", "--inputs", "big.json")
        #expect(
            file.status == ExitStatus.invalid.rawValue && file.stderr.contains("larger than 1 MiB"),
            "\(file.status)"
        )
    }
}
