import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// State folders that are not as the program would like them.
@Suite(.timeLimit(.minutes(10)))
struct StateFolderTests {
    @Test
    func `A program killed while it brings the database up to date leaves one that works`() async throws {
        var kills = 0
        for (call, numbers) in [("pwrite64", [1, 2, 5, 20, 60, 90, 120, 150]), ("fdatasync", [1, 2, 3, 5, 8])] {
            for number in numbers {
                let test = try SmallProject.shell("echo done")
                let killed = try await test.shell(
                    "strace -f -o trace -e trace=\(call) -e inject=\(call):signal=KILL:when=\(number) \"$LOCKSTEP\" jobs list"
                )
                kills += killed.status == 0 ? 0 : 1
                let list = try await test.run("jobs", "list", "--output", "json")
                #expect(list.status == 0, "after \(call) \(number): \(list)")
                let run = try await test.run("run", "workflow", "work")
                #expect(run.status == 0, "after \(call) \(number): \(run)")
                let checked = try await test.shell(
                    "sqlite3 .lockstep/lockstep.sqlite 'PRAGMA integrity_check' && \"$LOCKSTEP\" events verify"
                )
                #expect(checked.status == 0 && checked.stdout.hasPrefix("ok\n"), "after \(call) \(number): \(checked)")
            }
        }
        #expect(kills > 5, "the kills came too late to hit a migration")
    }

    @Test
    func `A state folder on a disk that is read-only is an error that says so, and loses nothing`() async throws {
        let test = try SmallProject.shell("echo done")
        #expect(try await test.run("run", "workflow", "work").status == 0)
        for command in ["run workflow work", "jobs list", "jobs create work", "gc", "recover"] {
            let refused = try await test.shell(
                """
                unshare --user --map-root-user --mount sh -c '
                    mount --bind .lockstep .lockstep && mount -o remount,bind,ro .lockstep && cd . &&
                    "$LOCKSTEP" \(command)'
                """
            )
            #expect(refused.status == ExitStatus.environment.rawValue, "\(command): \(refused)")
            #expect(refused.stderr.contains(".lockstep"), "\(command): \(refused)")
            #expect(refused.stderr.contains("read-only") || refused.stderr.contains("cannot be written"), "\(refused)")
        }
        let list = try await test.run("jobs", "list", "--output", "json")
        #expect(list.data?["jobs"]?.arrayValue?.count == 1, "\(list)")
    }

    @Test
    func `A copy of a project whose job runs is recovered by itself, and the original is left alone`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let program = try test.start(["run", "workflow", "work"])
        #expect(await eventually { program.stderrSoFar.contains("only: started") })
        let id = try #require(
            try await test.run("jobs", "show", "last", "--output", "json").data?["job_id"]?.stringValue
        )
        let original = LostRunner(test: test, id: id)
        #expect(await eventually { original.log().contains("tick") })
        // As a backup that is unpacked elsewhere: other folder, other boot, numbers of processes that mean nothing there.
        let copied = try await test.shell(
            """
            mkdir ../copy && cp -a . ../copy/ 2>/dev/null; cd ../copy && touch tools-registry/shell/go &&
            boot=$(cat /proc/sys/kernel/random/boot_id) &&
            find .lockstep/attempts -name lock -exec sed -i "s/$boot/00000000-0000-4000-8000-000000000000/" {} + &&
            "$LOCKSTEP" recover && "$LOCKSTEP" jobs watch \(id) && "$LOCKSTEP" jobs show \(id) && "$LOCKSTEP" events verify
            """
        )
        #expect(copied.status == 0 && copied.stdout.contains("completed"), "\(copied)")
        let before = original.log().count
        #expect(await eventually { original.log().count > before }, "the original's step has stopped")
        try original.go()
        let end = await program.result()
        #expect(end.status == 0, "\(end)")
        #expect(try await original.attempts() == ["succeeded"])
        try await original.expectSound()
    }
}
