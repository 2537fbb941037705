import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import Testing

/// Who may do what: every operation with every scope, at the own and at another tenant, for each kind of actor.
struct JobPermissionTests {
    /// Seed 004's "Permission Scopes", as the issue spreads them over the operations.
    private static let needed: [Scope: [JobOperation]] = [
        .read: [
            .getJob, .listJobs, .areInputsValid, .loadCheckpoint, .listAttempts, .listVariables, .listAssets,
            .readAsset,
            .listLinkedTasks, .listEvents, .subscribe, .listWebhooks, .listDeliveries,
            .getBatch, .listBatches, .getSchedule, .listSchedules,
        ],
        .write: [
            .createJob, .createExternalJob, .updateJob, .deleteJob, .setInputValue, .clearInputs, .validateInputs,
            .assignAgent, .linkTask, .unlinkTask, .createBatch,
        ],
        .execute: [
            .scheduleJob, .startJob, .executeStep, .pauseJob, .resumeJob, .cancelJob, .retryJob, .resetJob,
            .completeJob, .failJob, .markPartial, .updateProgress, .saveCheckpoint, .recordCost, .completeTask,
            .failOverdueJob, .createAsset, .driveBatch, .cancelBatch, .retryBatch,
            .removeSchedule, .pauseSchedule, .resumeSchedule, .runSchedule,
        ],
        .admin: [
            .overrideState, .verifyEvents, .addWebhook, .removeWebhook, .resumeWebhook, .deliverWebhooks,
            .collectGarbage, .recoverJobs, .setSecret, .removeSecret, .listSecrets, .serve,
            // Neither to make jobs nor to start them is enough by itself.
            .addSchedule,
        ],
    ]

    private static func allows(_ granted: Scope, _ operation: JobOperation) -> Bool {
        switch granted {
        case .admin: true
        case .write, .execute:
            needed[granted]?.contains(operation) == true || needed[.read]?.contains(operation) == true
        case .read: needed[.read]?.contains(operation) == true
        }
    }

    @Test(arguments: JobOperation.allCases)
    func `an operation asks for its scope and for the job's tenant`(operation: JobOperation) async throws {
        let executor = ScriptedExecutor { (_, _) throws(ExecutionError) in
            ScriptedExecutor.success(["result": .value("X"), "line": .value("1")])
        }
        let fixture = try EngineFixture(executor: executor)
        for scopes in Scope.allCases.map({ [$0] }) + [[]] {
            for tenant in ["default", "other"] {
                for kind in Actor.Kind.allCases {
                    let actor = Actor(id: "bob", tenantID: tenant, kind: kind, scopes: Set(scopes))
                    let mayDo = scopes.contains { Self.allows($0, operation) }
                    let isOwn = tenant == "default" || kind == .system
                    let denied = try await isDenied(operation, as: actor, in: fixture)
                    #expect(denied == !(mayDo && isOwn), "\(operation) \(scopes) \(tenant) \(kind)")
                }
            }
        }
    }

