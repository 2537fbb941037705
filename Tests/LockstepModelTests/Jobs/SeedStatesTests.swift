import LockstepModel
import Testing

struct SeedStatesTests {
    /// `VALID_TRANSITIONS` of seed 003.
    private static let workerTable: [WorkerState: Set<WorkerState>] = [
        .queued: [.processing], .processing: [.completed, .partial, .failed], .completed: [], .failed: [], .partial: [],
    ]
    /// "Allowed Transitions" of seed 004, with its retry.
    private static let serviceTable: [ServiceState: Set<ServiceState>] = [
        .draft: [.scheduled, .running, .cancelled], .scheduled: [.running, .cancelled],
        .running: [.succeeded, .failed, .cancelled], .failed: [.running], .succeeded: [], .cancelled: [],
    ]

    @Test(arguments: WorkerState.allCases, WorkerState.allCases)
    func `Every change of seed 003's table is one that a job can make`(from: WorkerState, to: WorkerState) {
        #expect(from.successors.contains(to) == (Self.workerTable[from]?.contains(to) ?? false))
        if from.successors.contains(to) { #expect(from.state.successors.contains(to.state)) }
        #expect(WorkerState(from.state) == from)
    }

    @Test(arguments: ServiceState.allCases, ServiceState.allCases)
    func `Every change of seed 004's table is one that a job can make`(from: ServiceState, to: ServiceState) {
        #expect(from.successors.contains(to) == (Self.serviceTable[from]?.contains(to) ?? false))
        if from.successors.contains(to) { #expect(from.state.successors.contains(to.state)) }
        #expect(ServiceState(from.state) == from)
    }

    @Test(arguments: JobState.allCases, JobState.allCases)
    func `Beyond seed 003 a job can only be cancelled early, be retried, or be queued again`(
        from: JobState,
        to: JobState
    ) {
        guard from.successors.contains(to) else { return }
        let (old, new) = (WorkerState(from), WorkerState(to))
        guard old != new, !old.successors.contains(new) else { return }
        let isEarlyCancel = old == .queued && to == .cancelled
        let isRetry = [.failed, .partial].contains(from) && [.queued, .running].contains(to)
        let isRecovery = from == .running && to == .queued
        #expect(isEarlyCancel || isRetry || isRecovery)
    }

    @Test(arguments: JobState.allCases, JobState.allCases)
    func `Beyond seed 004 a job can only be unscheduled, be retried, or be queued again`(
        from: JobState,
        to: JobState
    ) {
        guard from.successors.contains(to) else { return }
        let (old, new) = (ServiceState(from), ServiceState(to))
        guard old != new, !old.successors.contains(new) else { return }
        let isUnscheduling = from == .scheduled && to == .draft
        let isRetry = [.failed, .partial].contains(from) && [.queued, .running].contains(to)
        let isRecovery = from == .running && to == .queued
        #expect(isUnscheduling || isRetry || isRecovery)
    }

    @Test func `Terminal in seed 003 is what has ended`() {
        for state in JobState.allCases { #expect(WorkerState(state).isTerminal == state.isSettled) }
    }
}
