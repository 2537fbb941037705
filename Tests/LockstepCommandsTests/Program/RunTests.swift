import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

@Suite(.timeLimit(.minutes(10)))
struct RunTests {
    @Test
    func `On a pipe each step is a line at its start and at its end, and only the result is on standard output`()
        async throws
    {
        let run = try await SmallProject.shell("echo \"got $1\"").run("run", "workflow", "work", "-i", "text=x y")
        #expect(run.status == 0, "\(run)")
        #expect(run.stdout == "result: got x y\n", "\(run)")
        #expect(run.stderr.contains("▶ 1/1 only: started\n"), "\(run)")
        #expect(run.stderr.contains("✓ 1/1 only: completed after "), "\(run)")
        #expect(!run.stderr.contains("\u{1B}"), "\(run)")
    }

    @Test
    func `The result is the job as JSON and nothing else when JSON was asked for`() async throws {
        let run = try await SmallProject.shell("echo hi; echo noise >&2").run(
            "run",
            "workflow",
            "work",
            "--output",
            "json"
        )
        #expect(run.data?["status"] == "COMPLETED", "\(run)")
        #expect(run.data?["output_data"]?["result"] == "hi", "\(run)")
    }

    @Test
    func `A failed step exits with 1, says why and where to look`() async throws {
        let test = try SmallProject.shell("echo broken >&2; exit 3")
        let run = try await test.run("run", "workflow", "work")
        #expect(run.status == ExitStatus.failed.rawValue, "\(run)")
        #expect(run.stderr.contains("✗ 1/1 only: failed after"), "\(run)")
        #expect(run.stderr.contains("lockstep jobs logs"), "\(run)")
        let logs = try await test.run("jobs", "logs", "last", "only", "--stderr")
        #expect(logs.stdout == "broken\n", "\(logs)")
        let asJSON = try await test.run("run", "workflow", "work", "--output", "json")
        #expect(asJSON.status == ExitStatus.failed.rawValue)
        #expect(asJSON.data?["status"] == "FAILED", "\(asJSON)")
    }

    @Test
    func `One tool runs alone`() async throws {
        let run = try await SmallProject.shell("echo \"tool $1\"").run("run", "tool", "shell", "-i", "text=alone")
        #expect(run.status == 0, "\(run)")
        #expect(run.stdout == "out: tool alone\n", "\(run)")
    }

    @Test
    func `A workflow runs from the path of its file`() async throws {
        let run = try await SmallProject.shell("echo hi").run("run", "workflow", "workflows/work.yaml")
        #expect(run.stdout == "result: hi\n", "\(run)")
    }

    @Test
    func `A detached job goes on by itself and its log can be followed`() async throws {
        let test = try SmallProject.shell("echo one; sleep 1; echo two")
        let run = try await test.run("run", "workflow", "work", "--detach")
        #expect(run.status == 0, "\(run)")
        #expect(run.stdout.hasPrefix("job_"), "\(run)")
        let id = run.stdout.split(separator: "\n").first.map(String.init) ?? ""
        let logs = try await test.run("jobs", "logs", "-f", id)
        #expect(logs.stdout == "one\ntwo\n", "\(logs)")
        let job = try await test.run("jobs", "show", id, "--output", "json")
        #expect(job.data?["status"] == "COMPLETED", "\(job)")
    }

    @Test
    func `A job goes on when the reader of its result goes away`() async throws {
        let test = try SmallProject.shell("sleep 0.5; echo done")
        let run = try await test.shell(#"("$LOCKSTEP" run workflow work 2> err; echo "status $?" >&2) | true; sleep 2"#)
        #expect(run.stderr.contains("status 0"), "\(run) \(test.content("err") ?? "")")
        let job = try await test.run("jobs", "show", "last", "--output", "json")
        #expect(job.data?["status"] == "COMPLETED", "\(job)")
    }

    @Test(arguments: [false, true])
    func `Ctrl-C cancels the job, a second one at once, and nothing is left running`(isTwice: Bool) async throws {
        let mark = "7\(UInt32.random(in: 100_000...999_999))"
        // The trap makes the step outlive the first request for as long as its grace lasts.
        let script =
            isTwice ? "trap '' TERM; echo ready; sleep \(mark) & wait; sleep \(mark)" : "echo ready; sleep \(mark)"
        let test = try SmallProject.shell(script)
        if isTwice {
            let tool = try #require(test.content("tools-registry/shell/tool.yaml"))
            try test.file("tools-registry/shell/tool.yaml", tool + "\nresources: { grace: 1h }\n")
        }
        let program = try test.start(["run", "workflow", "work"])
        #expect(await eventually { Processes.exist(withArgument: mark) })
        program.send(2)
        #expect(await eventually { program.stderrSoFar.contains("cancelling… press Ctrl-C again to stop at once") })
        if isTwice { program.send(2) }
        let run = await program.result()
        #expect(run.status == ExitStatus.cancelled.rawValue, "\(run)")
        #expect(!run.timedOut)
        #expect(run.stderr.contains("stopping at once") == isTwice, "\(run)")
        #expect(await eventually { !Processes.exist(withArgument: mark) })
        let job = try await test.run("jobs", "show", "last", "--output", "json")
        #expect(job.data?["state"] == "cancelled", "\(job)")
    }

    @Test(arguments: [1, 15] as [Int32])
    func `A closed terminal or a kill cancels the job as well`(signal: Int32) async throws {
        let mark = "7\(UInt32.random(in: 100_000...999_999))"
        let test = try SmallProject.shell("sleep \(mark)")
        let program = try test.start(["run", "workflow", "work"])
        #expect(await eventually { Processes.exist(withArgument: mark) })
        program.send(signal)
        let run = await program.result()
        #expect(run.status == ExitStatus.cancelled.rawValue, "\(run)")
        #expect(await eventually { !Processes.exist(withArgument: mark) })
    }

    @Test
    func `Another process cancels a running job`() async throws {
        let mark = "7\(UInt32.random(in: 100_000...999_999))"
        let test = try SmallProject.shell("sleep \(mark)")
        let program = try test.start(["run", "workflow", "work"])
        #expect(await eventually { Processes.exist(withArgument: mark) })
        let cancel = try await test.run("jobs", "cancel", "last", "--reason", "enough")
        #expect(cancel.status == 0, "\(cancel)")
        let run = await program.result()
        #expect(run.status == ExitStatus.cancelled.rawValue, "\(run)")
        let again = try await test.run("jobs", "cancel", "last")
        #expect(again.status == ExitStatus.failed.rawValue, "\(again)")
    }
}
