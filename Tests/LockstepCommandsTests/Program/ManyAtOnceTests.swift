import LockstepJSON
import LockstepTestSupport
import Testing

/// Several programs in one project.
@Suite(.timeLimit(.minutes(10)))
struct ManyAtOnceTests {
    @Test func `Eight runs at once in a new project all complete`() async throws {
        let test = try SmallProject.shell("echo hi")
        let programs = try (0..<8).map { _ in try test.start(["run", "workflow", "work", "--output", "json"]) }
        for program in programs {
            let run = await program.result()
            #expect(run.status == 0, "\(run)")
        }
        let jobs = try await test.run("jobs", "list", "--output", "json")
        #expect(jobs.data?["jobs"]?.arrayValue?.count == 8, "\(jobs)")
    }
}
