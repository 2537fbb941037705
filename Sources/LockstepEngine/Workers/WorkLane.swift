internal import LockstepExecution
internal import LockstepModel

/// One row of work that waits for slots: the jobs of a batch, or those of a tenant that stand by themselves.
protocol WorkLane: Sendable {
    var id: String { get }
    var tenant: String { get }
    /// How many slots it may have at most.
    var limit: Int { get }

    /// The next piece of work; nil when there is none now. Never called twice at the same time.
    func next() async throws(JobError) -> Work?

    /// Looks whether somebody wants something else of it; called every now and then.
    func look() async throws(JobError)
}

/// What takes one slot until it is over.
struct Work: Sendable {
    /// What fails here keeps the lane's further work from being done.
    ///
    /// It may call what it gets to give its slot back before it is over.
    let perform: @Sendable (_ giveBack: @escaping @Sendable () -> Void) async -> Result<Void, JobError>
}
