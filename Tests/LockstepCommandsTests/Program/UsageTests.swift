import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

@Suite(.timeLimit(.minutes(10)))
struct UsageTests {
    @Test(arguments: [
        ["chekc"], ["run", "workflow"], ["run", "wrokflow", "x"], ["jobs", "list", "--limit", "0"],
        ["jobs", "list", "--status", "odd"], ["jobs", "show"], ["outputs", "get", "last"], ["check", "--nope"],
        ["jobs", "logs", "last", "--stdout", "--stderr"], ["run", "workflow", "x", "--sandbox", "weak"],
    ])
    func `A wrong command line exits with 2, says why and prints no result`(arguments: [String]) async throws {
        let run = try await CommandLineTest().start(arguments).result()
        #expect(run.status == ExitStatus.usage.rawValue, "\(run)")
        #expect(run.stderr.hasPrefix("lockstep: "), "\(run)")
        #expect(run.stdout.isEmpty, "\(run)")
    }

    @Test
    func `A mistyped command names the nearest one`() async throws {
        let run = try await CommandLineTest().run("jobs", "lst")
        #expect(
            run.stderr.contains("There is no command `lockstep jobs lst`; did you mean `lockstep jobs list`?"),
            "\(run)"
        )
    }

    @Test
    func `A wrong command line is JSON on standard output when JSON was asked for`() async throws {
        let run = try await CommandLineTest().run("jobs", "list", "--limit", "0", "--output", "json")
        #expect(run.status == 2)
        #expect(run.json?["success"] == false, "\(run)")
        #expect(run.json?["error_code"] == "USAGE")
    }

    @Test(arguments: [["help", "exit-codes"], ["--help"], ["exit-codes"]])
    func `The help has the table of exit statuses`(arguments: [String]) async throws {
        let run = try await CommandLineTest().start(arguments).result()
        #expect(run.status == 0, "\(run)")
        for status in ExitStatus.allCases { #expect(run.stdout.contains("\(status.rawValue)  "), "\(run)") }
    }

    @Test(arguments: [
        [], ["run"], ["run", "workflow"], ["run", "tool"], ["check"], ["init"], ["doctor"], ["jobs"], ["jobs", "list"],
        ["jobs", "show"], ["jobs", "logs"], ["jobs", "events"], ["jobs", "cancel"], ["outputs"], ["outputs", "list"],
        ["outputs", "show"], ["outputs", "get"], ["outputs", "open"], ["outputs", "export"], ["workflows", "list"],
        ["workflows", "show"], ["tools", "list"], ["tools", "show"], ["explain"], ["jobs", "create"],
        ["jobs", "update"], ["jobs", "set-input"], ["jobs", "clear-inputs"], ["jobs", "validate"],
        ["jobs", "schedule"], ["jobs", "delete"], ["jobs", "start"], ["jobs", "step"], ["jobs", "pause"],
        ["jobs", "resume"], ["jobs", "retry"], ["jobs", "reset"], ["jobs", "watch"], ["jobs", "complete"],
        ["jobs", "fail"], ["jobs", "partial"], ["jobs", "progress"], ["jobs", "checkpoint"], ["jobs", "assign"],
        ["jobs", "cost"], ["jobs", "link-task"], ["jobs", "unlink-task"], ["jobs", "tasks"],
        ["jobs", "complete-task"],
        ["webhooks"], ["webhooks", "add"],
        ["webhooks", "list"], ["webhooks", "remove"], ["webhooks", "resume"], ["webhooks", "deliveries"],
        ["webhooks", "deliver"], ["schema"], ["secrets"], ["secrets", "set"], ["secrets", "list"],
        ["secrets", "remove"],
    ])
    func `Every command has help`(command: [String]) async throws {
        let run = try await CommandLineTest().start(command + ["--help"]).result()
        #expect(run.status == 0, "\(run)")
        #expect(run.stdout.contains("USAGE: lockstep"), "\(run)")
    }

    @Test
    func `A result that cannot be written is an error`() async throws {
        let run = try await CommandLineTest().shell(#"exec "$LOCKSTEP" exit-codes > /dev/full"#)
        #expect(run.status == ExitStatus.environment.rawValue, "\(run)")
        #expect(run.stderr.contains("could not be written"), "\(run)")
    }

    @Test
    func `A reader that goes away early is no crash`() async throws {
        let run = try await CommandLineTest().shell(#"("$LOCKSTEP" --help; echo "status $?" >&2) | true; sleep 0.3"#)
        #expect(run.stderr.contains("status 0"), "\(run)")
    }
}
