internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Steps that call a workflow: a job of its own, made with the step's start and driven by the same process.
extension JobRun {
    /// How the start of a call went.
    enum CallStart {
        case started(StartedCall)
        case over(StepEnd)
    }

    /// A called job that is on record.
    struct StartedCall: Sendable {
        let place: Int
        let jobID: JobID
        /// Whether a job that has failed is to be gone on with.
        let retries: Bool
    }

    /// A called job that has ended, or rests, with its assets.
    struct CalledEnd: Sendable {
        let job: Job
        let assets: [Asset]
    }

    /// Calls a workflow and takes over how its job ended.
    mutating func runCall(of place: Int, _ definition: WorkflowStep) async throws(JobError) -> StepEnd {
        switch try await startCall(of: place, definition) {
        case .over(let end): return end
        case .started(let call): return concludeCall(of: place, await carryOut(call))
        }
    }

    /// Records the job that a step calls, together with the step's start; goes on with one that is there already.
    mutating func startCall(of place: Int, _ definition: WorkflowStep) async throws(JobError) -> CallStart {
        let wasRunning = self[step: place].status == .running
        if wasRunning, let child = self[step: place].childJobID {
            return .started(StartedCall(place: place, jobID: child, retries: false))
        }
        let before = self[step: place]
        let now = context.now()
        var child = self[step: place].childJobID
        if let id = child, try await isOver(id) { child = nil }
        var creation: JobCreation?
        if child == nil {
            guard let id = definition.calledWorkflow else { return .over(.notStarted) }
            let called = CalledJob(
                definitions: try pinned.called(id),
                parent: job,
                step: self[step: place].id,
                actor: actor,
                context: context
            )
            do throws(StepFailure) {
                creation = try called.creation(definition.parameterMappings, in: scope(of: place), at: now)
            } catch {
                return .over(.failed(error))
            }
        }
        begin(place, at: now)
        guard let id = child ?? creation?.job.id else { return .over(.notStarted) }
        self[step: place].childJobID = id
        write(place)
        if let creation { pending.newJobs.append(creation) }
        let data: JSONObject = ["child_job_id": .string(id.rawValue)]
        pending.events.append(event("step.started", data: stepData(place, data), at: now))
        Failpoint.beforeCallRecorded.reach()
        while try await !flush() {
            guard job.state == .paused || isCancelled else { continue }
            pending.newJobs = pending.newJobs.filter { $0.job.id != id }
            undoStart(of: place, to: before)
            return .over(.notStarted)
        }
        Failpoint.afterCallRecorded.reach()
        onUpdate(.step(index: place, self[step: place]))
        return .started(StartedCall(place: place, jobID: id, retries: creation == nil))
    }

    /// Whether a job that was called earlier can neither be gone on with nor be tried again.
    private func isOver(_ id: JobID) async throws(JobError) -> Bool {
        do throws(StoreError) {
            guard let job = try await context.store.job(id) else { return true }
            return job.state == .cancelled || job.state == .completed
        } catch {
            throw JobError(error)
        }
    }

    /// Drives a called job to its end; changes nothing of this run.
    func carryOut(_ call: StartedCall) async -> Result<CalledEnd, JobError> {
        let own = stop.makeFollower()
        defer { stop.release(own) }
        do throws(JobError) {
            let settled = try await JobRunner(context, executor: executor)
                .runCalled(call.jobID, as: actor, sandbox: sandbox, retries: call.retries, stop: own) { percent, line in
                    self.show(percent, line, of: call.place)
                }
            do throws(StoreError) {
                return .success(CalledEnd(job: settled, assets: try await context.store.assets(of: settled.id)))
            } catch {
                throw JobError(error)
            }
        } catch {
            return .failure(error)
        }
    }

    /// Tells whoever watches how far a called job is.
    private func show(_ percent: Int, _ line: String?, of place: Int) {
        let step = StepPlace.step(of: place)
        let shown = place == step ? percent : job.steps[step].items?.percent ?? 0
        let whole = overallProgress(completed: step, percent: shown)
        onUpdate(.live(index: step, StepProgress(percent: shown, liveOutput: line), jobProgress: whole))
    }

    /// Takes over how a called job ended: its outputs are the step's.
    mutating func concludeCall(of place: Int, _ result: Result<CalledEnd, JobError>) -> StepEnd {
        let end: CalledEnd
        switch result {
        case .success(let found): end = found
        case .failure(let error): return .failed(StepFailure(error.code, error.message))
        }
        let (child, step) = (end.job, self[step: place])
        let name = "the workflow \(step.toolID) (\(child.id))"
        switch child.state {
        case .completed, .partial: break
        case .cancelled where stop.request > .none: return .failed(stopFailure)
        case .cancelled:
            return .failed(StepFailure(.stepFailed, "Step \(step.id) failed: \(name) was cancelled."))
        case .failed:
            let code = child.errorCode.flatMap { JobErrorCode(rawValue: $0) } ?? .stepFailed
            let message = child.errorMessage ?? "Nobody said why."
            return .failed(StepFailure(code, "Step \(step.id) failed: \(name) failed: \(message)"))
        case .draft, .scheduled, .queued, .running, .paused: return .notStarted
        }
        let definition = definition(at: place)
        let missing = definition.outputMappings.filter { mapping in
            child.outputData?[mapping.output] == nil && mapping.defaultValue == nil
        }
        guard missing.isEmpty else {
            let names = missing.map { "`\($0.output)`" }.joined(separator: ", ")
            let made = child.outputData?.names.joined(separator: ", ") ?? ""
            return .failed(
                StepFailure(
                    .stepFailed,
                    "Step \(step.id) failed: \(name) made no \(names); it made \(made.isEmpty ? "nothing" : made). "
                        + "Give the output a `default` if it may be missing."
                )
            )
        }
        takeOutputs(of: end, for: place, definition)
        return .succeeded
    }

    private mutating func takeOutputs(of end: CalledEnd, for place: Int, _ definition: WorkflowStep) {
        let now = context.now()
        let wanted = Set(definition.outputMappings.map(\.output))
        let outputs = (end.job.outputData ?? [:]).filter { wanted.contains($0.name) }
        var copies: [AssetID: JSONValue] = [:]
        let files = Set(outputs.flatMap { $0.value.fileValues }.map(\.assetID))
        for asset in end.assets where files.contains(asset.id) {
            let copy = reference(to: asset, of: place, at: now)
            pending.assets.append(copy)
            pending.events.append(copy.creationEvent(by: actor))
            copies[asset.id] = copy.fileValue.json
        }
        let values = JSONObject(outputs.map { ($0.name, $0.value.replacingFiles(by: copies)) })
        self[step: place].status = .completed
        self[step: place].completedAt = now
        self[step: place].outputData = values
        if end.job.state == .partial {
            self[step: place].errorMessage = "its job \(end.job.id) is partial. \(end.job.errorMessage ?? "")"
            self[step: place].errorCode = end.job.errorCode
        }
        write(place)
        keepOutputs(values, of: definition, at: place)
        noteProgress(after: place)
        let data: JSONObject = ["status": "COMPLETED", "child_job_id": .string(end.job.id.rawValue)]
        pending.events.append(event("step.finished", data: stepData(place, data), at: now))
        onUpdate(.step(index: place, self[step: place]))
    }
}
