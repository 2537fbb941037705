import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

@Suite(.timeLimit(.minutes(10)))
struct EventsTests {
    @Test
    func `The log of a project is verified, and a changed row ends with status 1 and its name`() async throws {
        let test = try SmallProject.shell("echo hi")
        _ = try await test.run("run", "workflow", "work")
        let sound = try await test.run("events", "verify")
        #expect(sound.status == 0, "\(sound)")
        #expect(sound.stdout.contains("The log is sound"), "\(sound)")
        let edit = """
            import sqlite3
            base = sqlite3.connect(".lockstep/lockstep.sqlite")
            trigger = base.execute("SELECT sql FROM sqlite_master WHERE name = 'events_never_change'").fetchone()[0]
            base.execute("DROP TRIGGER events_never_change")
            base.execute("UPDATE events SET actor = 'eve' WHERE sequence = 2")
            base.execute(trigger)
            base.commit()
            """
        try test.file("edit.py", edit)
        let edited = try await test.shell("/usr/bin/python3 edit.py")
        #expect(edited.status == 0, "\(edited)")
        let found = try await test.run("events", "verify", "--output", "json")
        #expect(found.status == ExitStatus.failed.rawValue, "\(found)")
        #expect(found.data?["is_sound"] == false, "\(found)")
        let finding = found.data?["findings"]?.arrayValue?.first
        #expect(finding?["kind"] == "edited" && finding?["sequence"] == 2, "\(found)")
        let text = try await test.run("events", "verify")
        #expect(text.stdout.hasPrefix("Event 2 ("), "\(text)")
        #expect(text.status == 1, "\(text)")
    }

    @Test
    func `The log is listed by job, type and page`() async throws {
        let test = try SmallProject.shell("echo hi")
        for _ in 0..<2 { _ = try await test.run("run", "workflow", "work") }
        let created = try await test.run("events", "list", "--type", "job.created", "--output", "json")
        #expect(created.data?["events"]?.arrayValue?.count == 2, "\(created)")
        let page = try await test.run("events", "list", "--job", "last", "--limit", "1", "--output", "json")
        #expect(page.data?["events"]?.arrayValue?.first?["event_type"] == "job.created", "\(page)")
        let next = try #require(page.data?["next_after"]?.description, "\(page)")
        let rest = try await test.run("events", "list", "--job", "last", "--after", next, "--output", "json")
        #expect(rest.data?["events"]?.arrayValue?.first?["event_type"] != "job.created", "\(rest)")
        #expect(rest.data?["next_after"] == .null, "\(rest)")
        let text = try await test.run("events", "list")
        #expect(text.stdout.contains("queued → running"), "\(text)")
        let wrong = try await test.run("events", "list", "--limit", "0")
        #expect(wrong.status == ExitStatus.usage.rawValue, "\(wrong)")
    }

    @Test
    func `Following prints events as they come and ends with Ctrl-C`() async throws {
        let test = try SmallProject.shell("echo hi")
        _ = try await test.run("run", "workflow", "work")
        let follower = try test.start(["events", "follow", "--after", "0"])
        #expect(await eventually { follower.stdoutSoFar.contains("job.created") }, "\(follower.stderrSoFar)")
        _ = try await test.run("run", "workflow", "work")
        #expect(
            await eventually {
                follower.stdoutSoFar.split(separator: "\n").filter { $0.contains("job.created") }.count == 2
            }
        )
        follower.send(SIGINT)
        let end = await follower.result()
        #expect(end.status == ExitStatus.cancelled.rawValue, "\(end)")
    }

    @Test
    func `Jobs are listed by state, actor, time and text`() async throws {
        let test = try SmallProject.shell("[ \"$1\" = good ]")
        for text in ["good", "bad"] { _ = try await test.run("run", "workflow", "work", "-i", "text=\(text)") }
        func count(_ words: String...) async throws -> Int? {
            let list = try await test.start(["jobs", "list", "--output", "json"] + words).result()
            return list.data?["jobs"]?.arrayValue?.count
        }
        #expect(try await count("--state", "failed") == 1)
        #expect(try await count("--state", "failed", "--status", "completed") == 0)
        #expect(try await count("--actor", "nobody-like-this") == 0)
        #expect(try await count("--created-after", "2024-03-20") == 2)
        #expect(try await count("--updated-before", "2024-03-20T10:00:00Z") == 0)
        #expect(try await count("--text", "wor") == 2)
        #expect(try await count("--text", "wor%") == 0)
        let short = try await test.run("jobs", "list", "--text", "wo")
        #expect(short.status == ExitStatus.usage.rawValue, "\(short)")
        let time = try await test.run("jobs", "list", "--created-after", "yesterday")
        #expect(time.status == ExitStatus.usage.rawValue, "\(time)")
    }
}
