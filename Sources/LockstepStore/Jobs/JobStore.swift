internal import GRDB
package import LockstepJSON
package import LockstepModel

/// Jobs, their steps, attempts, variables, assets and events, as rows.
///
/// Every change of a job is one transaction together with its events. What may change is decided by the caller; this only
/// refuses what the schema refuses and what an optimistic lock says is stale.
package struct JobStore: Sendable {
    let database: StateDatabase
    /// Where the bytes of assets are.
    let blobs: BlobStore

    package init(_ database: StateDatabase, blobs: BlobStore) {
        self.database = database
        self.blobs = blobs
    }

    /// Keeps a new job with its definitions, steps, variables, input assets and first event.
    package func insert(_ creation: JobCreation) async throws(StoreError) {
        try await database.write { database in try insert(creation, into: database) }
    }

    func insert(_ creation: JobCreation, into database: Database) throws {
        for definition in creation.definitions { try definition.insert(into: database) }
        try JobRecord.insert(creation.job, into: database)
        for step in creation.job.steps { try StepRecord.insert(step, into: database) }
        for (name, value) in creation.job.inputValues {
            try VariableRecord.set(name, to: value, madeBy: nil, of: creation.job.id, in: database)
        }
        for asset in creation.assets { try AssetRecord.insert(asset, into: database, bytes: blobs) }
        try EventRecord.append(creation.events, to: database)
    }

    /// Carries out several changes of one job in one transaction.
    ///
    /// - Parameter isPatient: Whether it may wait some milliseconds for another change to become durable with.
    /// - Throws: `CONCURRENCY_ERROR` when the job's version is no longer the one that was read; nothing is changed then.
    package func apply(_ change: JobChange, isPatient: Bool = false) async throws(StoreError) {
        let body: @Sendable (Database) throws -> Void = { try apply(change, in: $0) }
        if isPatient { try await database.writePatiently(body) } else { try await database.write(body) }
    }

    private func apply(_ change: JobChange, in database: Database) throws {
        if let job = change.job { try JobRecord.update(job, in: database) }
        for creation in change.newJobs { try insert(creation, into: database) }
        for step in change.newSteps { try StepRecord.insert(step, into: database) }
        if let checkpoint = change.checkpoint {
            try JobRecord.keep(checkpoint: checkpoint, of: change.jobID, in: database)
        }
        for step in change.steps { try StepRecord.update(step, in: database) }
        for fingerprint in change.fingerprints { try Self.keep(fingerprint, of: change.jobID, in: database) }
        for attempt in change.endedAttempts { try AttemptRecord.end(attempt, in: database) }
        for attempt in change.newAttempts { try AttemptRecord.insert(attempt, into: database) }
        for variable in change.variables {
            try VariableRecord.set(
                variable.name,
                to: variable.value,
                madeBy: variable.madeBy,
                of: change.jobID,
                in: database
            )
        }
        for asset in change.assets { try AssetRecord.insert(asset, into: database, bytes: blobs) }
        try EventRecord.append(change.events, to: database)
    }

    /// Replaces a draft's inputs: its values, errors and state, its variables, and the assets that came with them.
    package func replaceInputs(of job: Job, assets: [Asset], events: [Event]) async throws(StoreError) {
        try await database.write { database in
            try JobRecord.updateInputs(job, in: database)
            try VariableRecord.removeInputs(of: job.id, in: database)
            for (name, value) in job.inputValues {
                try VariableRecord.set(name, to: value, madeBy: nil, of: job.id, in: database)
            }
            for asset in assets { try AssetRecord.insert(asset, into: database, bytes: blobs) }
            try EventRecord.append(events, to: database)
        }
    }

    /// Notes how far a running job is, without an event; ignored when the job has gone on meanwhile.
    package func note(progress: Int, liveOutput: String?, of id: JobID, at instant: Instant) async throws(StoreError) {
        try await database.write { database in
            try JobRecord.note(progress: progress, liveOutput: liveOutput, of: id, at: instant, in: database)
        }
    }
}

/// Everything that comes into being with a job.
package struct JobCreation: Sendable {
    package var job: Job
    package var definitions: [StoredDefinition]
    package var assets: [Asset]
    package var events: [Event]

    package init(job: Job, definitions: [StoredDefinition], assets: [Asset], events: [Event]) {
        self.job = job
        self.definitions = definitions
        self.assets = assets
        self.events = events
    }
}

/// Changes of one job that become durable together.
package struct JobChange: Sendable {
    package var jobID: JobID
    /// The job's own row, when it changes; ``Job/version`` must be one more than the stored one.
    package var job: Job?
    /// The job's checkpoint, when it changes.
    package var checkpoint: JSONValue?
    /// Steps that are there already.
    package var steps: [JobStep] = []
    /// Items of `for_each` that begin.
    package var newSteps: [JobStep] = []
    /// Jobs that steps of this one call.
    package var newJobs: [JobCreation] = []
    package var newAttempts: [Attempt] = []
    package var endedAttempts: [Attempt] = []
    package var variables: [VariableChange] = []
    package var assets: [Asset] = []
    package var events: [Event] = []
    package var fingerprints: [FingerprintChange] = []

    package init(_ jobID: JobID) {
        self.jobID = jobID
    }
}

/// A variable that a step made.
package struct VariableChange: Sendable {
    package var name: String
    package var value: JSONValue
    package var madeBy: StepID

    package init(name: String, value: JSONValue, madeBy: StepID) {
        self.name = name
        self.value = value
        self.madeBy = madeBy
    }
}
