import Foundation
import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

/// The service as systemd runs it.
@Suite(.timeLimit(.minutes(10)))
struct ServeTests {
    private static let patient = "while [ ! -e /tool/go ]; do sleep 0.05; done; echo \"<$1>\""

    private func sql(_ test: CommandLineTest, _ text: String) async throws -> String {
        let found = try await test.shell(
            "sqlite3 -cmd '.timeout 20000' .lockstep/lockstep.sqlite \"\(text)\" 2>/dev/null"
        )
        return found.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func hasRunningStep(_ test: CommandLineTest, _ count: Int = 1) async -> Bool {
        await eventually {
            (try? await sql(test, "SELECT count(*) FROM attempts WHERE state = 'running'")) == "\(count)"
        }
    }

    @Test func `What waits for a worker is run, and TERM ends the service`() async throws {
        let test = try SmallProject.shell("echo \"<$1>\"")
        try test.file("rows.csv", "text\none\ntwo\nthree\n")
        let service = try test.start(["serve", "--no-http", "--workers", "2"])
        #expect(await eventually { service.stderrSoFar.contains("serving") }, "\(service.stderrSoFar)")
        let job = try await test.run("run", "workflow", "work", "-i", "text=alone", "--queue")
        #expect(job.status == 0 && job.stderr.contains("The service runs it"), "\(job)")
        let batch = try await test.run("run", "batch", "work", "--inputs", "rows.csv", "--queue")
        #expect(batch.status == 0, "\(batch)")
        let watched = try await test.run("batches", "watch", "last")
        #expect(watched.status == 0, "\(watched)\n\(service.stderrSoFar)")
        #expect(
            await eventually { (try? await sql(test, "SELECT count(*) FROM jobs WHERE state = 'completed'")) == "4" }
        )
        service.send(SIGTERM)
        let ended = await service.result()
        #expect(
            ended.status == 0 && ended.stderr.contains("batch ended") && ended.stderr.contains("stopped"),
            "\(ended)"
        )
    }

    @Test func `A second service waits, and takes over when the first is killed`() async throws {
        let test = try SmallProject.shell(Self.patient)
        let first = try test.start(["serve", "--no-http", "--workers", "2"])
        #expect(await eventually { first.stderrSoFar.contains("serving") }, "\(first.stderrSoFar)")
        try test.file("rows.csv", "text\none\ntwo\nthree\n")
        let batch = try await test.run("run", "batch", "work", "--inputs", "rows.csv", "--max-parallel", "2", "--queue")
        #expect(batch.status == 0, "\(batch)")
        #expect(await hasRunningStep(test, 2), "\(first.stderrSoFar)")
        let second = try test.start(["serve", "--no-http", "--workers", "2"])
        #expect(await eventually { second.stderrSoFar.contains("another service works") }, "\(second.stderrSoFar)")
        #expect(!second.stderrSoFar.contains("serving"))
        first.send(SIGKILL)
        _ = await first.result()
        #expect(await eventually { second.stderrSoFar.contains("serving") }, "\(second.stderrSoFar)")
        try test.file("tools-registry/shell/go", "")
        let watched = try await test.run("batches", "watch", "last")
        #expect(watched.status == 0, "\(watched)\n\(second.stderrSoFar)")
        // The steps that ran when the first was killed were gone on with, not begun anew.
        #expect(try await sql(test, "SELECT count(*), min(state), max(state) FROM attempts") == "3|succeeded|succeeded")
        second.send(SIGTERM)
        #expect(await second.result().status == 0)
    }

    @Test func `Told to stop it waits for what runs`() async throws {
        let test = try SmallProject.shell(Self.patient)
        let service = try test.start(["serve", "--no-http", "--workers", "1", "--drain", "100s"])
        let job = try await test.run("run", "workflow", "work", "--queue")
        #expect(job.status == 0, "\(job)")
        #expect(await hasRunningStep(test), "\(service.stderrSoFar)")
        service.send(SIGTERM)
        try test.file("tools-registry/shell/go", "")
        let ended = await service.result()
        #expect(ended.status == 0, "\(ended)")
        #expect(try await sql(test, "SELECT state FROM jobs") == "completed")
    }

    @Test func `What is not over when the limit is goes on without it, and the next service takes it over`()
        async throws
    {
        let test = try SmallProject.shell(Self.patient)
        let service = try test.start(["serve", "--no-http", "--workers", "1", "--drain", "1s"])
        let job = try await test.run("run", "workflow", "work", "--queue")
        #expect(job.status == 0, "\(job)")
        #expect(await hasRunningStep(test), "\(service.stderrSoFar)")
        service.send(SIGTERM)
        let ended = await service.result()
        #expect(ended.status == 0 && ended.stderr.contains("go on without this service"), "\(ended)")
        #expect(await hasRunningStep(test))
        let next = try test.start(["serve", "--no-http", "--workers", "1"])
        try test.file("tools-registry/shell/go", "")
        #expect(
            await eventually { (try? await sql(test, "SELECT state FROM jobs")) == "completed" },
            "\(next.stderrSoFar)"
        )
        #expect(try await sql(test, "SELECT count(*) FROM attempts") == "1")
        next.send(SIGTERM)
        #expect(await next.result().status == 0)
    }

    @Test func `A schedule fires, and a worker runs its job`() async throws {
        let test = try SmallProject.shell("echo \"<$1>\"")
        let service = try test.start(["serve", "--no-http", "--workers", "1"])
        #expect(await eventually { service.stderrSoFar.contains("serving") }, "\(service.stderrSoFar)")
        // Each minute, so that nothing depends on how long the command takes.
        let added = try await test.run(
            "schedule",
            "add",
            "soon",
            "--workflow",
            "work",
            "-i",
            "text=timed",
            "--cron",
            "* * * * *"
        )
        #expect(added.status == 0, "\(added)")
        #expect(
            await eventually {
                (try? await sql(test, "SELECT state FROM jobs WHERE schedule_id = 'soon'")) == "completed"
            },
            "\(service.stderrSoFar)"
        )
        let history = try await test.run("schedule", "history", "soon", "--output", "json")
        #expect(history.status == 0 && history.stdout.contains("fired"), "\(history)")
        service.send(SIGTERM)
        #expect(await service.result().status == 0)
    }

    @Test func `It says what is wrong with its options`() async throws {
        let test = try SmallProject.shell("true")
        for (arguments, part) in [
            (["serve"], "--no-http"), (["serve", "--no-http", "--drain", "soon"], "duration"),
            (["serve", "--no-http", "--workers", "0"], "1 to 1000"),
        ] {
            let run = try await test.start(arguments).result()
            #expect(run.status == 2 && run.stderr.contains(part), "\(run)")
        }
    }

    @Test func `systemd accepts the unit`() async throws {
        let test = try SmallProject.shell("true")
        let unit = try String(contentsOfFile: PackageRoot.path("Packaging/lockstep@.service"), encoding: .utf8)
        // Only the program's place differs from an installed one.
        let program = try await test.shell("printf %s \"$LOCKSTEP\"").stdout
        try test.file("lockstep@.service", unit.replacing("/usr/local/bin/lockstep", with: program))
        let verified = try await test.shell("systemd-analyze verify --man=no ./lockstep@.service")
        #expect(verified.status == 0 && verified.stderr == "", "\(verified)")
    }
}
