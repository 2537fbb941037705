import LockstepJSON
import LockstepTestSupport
import Testing

/// That what was answered is on the disk, whatever happens to the power afterwards.
@Suite(.timeLimit(.minutes(10)))
struct DurabilityTests {
    @Test
    func `An answer is printed after the disk has taken what it says`() async throws {
        let test = try SmallProject.shell("echo done")
        #expect(try await test.run("run", "workflow", "work").status == 0)
        // The second connection keeps this one from writing everything into the database as it closes.
        let traced = try await test.shell(
            """
            sqlite3 .lockstep/lockstep.sqlite 'BEGIN; SELECT count(*) FROM jobs;' '.shell sleep 5' > /dev/null &
            strace -f -y -o trace -e trace=write,pwrite64,fdatasync,fsync "$LOCKSTEP" jobs create work --output json
            """
        )
        #expect(traced.status == 0 && traced.stdout.contains("\"state\": \"queued\""), "\(traced)")
        let calls = try #require(test.content("trace")).split(separator: "\n")
        let answer = try #require(calls.firstIndex { $0.contains("write(1<") && $0.contains("\\\"data\\\"") })
        let lastWrite = try #require(
            calls.lastIndex { $0.contains("pwrite64(") && $0.contains("lockstep.sqlite-wal>") }
        )
        let lastSync = try #require(
            calls.lastIndex { $0.contains("fdatasync(") && $0.contains("lockstep.sqlite-wal>") }
        )
        #expect(lastWrite < lastSync && lastSync < answer, "\(calls.suffix(20).joined(separator: "\n"))")
    }

    /// The short form of `Benchmarks/crash/power_cut.py`.
    @Test
    func `What was acknowledged survives cuts of the power and a disk that answers EIO`() async throws {
        let test = try CommandLineTest()
        let rig = PackageRoot.path("Benchmarks/crash/power_cut.py")
        let run = try await test.shell("/usr/bin/python3 \(rig) --lockstep \"$LOCKSTEP\" --cuts 3 --failures 2")
        if run.status == 77 {
            print("NOT TESTED: power cuts and disk errors: \(run.stdout)")
            return
        }
        #expect(run.status == 0, "\(run)")
        #expect(run.json?["violations"]?.arrayValue?.isEmpty == true, "\(run)")
        #expect(run.json?["cuts"] == 3 && run.json?["failures"] == 2, "\(run)")
        #expect((run.json?["acknowledged"]?.integerValue ?? 0) > 0, "\(run)")
    }
}
