import LockstepEngine
import LockstepJSON
import LockstepModel
import Synchronization
import Testing

/// Jobs whose work somebody else does; seed 004's examples are the cases.
struct ExternalJobTests {
    private let fixture: EngineFixture
    private var service: JobService { fixture.service }
    private var ann: Actor { fixture.actor }

    init() throws {
        fixture = try EngineFixture()
    }

    private func running(_ details: JobDetails = JobDetails()) async throws -> Job {
        let job = try await service.createExternalJob(name: "Data Analysis Job", details: details, as: ann)
        return try await service.startJob(job.id, as: ann)
    }

    private func refused(
        _ code: JobErrorCode,
        _ job: Job,
        _ body: () async throws -> Void,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let error = await #expect(throws: JobError.self, sourceLocation: location) { try await body() }
        #expect(error?.code == code, sourceLocation: location)
        #expect(try await service.getJob(job.id, as: ann) == job, sourceLocation: location)
    }

    @Test func `seed 004's example is created, scheduled, started and completed, with its topics`() async throws {
        var details = JobDetails()
        details.assignedAgent = "analyst-persona"
        details.estimatedCost = "15.00"
        var job = try await service.createExternalJob(
            name: "Data Analysis Job",
            description: "Analyze Q4 sales data",
            details: details,
            as: ann
        )
        #expect(job.state == .draft)
        #expect(job.json["estimated_cost"] == "15.00")
        #expect(job.json["assigned_agent"] == "analyst-persona")
        job = try await service.scheduleJob(job.id, at: .distant, as: ann)
        #expect(job.state == .scheduled)
        #expect(job.json["scheduled_at"] == "2100-01-01T00:00:00.000Z")
        job = try await service.startJob(job.id, as: ann)
        #expect(job.status == .running)
        job = try await service.assignAgent("researcher-persona", to: job.id, as: ann)
        job = try await service.completeJob(
            job.id,
            result: ["result_summary": "Analysis complete"],
            actualCost: "12.50",
            as: ann
        )
        #expect(job.state == .completed)
        #expect(job.progress == 100)
        #expect(job.actualCost?.description == "12.50")
        #expect(job.delegationChain.compactMap { $0["to"]?.stringValue } == ["analyst-persona", "researcher-persona"])
        #expect(job.delegationChain.last?["from"] == "analyst-persona")
        #expect(try await service.getJob(job.id, as: ann) == job)
        let events = try await service.listEvents(job.id, as: ann)
        #expect(
            events.map(\.type) == [
                "job.created", "job.scheduled", "job.started", "job.agent_assigned", "job.succeeded",
            ]
        )
        #expect(events.compactMap(\.toState) == [.draft, .scheduled, .running, .completed])
        #expect(events.compactMap(\.fromState) == [.draft, .scheduled, .running])
    }

    @Test func `a failure keeps the words and the code of whoever did the work`() async throws {
        let job = try await running()
        let failed = try await service.failJob(
            job.id,
            errorMessage: "Data source unavailable",
            errorCode: "DATA_SOURCE_ERROR",
            as: ann
        )
        #expect(failed.state == .failed)
        #expect(failed.errorMessage == "Data source unavailable")
        #expect(failed.errorCode == "DATA_SOURCE_ERROR")
        #expect(try await service.listEvents(job.id, as: ann).last?.type == "job.failed")
    }

    @Test func `a job that is complete in part has a message and progress 100`() async throws {
        let job = try await running()
        let partial = try await service.markPartial(job.id, errorMessage: "2 of 3", as: ann)
        #expect(partial.state == .partial)
        #expect(partial.status == .completed)
        #expect(partial.progress == 100)
        #expect(partial.errorMessage == "2 of 3")
    }

    @Test func `a cancelled job says so, with the reason in the log`() async throws {
        let job = try await running()
        let cancelled = try await service.cancelJob(job.id, reason: "User requested cancellation", as: ann)
        #expect(cancelled.state == .cancelled)
        #expect(cancelled.errorMessage == "Job cancelled by user")
        let event = try await service.listEvents(job.id, as: ann).last
        #expect(event?.type == "job.cancelled")
        #expect(event?.reason == "User requested cancellation")
        try await refused(.invalidTransition, cancelled) { _ = try await service.completeJob(job.id, as: ann) }
        try await refused(.invalidTransition, cancelled) { _ = try await service.retryJob(job.id, as: ann) }
        try await refused(.invalidTransition, cancelled) { _ = try await service.startJob(job.id, as: ann) }
    }

    @Test func `progress goes from 0 to 100, never back, and only while the job runs`() async throws {
        let created = try await service.createExternalJob(name: "x", as: ann)
        let early = try await service.updateProgress(created.id, to: 5, as: ann)
        #expect(early.warning?.contains("is draft, not running") == true)
        #expect(early.job == created)
        _ = try await service.startJob(created.id, as: ann)
        #expect(try await service.updateProgress(created.id, to: 50, liveOutput: "half", as: ann).warning == nil)
        let back = try await service.updateProgress(created.id, to: 49, as: ann)
        #expect(back.warning?.contains("is at 50 already") == true)
        #expect(back.job.progress == 50)
        #expect(back.job.liveOutput == "half")
        for wrong in [-1, 101] {
            try await refused(.validationError, back.job) {
                _ = try await service.updateProgress(created.id, to: wrong, as: ann)
            }
        }
        let done = try await service.completeJob(created.id, as: ann)
        let late = try await service.updateProgress(created.id, to: 100, as: ann)
        #expect(late.warning?.contains("is completed, not running") == true)
        #expect(late.job == done)
    }

    @Test func `a checkpoint comes back after a retry, with the execution context`() async throws {
        let job = try await running()
        let checkpoint: JSONValue = [
            "step_index": 3, "step_name": "Processing batch 3", "state": ["processed": 300, "remaining": 200],
            "execution_context": ["current_file": "batch_003.csv"],
        ]
        _ = try await service.saveCheckpoint(checkpoint, of: job.id, as: ann)
        let event = try await service.listEvents(job.id, as: ann).last
        #expect(event?.type == "job.checkpointed")
        #expect(event?.data["step_index"] == 3)
        _ = try await service.failJob(job.id, errorMessage: "lost", as: ann)
        _ = try await service.retryJob(job.id, as: ann)
        let again = try await service.startJob(job.id, as: ann)
        #expect(again.runNumber == 2)
        #expect(try await service.loadCheckpoint(of: job.id, as: ann) == checkpoint)
        #expect(again.executionContext == ["current_file": "batch_003.csv"])
        #expect(again.errorMessage == nil)
    }

    @Test func `a checkpoint that is no JSON, is too large or comes too late is refused`() async throws {
        let job = try await running()
        try await refused(.validationError, job) {
            _ = try await service.saveCheckpoint(text: Array("{nonsense".utf8), of: job.id, as: ann)
        }
        let large = JSONValue.string(String(repeating: "x", count: 16 << 20))
        try await refused(.resourceLimit, job) { _ = try await service.saveCheckpoint(large, of: job.id, as: ann) }
        let fits = JSONValue.string(String(repeating: "x", count: (16 << 20) - 2))
        _ = try await service.saveCheckpoint(fits, of: job.id, as: ann)
        let done = try await service.completeJob(job.id, as: ann)
        try await refused(.invalidTransition, done) { _ = try await service.saveCheckpoint([:], of: job.id, as: ann) }
    }

    @Test func `costs add up exactly, and text that is no amount is refused`() async throws {
        let job = try await running()
        for _ in 1...10 { _ = try await service.recordCost("0.10", of: job.id, as: ann) }
        let after = try await service.getJob(job.id, as: ann)
        #expect(after.actualCost?.description == "1.00")
        for wrong in ["twelve", "-1", "1e3", "", "0.1.1"] {
            try await refused(.validationError, after) { _ = try await service.recordCost(wrong, of: job.id, as: ann) }
        }
        try await refused(.validationError, after) {
            _ = try await service.recordCost("999999999999999999", of: job.id, as: ann)
        }
    }

    @Test func `all wrong fields are found together, and no job is made`() async throws {
        var details = JobDetails()
        details.maxCost = "much"
        details.timeoutSeconds = 0
        details.planStepIndex = -1
        details.scheduledAt = Instant(milliseconds: 0)
        let wrong = details
        let error = await #expect(throws: JobError.self) {
            try await service.createExternalJob(name: " ", details: wrong, as: ann)
        }
        #expect(error?.code == .validationError)
        #expect(
            error?.fields.map(\.field) == [
                "name", "max_cost", "timeout_seconds", "plan_step_index", "plan_step_index", "scheduled_at",
            ]
        )
        #expect(try await service.listJobs(JobFilter(), as: ann).jobs.isEmpty)
    }

    @Test func `a job of a plan waits until all before it are complete`() async throws {
        var jobs: [Job] = []
        for index in [0, 0, 2] {
            var details = JobDetails()
            details.planID = "plan"
            details.planStepIndex = index
            jobs.append(try await service.createExternalJob(name: "step", details: details, as: ann))
        }
        var (first, second, last) = (jobs[0], jobs[1], jobs[2])
        try await refused(.dependencyError, last) { _ = try await service.startJob(last.id, as: ann) }
        first = try await service.startJob(first.id, as: ann)
        first = try await service.completeJob(first.id, as: ann)
        try await refused(.dependencyError, last) { _ = try await service.startJob(last.id, as: ann) }
        second = try await service.startJob(second.id, as: ann)
        try await refused(.dependencyError, last) { _ = try await service.startJob(last.id, as: ann) }
        second = try await service.completeJob(second.id, as: ann)
        last = try await service.startJob(last.id, as: ann)
        #expect(last.state == .running)
    }

    @Test func `a job does not start before the tasks it depends on are complete`() async throws {
        var job = try await service.createExternalJob(name: "x", as: ann)
        let other = try await service.createExternalJob(name: "y", as: ann)
        job = try await service.linkTask(
            "task_1",
            to: job.id,
            relationshipType: "step",
            metadata: ["order": 1],
            as: ann
        )
        job = try await service.linkTask("task_2", to: job.id, as: ann)
        job = try await service.linkTask(other.id.rawValue, to: job.id, as: ann)
        let tasks = try await service.listLinkedTasks(of: job.id, as: ann)
        #expect(Set(tasks.map(\.taskID)) == ["task_1", "task_2", other.id.rawValue])
        #expect(tasks.first { $0.taskID == "task_1" }?.metadata == ["order": 1])
        #expect(tasks.first { $0.taskID == "task_1" }?.relationshipType == "step")
        try await refused(.dependencyError, job) { _ = try await service.startJob(job.id, as: ann) }
        #expect(try await service.completeTask("task_2", as: Actor(id: "eve", tenantID: "other")).isEmpty)
        #expect(try await service.completeTask("task_2", as: ann) == [job.id])
        try await refused(.dependencyError, job) { _ = try await service.startJob(job.id, as: ann) }
        _ = try await service.startJob(other.id, as: ann)
        _ = try await service.completeJob(other.id, as: ann)
        job = try await service.startJob(job.id, as: ann)
        #expect(job.state == .running)
        _ = try await service.unlinkTask("task_1", from: job.id, as: ann)
        #expect(try await service.listLinkedTasks(of: job.id, as: ann).count == 2)
        await #expect(throws: JobError.self) { _ = try await service.unlinkTask("task_1", from: job.id, as: ann) }
    }

    @Test func `an update that names an older version is refused`() async throws {
        let job = try await running()
        let renamed = try await service.updateJob(
            job.id,
            name: "Other",
            description: "d",
            expectedVersion: job.version,
            as: ann
        )
        #expect(renamed.name == "Other")
        #expect(renamed.version == job.version + 1)
        #expect(try await service.listEvents(job.id, as: ann).last?.type == "job.updated")
        try await refused(.concurrencyError, renamed) {
            _ = try await service.completeJob(job.id, expectedVersion: job.version, as: ann)
        }
    }

    @Test func `a job over its time is ended as timed out`() async throws {
        let clock = Mutex(Int64(1_700_000_000_000))
        let fixture = try EngineFixture(now: { Instant(milliseconds: clock.withLock { $0 }) })
        var details = JobDetails()
        details.timeoutSeconds = 60
        let created = try await fixture.service.createExternalJob(name: "slow", details: details, as: ann)
        let job = try await fixture.service.startJob(created.id, as: ann)
        clock.withLock { $0 += 59_999 }
        #expect(try await fixture.service.failOverdueJobs(as: ann).isEmpty)
        clock.withLock { $0 += 1 }
        #expect(try await fixture.service.failOverdueJobs(as: ann).map(\.id) == [job.id])
        let ended = try await fixture.service.getJob(job.id, as: ann)
        #expect(ended.state == .failed)
        #expect(ended.errorCode == "TIMED_OUT")
    }

    @Test(arguments: JobState.allCases)
    func `an administrator sets any state that exists, with a reason`(target: JobState) async throws {
        let job = try await running()
        let forced = try await service.cancelJob(job.id, targetState: target.rawValue, reason: "stuck", as: ann)
        #expect(forced.state == target)
        #expect(try await service.getJob(job.id, as: ann) == forced)
        let event = try await service.listEvents(job.id, as: ann).last
        #expect(event?.type == "__admin_cancel__")
        #expect(event?.fromState == .running)
        #expect(event?.toState == target)
        #expect(event?.reason == "stuck")
        try await refused(.validationError, forced) {
            _ = try await service.cancelJob(job.id, targetState: "sleeping", reason: "stuck", as: ann)
        }
        try await refused(.validationError, forced) {
            _ = try await service.cancelJob(job.id, targetState: "failed", reason: " ", as: ann)
        }
    }

    @Test func `a deleted job is gone, and its log is not`() async throws {
        let job = try await running()
        try await refused(.invalidTransition, job) { try await service.deleteJob(job.id, as: ann) }
        _ = try await service.completeJob(job.id, as: ann)
        try await service.deleteJob(job.id, as: ann)
        let error = await #expect(throws: JobError.self) { try await service.getJob(job.id, as: ann) }
        #expect(error?.code == .jobNotFound)
    }

    @Test func `of a cancellation and a completion at once exactly one wins, and both are told the truth`()
        async throws
    {
        for _ in 0..<10 {
            let job = try await running()
            let answers = await withTaskGroup(of: JobState?.self) { group in
                for index in 0..<8 {
                    group.addTask { [service, ann] in
                        index.isMultiple(of: 2)
                            ? try? await service.cancelJob(job.id, as: ann).state
                            : try? await service.completeJob(job.id, as: ann).state
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let winners = answers.compactMap(\.self)
            #expect(winners.count == 1)
            let settled = try await service.getJob(job.id, as: ann)
            #expect(winners == [settled.state])
            let ends = try await service.listEvents(job.id, as: ann).filter { $0.toState?.isSettled == true }
            #expect(ends.count == 1)
        }
    }
}
