internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// A job that a step of another one makes by calling its workflow, before it is stored.
struct CalledJob {
    let definitions: DefinitionSet
    let parent: Job
    /// The calling step, or the item of it.
    let step: StepID
    let actor: Actor
    let context: EngineContext

    /// The rows that the job begins with; its definitions are stored already, with those of the parent.
    ///
    /// - Throws: Why the step cannot start, with everything that is wrong with what its mappings give.
    func creation(
        _ mappings: [ParameterMapping],
        in scope: [String: JSONValue],
        at now: Instant
    ) throws(StepFailure) -> JobCreation {
        let workflow = definitions.workflow
        let id: JobID = context.identifiers.next()
        var values: JSONObject = [:]
        var assets: [Asset] = []
        var problems: [String] = []
        for variable in workflow.inputVariables {
            do throws(StepFailure) {
                guard let value = try value(of: variable, mappings, in: scope) else { continue }
                var copies: [AssetID: JSONValue] = [:]
                for file in value.fileValues where copies[file.assetID] == nil {
                    let asset = input(file, variable.id, of: id, at: now)
                    assets.append(asset)
                    copies[file.assetID] = asset.fileValue.json
                }
                values[variable.id] = value.replacingFiles(by: copies)
            } catch {
                problems.append(error.message)
            }
        }
        guard problems.isEmpty else {
            throw StepFailure(.validationError, "Step \(step) was not started: \(problems.joined(separator: " "))")
        }
        var job = Job(
            id: id,
            workflowID: workflow.id,
            workflowDigest: definitions.digest,
            tenantID: parent.tenantID,
            userID: parent.userID,
            name: workflow.name,
            description: workflow.description,
            state: .queued,
            createdAt: now,
            updatedAt: now,
            inputVariables: workflow.inputVariables,
            inputValues: values
        )
        do throws(JobError) { job.steps = try definitions.steps(of: id) } catch {
            throw StepFailure(error.code, error.message)
        }
        job.pins = definitions.pins
        job.parent = JobParent(jobID: parent.id, stepID: step)
        job.reusesSteps = parent.reusesSteps
        job.estimatedCost = definitions.estimatedCost
        job.timeoutSeconds = workflow.timeoutSeconds
        let created = definitions.creationEvent(of: job, by: actor)
        return JobCreation(
            job: job,
            definitions: [],
            assets: assets,
            events: [created] + assets.map { $0.creationEvent(by: actor) }
        )
    }

    /// The mapped value, else the default; nil when there is neither.
    private func value(
        of variable: InputVariable,
        _ mappings: [ParameterMapping],
        in scope: [String: JSONValue]
    ) throws(StepFailure) -> JSONValue? {
        let mapping = mappings.first { $0.parameter == variable.id }?.mapping
        var value: JSONValue?
        do throws(RuleError) { value = try mapping?.value(in: scope) } catch {
            throw StepFailure(.validationError, "input \(variable.id): \(error.message).")
        }
        if value == nil || value == .null { value = variable.defaultValue ?? value }
        guard let value, value != .null || variable.schema.types.contains(.null) else {
            guard !variable.isRequired else {
                throw StepFailure(
                    .validationError,
                    "the workflow \(definitions.workflow.id) requires \(variable.id), which has no value."
                )
            }
            return nil
        }
        let bytes = JSONWriter.bytes(value).count
        guard bytes <= Int(ResourceLimits.valueSize.bytes) else {
            throw StepFailure(
                .resourceLimit,
                "input \(variable.id) is \(ByteCount(Int64(bytes))), more than the \(ResourceLimits.valueSize) that one "
                    + "value may take; pass it as a file."
            )
        }
        if let first = variable.schema.violations(in: value).first {
            let place = first.pointer.tokens.isEmpty ? "" : " at \(first.pointer)"
            throw StepFailure(.validationError, "input \(variable.id)\(place) \(first.message).")
        }
        return value
    }

    private func input(_ file: FileValue, _ variable: String, of job: JobID, at now: Instant) -> Asset {
        Asset(
            id: context.identifiers.next(),
            jobID: job,
            userID: parent.userID,
            tenantID: parent.tenantID,
            assetType: "input",
            name: file.name,
            outputName: variable,
            mimeType: file.mimeType,
            size: file.size,
            sha256: file.sha256,
            storagePath: context.blobs.relativePath(of: file.sha256),
            createdAt: now
        )
    }
}

extension Workflow {
    /// Its `timeout` as a job has it, in whole seconds.
    var timeoutSeconds: Int? { timeout.map { Int(($0.milliseconds + 999) / 1000) } }
}
