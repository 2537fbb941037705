internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

extension JobService {
    var batches: BatchStore { BatchStore(context.store) }

    /// Reads and checks every row, and keeps the batch; none of its jobs is made yet.
    ///
    /// - Parameter onRow: Called with the number of rows read, every thousand rows.
    /// - Throws: `VALIDATION_ERROR` with every row that is not valid, unless the request leaves them out; nothing is kept then.
    package func createBatch(
        _ request: BatchRequest,
        enqueues: Bool = false,
        as actor: Actor,
        onRow: (Int) -> Void = { _ in }
    ) async throws(JobError) -> PreparedBatch {
        var prepared = try await prepareBatch(request, as: actor, onRow: onRow)
        let (id, now) = (prepared.batch.id, enqueues ? context.now() : nil)
        try await stored { () async throws(StoreError) in try await batches.activate(id, enqueuedAt: now) }
        if let kept = try await stored({ () async throws(StoreError) in try await batches.batch(id) }) {
            prepared.batch = kept
        }
        prepared.hold = nil
        return prepared
    }

    /// As ``createBatch(_:enqueues:as:onRow:)``, but nobody sees the batch until it is made real in a transaction.
    ///
    /// - Returns: The batch; whoever holds the value keeps others from tidying it away.
    package func prepareBatch(
        _ request: BatchRequest,
        as actor: Actor,
        onRow: (Int) -> Void = { _ in }
    ) async throws(JobError) -> PreparedBatch {
        try actor.require(.createBatch)
        guard (1...BatchRequest.parallelLimit).contains(request.maxParallel) else {
            throw JobError(
                .validationError,
                "\(request.maxParallel) jobs cannot run at the same time; give 1 to \(BatchRequest.parallelLimit)."
            )
        }
        try await discardAbandonedBatches()
        var rows = try CheckedRows(
            request.source,
            variables: request.workflow.workflow.inputVariables,
            shared: request.sharedInputs,
            folder: request.folder,
            mediaTypes: context.mediaTypes
        )
        let now = context.now()
        let (definitions, stored) = DefinitionSet.made(from: request.workflow, at: now)
        var batch = Batch(
            id: context.identifiers.next(),
            tenantID: actor.tenantID,
            userID: actor.id,
            name: request.name ?? request.workflow.workflow.name,
            workflowID: request.workflow.workflow.id,
            workflowDigest: definitions.digest,
            pins: definitions.allPins,
            source: request.source.json,
            maxParallel: request.maxParallel,
            sandbox: request.sandbox,
            reusesSteps: request.reusesSteps,
            createdAt: now,
            updatedAt: now
        )
        batch.scheduleID = request.scheduleID
        guard let hold = try BatchPlace.own(batch.id, in: context.project) else {
            throw JobError(.concurrencyError, "\(batch.id) is being prepared by another process.")
        }
        let made = batch
        try await self.stored { () async throws(StoreError) in try await batches.insert(made, definitions: stored) }
        var prepared = PreparedBatch(batch: batch, hold: hold)
        do throws(JobError) {
            try await take(&rows, of: request, into: &prepared, onRow: onRow)
        } catch {
            _ = try? await batches.discard(batch.id)
            BatchPlace.forget(batch.id, in: context.project)
            throw error
        }
        return prepared
    }

    /// Stores the valid rows, and counts the others.
    private func take(
        _ rows: inout CheckedRows,
        of request: BatchRequest,
        into prepared: inout PreparedBatch,
        onRow: (Int) -> Void
    ) async throws(JobError) {
        let id = prepared.batch.id
        var chunk: [NewBatchRow] = []
        var size = 0
        var read = 0
        while true {
            let row: CheckedRow?
            do { row = try rows.next() } catch {
                throw JobError(error.code, error.description, fields: prepared.problems.map(\.fieldError))
            }
            if let row {
                read += 1
                if read % 1000 == 0 { onRow(read) }
                if let valid = row.row {
                    prepared.batch.total += 1
                    if prepared.batch.invalid == 0 || request.skipsInvalid {
                        let stored = valid.stored(with: rows.shared)
                        size += JSONValue.object(stored.inputs).weight
                        chunk.append(stored)
                    }
                } else {
                    prepared.add(row.problems)
                }
            }
            if chunk.count >= 1000 || size >= BatchStore.pageSize || row == nil, !chunk.isEmpty {
                let some = chunk
                try await stored { () async throws(StoreError) in try await batches.append(some, to: id) }
                chunk.removeAll(keepingCapacity: true)
                size = 0
            }
            if row == nil { break }
        }
        let invalid = prepared.batch.invalid
        if invalid > 0, !request.skipsInvalid || prepared.batch.total == 0 {
            let count = invalid == 1 ? "One row is" : "\(invalid) rows are"
            let more =
                prepared.moreProblems > 0
                ? " The first \(PreparedBatch.problemLimit) mistakes are shown; there are \(prepared.moreProblems) more."
                : ""
            let way =
                request.scheduleID == nil
                ? "with --skip-invalid" : "with `skip_invalid: true` in the schedule's `batch`"
            let advice = prepared.batch.total == 0 ? "" : " Mend them, or leave them out \(way)."
            throw JobError(
                .validationError,
                "\(request.source.shown): \(count) not valid of \(read); no job was made.\(more)\(advice)",
                fields: prepared.problems.map(\.fieldError)
            )
        }
        let (total, left) = (prepared.batch.total, prepared.batch.invalid)
        try await stored { () async throws(StoreError) in try await batches.note(total: total, invalid: left, of: id) }
    }

