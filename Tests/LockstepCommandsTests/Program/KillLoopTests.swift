import LockstepJSON
import LockstepTestSupport
import Testing

/// The short form of `Benchmarks/crash/kill_loop.py`.
@Suite(.timeLimit(.minutes(10)))
struct KillLoopTests {
    @Test
    func `Random kills of runners, supervisors and sandboxes lose nothing and do nothing twice`() async throws {
        let test = try CommandLineTest()
        let loop = PackageRoot.path("Benchmarks/crash/kill_loop.py")
        let run = try await test.shell(
            "python3 \(loop) --lockstep \"$LOCKSTEP\" --seconds 6 --jobs 2 --owned-within 60"
        )
        #expect(run.status == 0, "\(run)")
        #expect(run.json?["violations"]?.arrayValue?.isEmpty == true, "\(run)")
        #expect((run.json?["kills"]?["runner"]?.integerValue ?? 0) > 0, "\(run)")
    }
}
