import LockstepJSON
import LockstepTestSupport
import Testing

/// `lockstep schedule` as a person uses it.
@Suite(.timeLimit(.minutes(10)))
struct ScheduleCommandsTests {
    private let test: CommandLineTest

    init() throws {
        test = try SmallProject.shell("echo \"$1\"")
    }

    private func add(_ id: String = "nightly", _ arguments: String...) async throws -> CommandResult {
        try await test.start(["schedule", "add", id, "--workflow", "work"] + arguments).result()
    }

    @Test func `a schedule is added, shown, paused, resumed and removed`() async throws {
        let added = try await add(
            "nightly",
            "--cron",
            "30 2 * * MON-FRI",
            "--time-zone",
            "Europe/Berlin",
            "-i",
            "text=night"
        )
        #expect(added.status == 0 && added.stdout == "nightly\n", "\(added)")
        #expect(added.stderr.contains("at 02:30 on weekdays, Europe/Berlin"), "\(added)")
        let list = try await test.run("schedule", "list")
        #expect(list.status == 0 && list.stdout.contains("nightly") && list.stdout.contains("active"), "\(list)")
        #expect(try await test.run("schedule", "pause", "nightly").status == 0)
        let shown = try await test.run("schedule", "show", "nightly", "--output", "json")
        #expect(
            shown.data?["state"] == "paused" && shown.data?["definition"]?["inputs"]?["text"] == "night",
            "\(shown)"
        )
        #expect(try await test.run("schedule", "pause", "nightly").status == 1)
        #expect(try await test.run("schedule", "resume", "nightly").status == 0)
        #expect(try await test.run("schedule", "remove", "nightly").status == 0)
        let gone = try await test.run("schedule", "show", "nightly")
        #expect(gone.status == 0 && gone.stdout.contains("removed"), "\(gone)")
        let missing = try await test.run("schedule", "pause", "nightly")
        #expect(missing.status == 5 && missing.stderr.contains("was removed"), "\(missing)")
    }

    @Test(
        arguments: [
            (["--cron", "*/0 * * * *"], "cron: column"), (["--cron", "0 0 * * * *"], "cron: column"),
            (["--cron", "0 0 30 2 *"], "cron: column"), (["--at", "2027-02-30T10:00"], "at: `at` must be a date"),
            (["--at", "2020-02-20T10:00"], "at: all of its times are over"),
            (["--cron", "0 * * * *", "--time-zone", "Europe/Berln"], "time_zone: Europe/Berln is no time zone"),
            (["--cron", "0 * * * *", "-i", "txet=x"], "inputs.txet: the workflow has no input"),
            (["--cron", "0 * * * *", "--overlap", "maybe"], "overlap: `overlap` must be one of"),
        ]
    )
    func `what cannot be is refused with the reason, and nothing is kept`(rules: [String], message: String) async throws
    {
        let refused = try await test.start(["schedule", "add", "s", "--workflow", "work"] + rules).result()
        #expect(refused.status == 4 && refused.stderr.contains(message), "\(refused)")
        #expect(try await test.run("schedule", "list").stdout == "")
    }

    @Test func `a simulation is refused times beyond a hundred years`() async throws {
        let range = ["schedule", "simulate", "--from", "2030-01-01", "--to", "2030-01-02"]
        for more in [["--takes", "106751991167d"], ["--clock-jump", "2030-01-01=+106751991167d"]] {
            let refused = try await test.start(range + more).result()
            #expect(refused.status == 2 && refused.stderr.contains("100 years"), "\(refused)")
        }
    }

    @Test func `coming times are listed, with the changes of the clocks among them`() async throws {
        _ = try await add("nightly", "--cron", "30 2 * * *", "--time-zone", "Europe/Berlin")
        let preview = try await test.run(
            "schedule",
            "preview",
            "nightly",
            "--from",
            "2030-03-30",
            "--to",
            "2030-04-02",
            "--output",
            "json"
        )
        let times = preview.data?["times"]?.arrayValue?.compactMap { $0["local"]?.stringValue }
        #expect(times == ["2030-03-30 02:30", "2030-03-31 03:00", "2030-04-01 02:30"], "\(preview)")
        #expect(preview.data?["clock_changes"]?.arrayValue?.first?["after"] == "CEST", "\(preview)")
        let text = try await test.run("schedule", "preview", "nightly", "--from", "2030-03-30", "--to", "2030-04-02")
        #expect(text.stdout.contains("clocks go forward 1h: CET to CEST"), "\(text)")
        #expect(text.stdout.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    }

    @Test func `one that is wanted now has a job and a row`() async throws {
        _ = try await add("minutely", "--cron", "* * * * *", "--catch-up", "none")
        let now = try await test.run("schedule", "run-now", "minutely")
        #expect(now.status == 0 && now.stdout.hasPrefix("job_"), "\(now)")
        let history = try await test.run("schedule", "history", "minutely", "--output", "json")
        #expect(history.data?["occurrences"]?.arrayValue?.first?["requested_by"] != nil, "\(history)")
    }

    @Test func `a time that fired, one that is no time and one to come are explained`() async throws {
        _ = try await add("daily", "--cron", "0 12 * * *", "--catch-up", "all")
        let shown = try await test.run("schedule", "show", "daily", "--output", "json")
        let due = try #require(shown.data?["next_due_at"]?.stringValue)
        let coming = try await test.run("schedule", "why", "daily", due)
        #expect(coming.stdout.contains("It is still to come"), "\(coming)")
        #expect(try await test.run("schedule", "tick", "--at", due).stdout == "1 fired\n")
        let fired = try await test.run("schedule", "why", "daily", due)
        #expect(fired.stdout.contains("It fired as job_"), "\(fired)")
        let odd = try await test.run("schedule", "why", "daily", "2030-01-01T11:00")
        #expect(
            odd.stdout.contains("is no time of this schedule; the next one after it is 2030-01-01T12:00:00.000Z"),
            "\(odd)"
        )
        let history = try await test.run("schedule", "history", "daily")
        #expect(history.stdout.contains("fired"), "\(history)")
    }

    @Test func `a simulation prints the ledger and changes nothing`() async throws {
        _ = try await add("hourly", "--cron", "0 * * * *")
        let played = try await test.run(
            "schedule",
            "simulate",
            "--from",
            "2030-01-01",
            "--to",
            "2030-01-01T06:00:00Z",
            "--down",
            "2030-01-01T01:30:00Z..2030-01-01T04:30:00Z",
            "--output",
            "json"
        )
        let outcomes = played.data?["occurrences"]?.arrayValue?.compactMap { $0["outcome"]?.stringValue }
        #expect(outcomes == ["fired", "fired", "coalesced", "coalesced", "fired", "fired", "fired"], "\(played)")
        #expect(try await test.run("schedule", "history", "hourly").stdout == "")
        #expect(try await test.run("jobs", "list").stdout == "")
        let text = try await test.run("schedule", "simulate", "--from", "2030-01-01", "--to", "2030-01-01T03:00:00Z")
        #expect(text.stdout.contains("hourly"), "\(text)")
        #expect(text.stdout.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    }
}