    /// Removes batches whose process died while it read their rows; nobody was told of them.
    package func discardAbandonedBatches() async throws(JobError) {
        for id in try await stored({ () async throws(StoreError) in try await batches.preparing() }) {
            guard let lock = try BatchPlace.own(id, in: context.project) else { continue }
            try await stored { () async throws(StoreError) in try await batches.discard(id) }
            BatchPlace.forget(id, in: context.project)
            lock.release()
        }
    }

    // MARK: Looking

    /// - Throws: `BATCH_NOT_FOUND`; `PERMISSION_DENIED` for a batch of another tenant.
    package func getBatch(_ id: BatchID, as actor: Actor) async throws(JobError) -> (batch: Batch, counts: BatchCounts)
    {
        let batch = try await batch(id, for: .getBatch, as: actor)
        return (batch, try await stored { () async throws(StoreError) in try await batches.counts(of: id) })
    }

    func batch(_ id: BatchID, for operation: JobOperation, as actor: Actor) async throws(JobError) -> Batch {
        try actor.require(operation)
        let found = try await stored { () async throws(StoreError) in try await batches.batch(id) }
        return try visible(found, id, to: actor)
    }

    func visible(_ batch: Batch?, _ id: BatchID, to actor: Actor) throws(JobError) -> Batch {
        guard let batch, batch.state != .preparing else {
            throw JobError(.batchNotFound, "There is no batch \(id). `lockstep batches list` shows those there are.")
        }
        guard actor.reaches(tenant: batch.tenantID) else {
            throw JobError(.permissionDenied, "\(id) belongs to another tenant.")
        }
        if let owner = context.ownerOnly(actor, in: batch.tenantID), batch.userID != owner {
            throw JobError(
                .permissionDenied,
                "\(id) belongs to another user, and jobs of the tenant \(batch.tenantID) are private."
            )
        }
        return batch
    }

    /// Finds a batch by its whole id, the beginning or the end of it, or `last` for the newest.
    ///
    /// - Throws: `BATCH_NOT_FOUND`, also when several are meant.
    package func findBatch(_ text: String, as actor: Actor) async throws(JobError) -> Batch {
        try actor.require(.getBatch)
        if text == "last" {
            let newest = try await stored { () async throws(StoreError) in
                try await batches.newest(
                    tenant: actor.tenantID,
                    visibleTo: context.ownerOnly(actor, in: actor.tenantID)
                )
            }
            guard let newest else {
                throw JobError(.batchNotFound, "There are no batches yet. `lockstep run batch` starts one.")
            }
            return newest
        }
        guard text.count >= 4 else {
            throw JobError(
                .batchNotFound,
                "\"\(text)\" is too short to find a batch by; give at least 4 characters of its id."
            )
        }
        let ids = try await stored { () async throws(StoreError) in
            try await batches.batchIDs(matching: text, tenant: actor.tenantID)
        }
        if ids.count > 1, !ids.contains(BatchID(text)) {
            let some = ids.prefix(3).map(\.rawValue).joined(separator: ", ")
            throw JobError(.batchNotFound, "\"\(text)\" fits several batches (\(some)…); give more of the id.")
        }
        return try await batch(ids.first ?? BatchID(text), for: .getBatch, as: actor)
    }

