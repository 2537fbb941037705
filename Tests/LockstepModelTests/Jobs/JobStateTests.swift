import LockstepModel
import Testing

struct JobStateTests {
    /// The second table of the jobs document, as it is written there.
    private static let table: [JobState: [JobState]] = [
        .draft: [.scheduled, .queued, .running, .cancelled], .scheduled: [.queued, .running, .draft, .cancelled],
        .queued: [.running, .cancelled], .running: [.paused, .completed, .partial, .failed, .cancelled, .queued],
        .paused: [.running, .cancelled, .failed], .failed: [.queued, .running], .partial: [.queued, .running],
        .completed: [], .cancelled: [],
    ]

    @Test(arguments: JobState.allCases, JobState.allCases)
    func `Every pair of states is allowed or refused as the table says`(from: JobState, to: JobState) {
        var state = from
        guard Self.table[from]?.contains(to) != true else {
            #expect(throws: Never.self) { try state.change(to: to, of: JobID("job_1")) }
            #expect(state == to)
            return
        }
        let error = #expect(throws: JobError.self) { try state.change(to: to, of: JobID("job_1")) }
        #expect(error?.code == .invalidTransition)
        #expect(error?.message.hasPrefix("job_1 is \(from.rawValue) and cannot become \(to.rawValue)") == true)
        #expect(state == from)
    }

    @Test(arguments: JobState.allCases)
    func `From every state a settled one can be reached`(from: JobState) {
        var reached: Set<JobState> = [from]
        while let next = reached.flatMap(\.successors).first(where: { !reached.contains($0) }) { reached.insert(next) }
        #expect(reached.contains { $0.isSettled })
    }

    @Test(arguments: [
        (JobState.draft, "PENDING"), (.scheduled, "PENDING"), (.queued, "PENDING"), (.running, "RUNNING"),
        (.paused, "RUNNING"),
        (.completed, "COMPLETED"), (.partial, "COMPLETED"), (.failed, "FAILED"), (.cancelled, "FAILED"),
    ])
    func `Each state fixes the status`(state: JobState, status: String) {
        #expect(state.status.rawValue == status)
        #expect(state.isSettled == ["COMPLETED", "FAILED"].contains(status))
    }
}
