internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Results of earlier steps in place of running a step again.
extension JobRun {
    /// What a step's result depends on; nil when it must not be used again.
    func fingerprint(of index: Int, _ tool: Tool, _ prepared: StepPreparation.Prepared) async -> StepFingerprint? {
        await fingerprinter.fingerprint(
            tool,
            digest: self[step: index].toolDigest,
            values: prepared.values,
            level: sandbox
        )
    }

    /// The newest completed step with the same fingerprint that still has all it made; nil when there is none.
    func reusableStep(_ fingerprint: StepFingerprint?) async throws(JobError) -> CompletedStep? {
        guard job.reusesSteps, let fingerprint else { return nil }
        let found: [CompletedStep]
        do {
            found = try await context.store.completedSteps(
                withFingerprint: fingerprint.digest,
                in: context.reuseScope(of: job),
                by: Instant(milliseconds: .max)
            )
        } catch {
            throw JobError(error)
        }
        // Bytes that are about to be referred to again are made young, so that nobody removes them meanwhile.
        return found.first { step in step.isWhole && step.assets.allSatisfy { context.blobs.renew($0.sha256) } }
    }

    /// Completes a step with what an earlier one made, in memory; the next transaction writes it, whole or not at all.
    mutating func reuse(
        _ earlier: CompletedStep,
        for index: Int,
        _ fingerprint: StepFingerprint,
        _ definition: WorkflowStep
    ) {
        let now = context.now()
        var values: [AssetID: JSONValue] = [:]
        var assets: [Asset] = []
        for asset in earlier.assets where values[asset.id] == nil {
            let copy = reference(to: asset, of: index, at: now)
            assets.append(copy)
            values[asset.id] = copy.fileValue.json
        }
        let outputs = JSONObject(earlier.outputs.map { ($0.name, $0.value.replacingFiles(by: values)) })
        self[step: index].status = .completed
        self[step: index].startedAt = now
        self[step: index].completedAt = now
        self[step: index].waiting = nil
        self[step: index].outputData = outputs
        self[step: index].reusedFrom = earlier.origin
        keepOutputs(outputs, of: definition, at: index)
        pending.assets += assets
        write(index)
        keep(fingerprint, of: index)
        var data: JSONObject = ["fingerprint": .string(fingerprint.digest)]
        data["reused_from"] = earlier.origin.json
        pending.events.append(event("step.reused", data: stepData(index, data), at: now))
        pending.events += assets.map { $0.creationEvent(by: actor) }
        noteProgress(after: index)
        onUpdate(.step(index: index, self[step: index]))
    }

    func reference(to asset: Asset, of index: Int, at now: Instant) -> Asset {
        var copy = asset
        copy.id = context.identifiers.next()
        copy.jobID = job.id
        copy.stepID = self[step: index].id
        copy.userID = job.userID
        copy.createdAt = now
        copy.reusedFrom = asset.reusedFrom ?? asset.id
        return copy
    }

    /// Notes what a step's result depends on, or, with nil, that nobody knows it.
    mutating func keep(_ fingerprint: StepFingerprint?, of index: Int) {
        pending.fingerprints = pending.fingerprints.filter { $0.sequenceNumber != index }
        pending.fingerprints.append(
            FingerprintChange(sequenceNumber: index, tenantID: job.tenantID, fingerprint: fingerprint)
        )
    }

    /// Forgets a fingerprint that does not say any more what the result was made from.
    mutating func checkFingerprint(
        _ fingerprint: StepFingerprint?,
        of index: Int,
        _ tool: Tool,
        _ outcome: StepOutcome
    ) async {
        guard let fingerprint, outcome.succeeded else { return }
        let isShutIn = outcome.sandboxLevel == .full || outcome.sandboxLevel == .fullWithCgroup
        let isCurrent = await fingerprinter.isCurrent(fingerprint, tool)
        if !isShutIn || !isCurrent { keep(nil, of: index) }
    }
}

extension EngineContext {
    /// Whose results a job may get: those of its tenant, in a private one only those of the user it belongs to.
    ///
    /// Not of whoever runs it, because its outputs are seen by those who see the job.
    func reuseScope(of job: Job) -> ReuseScope {
        ReuseScope(tenantID: job.tenantID, owner: privateTenants.contains(job.tenantID) ? job.userID : nil)
    }
}

extension JSONValue {
    /// The value with other files in place of those that it names.
    func replacingFiles(by values: [AssetID: JSONValue]) -> JSONValue {
        if values.isEmpty { return self }
        if let items = arrayValue { return .array(items.map { $0.replacingFiles(by: values) }) }
        return FileValue(json: self).flatMap { values[$0.assetID] } ?? self
    }
}