    /// One page of the batches of the actor's tenant, newest first.
    ///
    /// - Parameter cursor: The last batch of the page before.
    package func listBatches(
        states: [BatchState] = BatchState.allCases,
        after cursor: String? = nil,
        limit: Int = 50,
        as actor: Actor
    ) async throws(JobError) -> BatchPage {
        try actor.require(.listBatches)
        guard (1...500).contains(limit) else {
            throw JobError(.usage, "A page holds 1 to 500 batches; \(limit) were asked for.")
        }
        let (found, hasMore) = try await stored { () async throws(StoreError) in
            try await batches.batches(
                tenant: actor.tenantID,
                visibleTo: context.ownerOnly(actor, in: actor.tenantID),
                states: states,
                before: cursor.map { BatchID($0) },
                limit: limit
            )
        }
        return BatchPage(batches: found, nextCursor: hasMore ? found.last?.batch.id.rawValue : nil)
    }

    /// Rows of a batch with what became of them, in order.
    ///
    /// - Parameters:
    ///   - number: The last row of the page before.
    ///   - states: Only rows in one of these; nil for all.
    ///   - limit: How many rows at most; fewer where they are large, but none only when no row is left.
    package func listRows(
        of id: BatchID,
        after number: Int = 0,
        states: Set<BatchRowState>? = nil,
        limit: Int,
        as actor: Actor
    ) async throws(JobError) -> [BatchRowResult] {
        _ = try await batch(id, for: .getBatch, as: actor)
        return try await stored { () async throws(StoreError) in
            try await batches.results(of: id, after: number, states: states, limit: limit)
        }
    }

    /// The workflow that all jobs of a batch run, as it was when the batch was made.
    package func workflow(of batch: Batch, as actor: Actor) async throws(JobError) -> Workflow {
        _ = try await self.batch(batch.id, for: .getBatch, as: actor)
        let contents = try await stored { () async throws(StoreError) in try await batches.definitions(of: batch) }
        return try DefinitionSet.read(batch.workflowID, batch.workflowDigest, batch.pins, contents, context.project)
            .workflow
    }

    // MARK: Control

