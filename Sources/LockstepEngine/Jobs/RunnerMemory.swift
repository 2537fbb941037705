internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepModel

/// What a runner keeps from one job to the next that drives many of them.
actor RunnerMemory {
    nonisolated let fingerprinter = StepFingerprinter()
    private let context: EngineContext
    /// By the digests of all that a job is pinned to.
    private var definitions: [[String]: PinnedDefinitions] = [:]
    private var leftovers: WorkLeftovers
    private var leftFolders = 0

    /// Sets of definitions that are kept; as many kinds of jobs may run in turn.
    private static let mostDefinitions = 16
    /// Attempt folders whose work is kept until the runner has time, or this many have come together.
    private static let mostFolders = 10_000

    init(_ context: EngineContext) {
        self.context = context
        leftovers = WorkLeftovers(in: "\(context.project.stateFolder)/\(AttemptPlace.parent)")
    }

    /// What a job is pinned to.
    ///
    /// - Throws: As ``PinnedDefinitions/load(for:from:)``.
    func definitions(of job: Job) async throws(JobError) -> PinnedDefinitions {
        let digests = [job.workflowDigest ?? ""] + job.steps.map(\.toolDigest) + (job.pins?.digests.sorted() ?? [])
        if let known = definitions[digests] { return known }
        let loaded = try await PinnedDefinitions.load(for: job, from: context)
        if definitions.count >= Self.mostDefinitions { definitions = [:] }
        definitions[digests] = loaded
        return loaded
    }

    /// Takes over the work folders of a job that is over, to be removed later.
    func keep(_ finished: WorkLeftovers) async {
        leftFolders += leftovers.take(finished)
        guard leftFolders > Self.mostFolders || leftovers.recordedBytes > WorkLeftovers.patience else { return }
        await discardLeftovers()
    }

    /// Removes the work folders of all jobs that are over.
    func discardLeftovers() async {
        var all = leftovers
        leftovers = WorkLeftovers(in: "\(context.project.stateFolder)/\(AttemptPlace.parent)")
        leftFolders = 0
        await all.discard()
    }
}