    /// Whether an operation on a job of the tenant `default` is answered with `PERMISSION_DENIED`.
    ///
    /// Operations without a job of their own count as denied when the job is not among what they answer or touch.
    private func isDenied(_ operation: JobOperation, as actor: Actor, in fixture: EngineFixture) async throws -> Bool {
        let service = fixture.service
        let id = try await job(for: operation, in: fixture).id
        do throws(JobError) {
            switch operation {
            case .getJob: _ = try await service.getJob(id, as: actor)
            case .listJobs:
                let jobs = try await service.listJobs(JobFilter(limit: 500), as: actor).jobs
                // A list shows the actor's own tenant only, the system's actors' as well.
                guard actor.tenantID == "default" else {
                    return jobs.contains { $0.id == id } ? false : !actor.isSystem
                }
                return !jobs.contains { $0.id == id }
            case .areInputsValid: _ = try await service.areInputsValid(id, as: actor)
            case .loadCheckpoint: _ = try await service.loadCheckpoint(of: id, as: actor)
            case .listAttempts: _ = try await service.listAttempts(id, as: actor)
            case .listVariables: _ = try await service.listVariables(id, as: actor)
            case .listAssets: _ = try await service.listAssets(id, as: actor)
            case .readAsset: _ = try await service.readAsset(AssetID("file_none"), of: id, as: actor)
            case .listLinkedTasks: _ = try await service.listLinkedTasks(of: id, as: actor)
            case .listEvents: _ = try await service.listEvents(id, as: actor)
            case .createJob:
                guard var request = try? fixture.request() else { return true }
                request.details.tenantID = "default"
                _ = try await service.createJob(request, as: actor)
            case .createExternalJob:
                var details = JobDetails()
                details.tenantID = "default"
                _ = try await service.createExternalJob(name: "x", details: details, as: actor)
            case .updateJob: _ = try await service.updateJob(id, name: "y", as: actor)
            case .deleteJob: try await service.deleteJob(id, as: actor)
            case .setInputValue: _ = try await service.setInputValue(fixture.input("word", "hello"), of: id, as: actor)
            case .clearInputs: _ = try await service.clearInputs(of: id, as: actor)
            case .validateInputs: _ = try await service.validateInputs(of: id, as: actor)
            case .assignAgent: _ = try await service.assignAgent("analyst", to: id, as: actor)
            case .linkTask: _ = try await service.linkTask("t", to: id, as: actor)
            case .unlinkTask: _ = try await service.unlinkTask("t", from: id, as: actor)
            case .scheduleJob: _ = try await service.scheduleJob(id, at: .distant, as: actor)
            case .startJob: _ = try await service.startJob(id, as: actor)
            case .executeStep: _ = try await service.executeStep(id, as: actor)
            case .pauseJob: _ = try await service.pauseJob(id, as: actor)
            case .resumeJob: _ = try await service.resumeJob(id, as: actor)
            case .cancelJob: _ = try await service.cancelJob(id, as: actor)
            case .retryJob: _ = try await service.retryJob(id, as: actor)
            case .resetJob: _ = try await service.resetJob(id, as: actor)
            case .completeJob: _ = try await service.completeJob(id, as: actor)
            case .failJob: _ = try await service.failJob(id, errorMessage: "no", as: actor)
            case .markPartial: _ = try await service.markPartial(id, errorMessage: "half", as: actor)
            case .updateProgress: _ = try await service.updateProgress(id, to: 5, as: actor)
            case .saveCheckpoint: _ = try await service.saveCheckpoint(["a": 1], of: id, as: actor)
            case .recordCost: _ = try await service.recordCost("1.00", of: id, as: actor)
            case .completeTask:
                _ = try await service.completeTask("t", as: actor)
                return !actor.isSystem && actor.tenantID != "default"
            case .failOverdueJob:
                _ = try await service.failOverdueJobs(as: actor)
                return !actor.isSystem && actor.tenantID != "default"
            case .verifyEvents:
                _ = try await service.verifyEvents(as: actor)
                return !actor.isSystem && actor.tenantID != "default"
            case .subscribe, .listWebhooks, .listDeliveries, .deliverWebhooks, .addWebhook, .removeWebhook,
                .resumeWebhook:
                return try await WebhookAccess.isDenied(operation, as: actor, in: fixture)
            case .createBatch, .getBatch, .listBatches, .driveBatch, .cancelBatch, .retryBatch:
                return try await BatchAccess.isDenied(operation, as: actor)
            case .serve:
                try actor.require(.serve)
                return !actor.isSystem && actor.tenantID != "default"
            case .getSchedule, .listSchedules, .addSchedule, .removeSchedule, .pauseSchedule, .resumeSchedule,
                .runSchedule:
                return try await ScheduleAccess.isDenied(operation, as: actor, in: fixture)
            case .createAsset: _ = try await service.createAsset(.bytes([1]), name: "x", of: id, as: actor)
            case .collectGarbage:
                _ = try await service.collectGarbage(GarbageRequest(), as: actor)
                return !actor.isSystem && actor.tenantID != "default"
            case .recoverJobs:
                _ = try await service.recoverJobs(as: actor)
                return !actor.isSystem && actor.tenantID != "default"
            case .setSecret:
                try await service.setSecret("TOKEN", to: .environment("TOKEN"), as: actor)
                return !actor.isSystem && actor.tenantID != "default"
            case .removeSecret:
                try await service.setSecret("TOKEN", to: .environment("TOKEN"), as: fixture.actor)
                try await service.removeSecret("TOKEN", as: actor)
                return !actor.isSystem && actor.tenantID != "default"
            case .listSecrets:
                _ = try await service.listSecrets(as: actor)
                return !actor.isSystem && actor.tenantID != "default"
            case .overrideState:
                _ = try await service.cancelJob(id, targetState: "failed", reason: "stuck", as: actor)
            }
            return false
        } catch {
            return error.code == .permissionDenied
        }
    }

    /// A job that the operation suits, made by its owner.
    private func job(for operation: JobOperation, in fixture: EngineFixture) async throws -> Job {
        let (service, owner) = (fixture.service, fixture.actor)
        switch operation {
        case .pauseJob, .completeJob, .failJob, .markPartial, .updateProgress, .saveCheckpoint, .resumeJob, .retryJob,
            .resetJob, .createAsset:
            let made = try await service.createExternalJob(name: "external", as: owner)
            let job = try await service.startJob(made.id, as: owner)
            switch operation {
            case .resumeJob: return try await service.pauseJob(job.id, as: owner)
            case .retryJob, .resetJob: return try await service.failJob(job.id, errorMessage: "no", as: owner)
            default: return job
            }
        case .scheduleJob: return try await service.createExternalJob(name: "external", as: owner)
        case .unlinkTask:
            let made = try await fixture.createJob()
            return try await service.linkTask("t", to: made.id, as: owner)
        default: return try await fixture.createJob()
        }
    }

    @Test func `a scope is asked for before the job is looked up`() async throws {
        let fixture = try EngineFixture()
        let nobody = Actor(id: "eve", scopes: [])
        let error = await #expect(throws: JobError.self) {
            try await fixture.service.getJob(JobID("job_none"), as: nobody)
        }
        #expect(error?.code == .permissionDenied)
        let unknown = await #expect(throws: JobError.self) {
            try await fixture.service.pauseJob(JobID("job_none"), as: fixture.actor)
        }
        #expect(unknown?.code == .jobNotFound)
    }

    @Test func `a job of another tenant is left as it was`() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.createJob()
        let stranger = Actor(id: "eve", tenantID: "other")
        let error = await #expect(throws: JobError.self) {
            try await fixture.service.cancelJob(job.id, as: stranger)
        }
        #expect(error?.code == .permissionDenied)
        #expect(try await fixture.service.getJob(job.id, as: fixture.actor) == job)
        #expect(try await fixture.service.listJobs(JobFilter(), as: stranger).jobs.isEmpty)
    }
}

extension Actor {
    fileprivate var isSystem: Bool { kind == .system }
}

extension Instant {
    /// The year 2100.
    static let distant = Instant(milliseconds: 4_102_444_800_000)
}
