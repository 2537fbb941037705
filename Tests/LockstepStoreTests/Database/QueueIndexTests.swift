import GRDB
import LockstepTestSupport
import Testing

@testable import LockstepStore

struct QueueIndexTests {
    @Test(arguments: [
        (JobStore.enqueuedTenants, "jobs_waiting"), (JobStore.enqueuedJobs, "jobs_waiting"),
        (BatchStore.enqueued, "batches_waiting"), (BatchStore.preparing, "batches_preparing"),
    ])
    func `what waits is read from an index of nothing else, in its order`(_ query: String, _ index: String) async throws
    {
        let folder = try TemporaryFolder(inMemory: true)
        let database = try StateDatabase(path: folder.path("lockstep.sqlite"))
        let plan = try await database.read { database in
            let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN " + query)
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] as String }
        }
        #expect(plan.count == 1 && plan[0].contains("USING") && plan[0].contains(index), "\(plan)")
    }
}
