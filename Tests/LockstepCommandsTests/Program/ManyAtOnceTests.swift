import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// Several programs in one project.
@Suite(.timeLimit(.minutes(10)))
struct ManyAtOnceTests {
    @Test func `Ten runs at once in a new project all complete`() async throws {
        let test = try SmallProject.shell("echo hi")
        let programs = try (0..<10).map { _ in try test.start(["run", "workflow", "work", "--output", "json"]) }
        for program in programs {
            let run = await program.result()
            #expect(run.status == 0, "\(run)")
        }
        let jobs = try await test.run("jobs", "list", "--output", "json")
        #expect(jobs.data?["jobs"]?.arrayValue?.count == 10, "\(jobs)")
        let events = try await test.run("events", "verify")
        #expect(events.status == 0, "\(events)")
    }

    /// Three run jobs, two list them, two cancel, one adds files, one frees room and one reads the log; this process makes
    /// jobs and sets their inputs meanwhile.
    @Test func `Ten programs that run, list, cancel, add and free lose nothing and are never locked out`() async throws
    {
        let test = try SmallProject.shell("echo hi")
        try test.file("note.txt", "A note.\n")
        let project = try Project.discover(from: test.folder, explicit: nil, environment: [:])
        let workspace = try Workspace.open(project)
        let ann = Actor(id: "ann")
        var external: [JobID] = []
        for index in 0..<6 {
            let job = try await workspace.service.createExternalJob(name: "external \(index)", as: ann)
            external.append(try await workspace.service.startJob(job.id, as: ann).id)
        }
        func repeated(_ count: Int, _ command: String) -> [String] {
            ["-c", "for turn in $(seq \(count)); do $LOCKSTEP \(command) || exit; done"]
        }
        let run = "run workflow work --output json"
        let scripts = [
            repeated(2, run), repeated(2, run), repeated(2, run), repeated(4, "jobs list --output json"),
            repeated(4, "jobs list --status running --output json"), repeated(1, "jobs cancel \(external[0])"),
            repeated(1, "jobs cancel \(external[1])"), repeated(3, "outputs add \(external[2]) note.txt"),
            repeated(3, "gc --output json"), repeated(4, "events list --output json"),
        ]
        let programs = try scripts.map { try test.start(shell: $0) }
        let workflow = try workspace.catalog.workflow(WorkflowID("work"))
        for index in 0..<10 {
            let request = CreateJobRequest(workflow: workflow, name: "made \(index)")
            let job = try await workspace.service.createJob(request, as: ann)
            let input = GivenInput(name: "text", value: .text("number \(index)"), folder: test.folder)
            let changed = try await workspace.service.setInputValue(input, of: job.id, as: ann)
            #expect(changed.inputValues["text"] == .string("number \(index)"))
        }
        for program in programs {
            let result = await program.result()
            #expect(result.status == 0, "\(result)")
            #expect(!result.stderr.contains("locked") && !result.stderr.contains("in use"), "\(result)")
        }
        let jobs = try await workspace.service.listJobs(JobFilter(limit: 500), as: ann).jobs
        #expect(jobs.count == 6 + 6 + 10)
        #expect(jobs.count { $0.state == .completed } == 6)
        #expect(jobs.count { $0.state == .cancelled } == 2)
        #expect(jobs.count { $0.state == .queued } == 10)
        #expect(try await workspace.service.listAssets(external[2], as: ann).count == 3)
        let log = try await test.run("events", "verify")
        #expect(log.status == 0, "\(log)")
    }
}
