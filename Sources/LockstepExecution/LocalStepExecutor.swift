internal import Dispatch
internal import LockstepModel
package import LockstepStore

/// Runs single attempts of steps on this machine, each in a sandbox of its own under a supervisor of its own.
package struct LocalStepExecutor: Sendable {
    private let supervisors: SupervisorStarts
    private let blobs: BlobStore
    private let mediaTypes: LazyMediaTypes
    private let host: SandboxHost
    private let graceMilliseconds: Int64?
    private let shapes: SandboxShapes

    /// How often a running step's output is looked at.
    private static let tick = DispatchTimeInterval.milliseconds(100)

    /// - Parameters:
    ///   - supervisor: Absolute path; see ``SupervisorLocation``.
    ///   - blobs: Takes the files that steps make.
    ///   - mediaTypes: Made at the first file by default, because libmagic takes long to read its database.
    ///   - host: What is known of this machine; looked at once.
    ///   - graceMilliseconds: From asking a tool to end to making it; the tool's own limit when nil.
    package init(
        supervisor: String,
        blobs: BlobStore,
        mediaTypes: LazyMediaTypes = LazyMediaTypes(),
        host: SandboxHost = .current(),
        graceMilliseconds: Int64? = nil
    ) {
        supervisors = SupervisorStarts(program: supervisor)
        self.blobs = blobs
        self.mediaTypes = mediaTypes
        self.host = host
        self.graceMilliseconds = graceMilliseconds
        shapes = SandboxShapes(supervisor: supervisor, host: host)
    }

    /// Whether a supervisor waits for an attempt.
    var hasSpare: Bool { supervisors.hasSpare }

    /// Runs one attempt to its end; every process of it is dead afterwards.
    ///
    /// - Parameters:
    ///   - stop: The only way to end the step early; cancelling the task changes nothing.
    ///   - onProgress: Called at most every 100 ms and only with news, never concurrently.
    /// - Throws: ``ExecutionError`` when the sandbox cannot be had or a file cannot be written; the tool may have run then.
    package func run(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> StepOutcome {
        let shape = try await shapes.shape(for: invocation)
        if let failure = Preconditions(invocation, seesHost: !shape.usesBubblewrap).problem() {
            return StepOutcome(ending: AttemptEnding(reason: .notStarted), failure: failure)
        }
        // At most one attempt of a step lives, also when somebody forced a job whose runner had died into another state.
        if let earlier = invocation.earlierAttempts.first { await AbandonedAttempt.end(in: earlier) }
        let (attempt, environment) = try AttemptFolder.make(
            for: invocation,
            host: host,
            shape: shape,
            graceMilliseconds: graceMilliseconds
        )
        if let warning = shape.warning(for: invocation.sandbox) { await onProgress(StepProgress(warning: warning)) }
        Failpoint.afterFolderMade.reach()
        if stop.request != .none { return .cancelledBeforeStart }
        let events = AttemptEvents()
        let process = try await supervisors.start(
            folder: invocation.attemptFolder,
            environment: environment,
            ended: { events.post(.ended) }
        )
        stop.connect(process)
        Failpoint.afterSupervisorStarted.reach()
        if invocation.isFollowed { supervisors.prepare(after: invocation.attemptFolder) }
        let screen = SecretScreen(invocation)
        let reader = ProgressReader(layout: attempt.layout, pattern: invocation.progressPattern, screen: screen)
        await follow(reader, events: events, onProgress: onProgress)
        stop.connect(nil)
        Failpoint.afterStepEnded.reach()
        var outcome = try await finish(invocation, attempt: attempt, stop: stop, screen: screen)
        report(of: attempt.layout, in: &outcome, screen: screen)
        Failpoint.afterOutputsCollected.reach()
        return outcome
    }

    /// Adds what the tool said of itself.
    func report(of layout: AttemptLayout, in outcome: inout StepOutcome, screen: SecretScreen) {
        let reported = EventReader.whole(path: layout.events, screen: screen)
        outcome.cost = reported.cost
        outcome.checkpoint = reported.checkpoint
    }

    private func follow(
        _ first: ProgressReader,
        events: AttemptEvents,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async {
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + Self.tick, repeating: Self.tick)
        timer.setEventHandler { events.post(.tick) }
        timer.resume()
        defer { timer.cancel() }
        var reader = first
        while await events.next() == .tick {
            if let progress = reader.read() { await onProgress(progress) }
        }
    }

    /// Reads how an attempt ended whose supervisor is gone, and collects what it made.
    func finish(
        _ invocation: StepInvocation,
        attempt: AttemptFolder,
        stop: StopSignal,
        screen: SecretScreen
    ) async throws(ExecutionError) -> StepOutcome {
        guard let report = ExitReport(layout: attempt.layout), report.isTrustworthy(for: invocation.attemptID) else {
            await SandboxRemains(layout: attempt.layout).end()
            if let error = attempt.fullDisk() { throw error }
            return .withoutReport(wasStopped: stop.request != .none)
        }
        var outcome = try AttemptVerdict(invocation: invocation, report: report, layout: attempt.layout).outcome()
        guard outcome.succeeded else { return outcome }
        let collector = OutputCollector(
            invocation: invocation,
            report: report,
            layout: attempt.layout,
            blobs: blobs,
            mediaTypes: mediaTypes,
            screen: screen
        )
        switch await Self.offPool({ collector.collect() }) {
        case .success(let outputs): outcome.outputs = outputs
        case .failure(.step(var failure)):
            // It may name files that the tool has named after a secret.
            failure.message = screen.text(failure.message)
            outcome.failure = failure
        case .failure(.execution(let error)): throw error
        }
        return outcome
    }

    /// Copying and hashing large files would hold up every other task of the program.
    private static func offPool<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: work()) }
        }
    }
}