    /// Stops a batch: no further row is started, and what runs is cancelled; at once when nobody drives it.
    ///
    /// - Throws: `INVALID_TRANSITION` when it has ended already.
    package func cancelBatch(_ id: BatchID, reason: String? = nil, as actor: Actor) async throws(JobError) -> Batch {
        let asked = try await change(id, .cancelBatch, as: actor) { (batch, now) throws(JobError) in
            guard !batch.state.isSettled else {
                throw JobError(.invalidTransition, "\(id) is \(batch.state.rawValue); there is nothing to cancel.")
            }
            guard batch.cancelRequestedAt == nil else { return nil }
            var asked = batch
            asked.cancelRequestedAt = now
            asked.cancelReason = reason
            return asked
        }
        guard let lock = try BatchPlace.own(id, in: context.project) else { return asked }
        defer { lock.release() }
        // A row of it may be stopping in another process; who does not want to wait for that finds it stopped later.
        for _ in 0..<100 {
            try await cancelUnsettledJobs(of: id, reason: reason, as: asked.owner)
            let settled = try await settle(id)
            if settled.state.isSettled { return settled }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return try await settle(id)
    }

    /// Cancels the jobs of a batch that have not ended; one that another process drives is only asked to stop.
    func cancelUnsettledJobs(of id: BatchID, reason: String?, as owner: Actor) async throws(JobError) {
        for job in try await stored({ () async throws(StoreError) in try await batches.unsettledJobs(of: id) }) {
            do throws(JobError) {
                _ = try await cancelJob(job.id, reason: reason, as: owner)
            } catch {
                guard error.code == .invalidTransition || error.code == .jobNotFound else { throw error }
            }
        }
    }

    /// Makes a batch ready whose rows failed in part: those that completed stay as they are, the others are run again.
    ///
    /// A job that failed goes on at the step that failed; one that was cancelled begins anew.
    ///
    /// - Throws: `INVALID_TRANSITION` while it runs, and when no row is left to be run.
    package func retryBatch(_ id: BatchID, as actor: Actor) async throws(JobError) -> Batch {
        let (found, counts) = try await getBatch(id, as: actor)
        try actor.require(.retryBatch)
        guard found.state.isSettled else {
            throw JobError(
                .invalidTransition,
                "\(id) is \(found.state.rawValue); only a batch that has ended can be retried."
            )
        }
        guard counts.retryable + counts[.pending] + counts[.queued] > 0 else {
            throw JobError(.invalidTransition, "Every row of \(id) has completed; there is nothing to retry.")
        }
        guard let lock = try BatchPlace.own(id, in: context.project) else {
            throw JobError(.invalidTransition, "\(id) is being worked on by another process.")
        }
        defer { lock.release() }
        // First the batch: killed from here on, whoever drives it next finds jobs that are ready, and some that still failed.
        let ready = try await change(id, .retryBatch, as: actor) { (batch, _) throws(JobError) in
            guard batch.version == found.version else {
                throw JobError(.concurrencyError, "\(id) was changed by somebody else meanwhile. Look at it again.")
            }
            var ready = batch
            ready.state = .queued
            ready.completedAt = nil
            ready.cancelRequestedAt = nil
            ready.cancelReason = nil
            ready.enqueuedAt = nil
            return ready
        }
        let owner = found.owner
        for job in try await stored({ () async throws(StoreError) in try await batches.retryableJobs(of: id) }) {
            do throws(JobError) {
                if job.isCancelled {
                    _ = try await resetJob(job.id, reason: "Retry of \(id)", as: owner)
                } else {
                    _ = try await retryJob(job.id, as: owner)
                }
            } catch {
                // Somebody has deleted the job or retried it meanwhile; the other rows do not wait for that.
                guard error.code == .jobNotFound || error.code == .invalidTransition else { throw error }
            }
        }
        try await stored { () async throws(StoreError) in try await batches.forgetRefusals(of: id) }
        return ready
    }

    /// Says how a batch ended whose jobs are all over.
    ///
    /// - Returns: The batch as it is; not settled while a row is still to be run.
    func settle(_ id: BatchID) async throws(JobError) -> Batch {
        let counts = try await stored { () async throws(StoreError) in try await batches.counts(of: id) }
        return try await change(id, .startJob, as: .recovery) { (batch, now) throws(JobError) in
            guard !batch.state.isSettled else { return nil }
            let isCancelled = batch.cancelRequestedAt != nil
            let isOver = isCancelled ? counts[.running] + counts[.queued] == 0 : counts.done == counts.total
            guard isOver else { return nil }
            var settled = batch
            settled.state = isCancelled ? .cancelled : counts.ending
            settled.completedAt = now
            settled.startedAt = batch.startedAt ?? now
            return settled
        }
    }

    /// Changes a batch in one transaction.
    ///
    /// - Parameter decide: What it is to become; nil leaves it as it is.
    func change(
        _ id: BatchID,
        _ operation: JobOperation,
        as actor: Actor,
        _ decide: @escaping @Sendable (Batch, Instant) throws(JobError) -> Batch?
    ) async throws(JobError) -> Batch {
        try actor.require(operation)
        let now = context.now()
        let result = try await stored { () async throws(StoreError) in
            try await batches.revise(id) { (found) throws(JobError) in
                var decided = try decide(try visible(found, id, to: actor), now)
                decided?.updatedAt = now
                return decided
            }
        }
        return try visible(try result.get(), id, to: actor)
    }
}

/// One page of batches, each with how far it is.
package struct BatchPage: Sendable {
    package let batches: [(batch: Batch, counts: BatchCounts)]
    /// For the next page; nil on the last one.
    package let nextCursor: String?
}

extension Batch {
    /// Who its jobs belong to.
    var owner: Actor { Actor(id: userID, tenantID: tenantID, scopes: [.write, .execute]) }
}

extension BatchRow {
    /// With what all rows are given that this one does not say itself.
    fileprivate func stored(with shared: JSONObject) -> NewBatchRow {
        var all = inputs
        for (name, value) in shared where all[name] == nil { all[name] = value }
        return NewBatchRow(number: number, line: line, name: name, inputs: all)
    }
}

extension JSONValue {
    /// About as many bytes as it takes; found faster than by writing it.
    fileprivate var weight: Int {
        switch self {
        case .null, .bool, .integer, .number: 8
        case .string(let text): text.utf8.count + 8
        case .array(let items): items.reduce(8) { $0 + $1.weight }
        case .object(let object): object.reduce(8) { $0 + $1.name.utf8.count + $1.value.weight }
        }
    }
}

extension RowProblem {
    /// For an answer that lists what is wrong by field.
    fileprivate var fieldError: FieldError {
        FieldError(field: place.shown + (field.map { " \($0)" } ?? ""), message: message)
    }
}
