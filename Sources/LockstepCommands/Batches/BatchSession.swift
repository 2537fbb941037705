internal import ArgumentParser
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepModel

/// Drives one batch in this process while the person watches, and says what came of it.
struct BatchSession {
    let open: OpenProject
    let project: ProjectOptions
    let isJSON: Bool
    let console = Console.standard

    private var runner: BatchRunner { BatchRunner(open.workspace) }

    /// Starts a process of its own that drives the batch, and returns.
    ///
    /// - Throws: `INVALID_TRANSITION` when it has ended, or when another process drives it.
    func detach(_ batch: Batch) async throws {
        guard !batch.state.isSettled else {
            throw CommandFailure(
                .invalidTransition,
                "\(batch.id) is \(batch.state.rawValue). `lockstep batches retry \(batch.id.shortText)` runs again what failed."
            )
        }
        guard !runner.isDriven(batch.id) else {
            throw CommandFailure(
                .invalidTransition,
                "\(batch.id) is being driven by another process already; `lockstep batches watch \(batch.id.shortText)` "
                    + "follows it."
            )
        }
        try await runner.runDetached(batch.id, options: project.arguments)
        if isJSON {
            let (batch, counts) = try await open.service.getBatch(batch.id, as: open.actor)
            try console.print(batch.json(counts))
        } else {
            try console.print(batch.id.rawValue)
        }
        console.note(
            "The batch runs by itself; `lockstep batches watch \(batch.id.shortText)` follows it. What goes wrong with its "
                + "process stands in batches/\(batch.id).log of the project's state folder."
        )
    }

    /// Shows progress until the batch is over, then how it ended.
    ///
    /// The first signal cancels the batch, the second one stops its steps at once.
    ///
    /// - Throws: ``ExitCode`` unless every row completed.
    func drive(_ batch: Batch) async throws {
        let reporter = BatchProgressReporter(console.messages)
        let result = await reporter.follow { stop in
            try await runner.run(batch.id, as: open.actor, stop: stop, onUpdate: { reporter.handle($0) })
        }
        do {
            try await conclude(try result.get())
        } catch let error as JobError {
            if error.code.exitStatus == .environment {
                console.note("`lockstep batches resume \(batch.id.shortText)` goes on where it was.")
            }
            throw error
        }
    }

    /// Says how a batch ended and what to do next.
    ///
    /// - Throws: ``ExitCode`` unless every row completed, or it has not ended.
    func conclude(_ batch: Batch) async throws {
        let (batch, counts) = try await open.service.getBatch(batch.id, as: open.actor)
        try conclude(batch, counts)
    }

    func conclude(_ batch: Batch, _ counts: BatchCounts) throws {
        let mark = batch.state.mark
        let paint = console.messages.painter
        var line = "\(paint(mark.style, mark.symbol)) \(batch.id) \(mark.word)"
        if let start = batch.startedAt, let end = batch.completedAt {
            line += " after \(DurationText.short(seconds: end.seconds(since: start)))"
        }
        line += ": " + BatchText.amounts(of: batch, counts)
        try? console.messages.write(line + "\n")
        if batch.state.isSettled, counts.retryable > 0 {
            console.note(
                "`lockstep batches results \(batch.id.shortText) --failed` says why, `lockstep batches retry "
                    + "\(batch.id.shortText)` runs those rows again."
            )
        }
        if isJSON { try console.print(batch.json(counts)) }
        if let status = batch.exitStatus, status != .completed { throw ExitCode(status.rawValue) }
    }
}

extension Batch {
    /// What a command that waited for the batch exits with; nil while it has not ended.
    var exitStatus: ExitStatus? {
        switch state {
        case .preparing, .queued, .running: nil
        case .completed: .completed
        case .partial: .partial
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }
}
