import Foundation
import Glibc
import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepTestSupport
import Testing

import struct LockstepModel.Actor
import enum LockstepModel.ExitStatus
import struct LockstepModel.Instant

@Suite(.timeLimit(.minutes(10)))
struct WebhooksTests {
    private static let secret = "a secret that is long enough"

    /// A project with one job's events and a webhook that begins with the first of them.
    private func project(_ receiver: WebhookReceiver) async throws -> (test: CommandLineTest, webhook: String) {
        let test = try SmallProject.shell("echo hi")
        try test.file("secret.txt", Self.secret + "\n", mode: 0o600)
        _ = try await test.run("run", "workflow", "work")
        let added = try await test.run(
            "webhooks",
            "add",
            receiver.url,
            "--after",
            "0",
            "--secret-file",
            "secret.txt",
            "--output",
            "json"
        )
        return (test, try #require(added.data?["webhook_id"]?.stringValue, "\(added)"))
    }

    @Test
    func `A webhook is added, delivers, tells what it did, and is removed`() async throws {
        let receiver = try await WebhookReceiver(secret: Self.secret)
        let (test, id) = try await project(receiver)
        let sent = try await test.run("webhooks", "deliver", "--output", "json")
        #expect(sent.status == 0, "\(sent)")
        let log = try await test.run("events", "list", "--output", "json")
        #expect(receiver.requests().map(\.json) == log.data?["events"]?.arrayValue, "\(log)")
        #expect(receiver.requests().allSatisfy { $0.isSignatureRight })
        #expect(sent.data?["delivered"]?.integerValue == Int64(receiver.requests().count), "\(sent)")
        let list = try await test.run("webhooks", "list")
        #expect(list.stdout.contains(id) && list.stdout.contains("active"), "\(list)")
        let deliveries = try await test.run("webhooks", "deliveries", id, "--limit", "2", "--output", "json")
        #expect(deliveries.data?["deliveries"]?.arrayValue?.map { $0["http_status"] } == [200, 200], "\(deliveries)")
        let removed = try await test.run("webhooks", "remove", String(id.suffix(8)))
        #expect(removed.status == 0, "\(removed)")
        let none = try await test.run("webhooks", "deliveries", id)
        #expect(none.status == ExitStatus.notFound.rawValue, "\(none)")
    }

    @Test
    func `A secret is printed once when it is made, and never otherwise`() async throws {
        let test = try SmallProject.shell("echo hi")
        let text = try await test.run("webhooks", "add", "http://127.0.0.1:1/")
        let lines = text.stdout.split(separator: "\n")
        let made = try #require(lines.last?.split(separator: " ").last.map(String.init), "\(text)")
        #expect(lines.count == 2 && made.count == 64 && !text.stderr.contains(made), "\(text)")
        let json = try await test.run("webhooks", "add", "http://127.0.0.1:1/", "--output", "json")
        let path = try #require(json.data?["secret_file"]?.stringValue, "\(json)")
        let other = try #require(test.content(path))
        #expect(other.count == 64 && !"\(json)".contains(other))
        _ = try await test.run("run", "workflow", "work")
        for words in [
            ["webhooks", "deliver"], ["webhooks", "deliver", "--output", "json"], ["webhooks", "list"],
            ["webhooks", "list", "--output", "json"], ["events", "list", "--output", "json"], ["doctor"],
        ] {
            let run = try await test.start(words).result()
            #expect(!"\(run)".contains(made) && !"\(run)".contains(other), "\(words)")
        }
        let strings = try await test.shell("cat .lockstep/lockstep.sqlite* | grep -acE '\(made)|\(other)'")
        #expect(strings.stdout == "0\n", "\(strings)")
    }

    @Test
    func `A secret comes from standard input, and a bad one is refused without being shown`() async throws {
        let test = try SmallProject.shell("echo hi")
        let add = #""$LOCKSTEP" webhooks add http://127.0.0.1:1/ --secret-file -"#
        let good = try await test.shell("echo '\(Self.secret)' | \(add) --output json")
        #expect(good.status == 0 && !"\(good)".contains(Self.secret), "\(good)")
        #expect(test.content(good.data?["secret_file"]?.stringValue ?? "") == Self.secret)
        let short = try await test.shell("echo hunter2 | \(add)")
        #expect(short.status == ExitStatus.invalid.rawValue && !"\(short)".contains("hunter2"), "\(short)")
        let none = try await test.run("webhooks", "add", "http://127.0.0.1:1/", "--secret-file", "none.txt")
        #expect(none.status == ExitStatus.invalid.rawValue, "\(none)")
        let url = try await test.run("webhooks", "add", "http://ann:hunter2@127.0.0.1/")
        #expect(url.status == ExitStatus.invalid.rawValue && !"\(url)".contains("hunter2"), "\(url)")
        let list = try await test.run("webhooks", "list", "--output", "json")
        #expect(list.data?["webhooks"]?.arrayValue?.count == 1, "\(list)")
    }

    @Test
    func `A receiver that fails ends deliver with status 1, and resume sends at once`() async throws {
        let receiver = try await WebhookReceiver(.broken, .ok, secret: Self.secret)
        let (test, id) = try await project(receiver)
        let failed = try await test.run("webhooks", "deliver")
        #expect(failed.status == ExitStatus.failed.rawValue, "\(failed)")
        #expect(failed.stdout.contains("0 delivered, 1 failed.") && failed.stderr.contains("HTTP 500"), "\(failed)")
        let again = try await test.run("webhooks", "deliveries", id, "--output", "json")
        #expect(again.data?["deliveries"]?.arrayValue?.first?["error"] == "HTTP 500", "\(again)")
        let resumed = try await test.run("webhooks", "resume", id, "--output", "json")
        #expect(resumed.data?["failure_count"] == 0, "\(resumed)")
        let sent = try await test.run("webhooks", "deliver")
        #expect(sent.status == 0, "\(sent)")
        let sequences = receiver.requests().compactMap(\.sequence)
        #expect(sequences == [1] + (1...Int64(sequences.count - 1)))
    }

    @Test
    func `Following delivers what another process commits, and ends with Ctrl-C`() async throws {
        let receiver = try await WebhookReceiver(secret: Self.secret)
        let (test, _) = try await project(receiver)
        let follower = try test.start(["webhooks", "deliver", "--follow", "--output", "json"])
        #expect(await eventually { receiver.requests().contains { $0.headers["lockstep-event"] == "job.succeeded" } })
        let count = receiver.requests().count
        _ = try await test.run("run", "workflow", "work")
        #expect(await eventually { receiver.requests().count == count * 2 })
        #expect(await eventually { follower.stdoutSoFar.split(separator: "\n").count == count * 2 })
        follower.send(SIGINT)
        let end = await follower.result()
        #expect(end.status == ExitStatus.cancelled.rawValue, "\(end)")
        #expect(receiver.requests().map(\.sequence) == (1...count * 2).map { Int64($0) })
    }

    @Test(arguments: [false, true])
    func `A deliverer that is killed loses nothing and reorders nothing`(afterAnswer: Bool) async throws {
        let receiver = try await WebhookReceiver(.ok, .wait, .ok, secret: Self.secret)
        let (test, _) = try await project(receiver)
        let writer = try blockWrites(in: test)
        #expect(await eventually { writer.stdoutSoFar == "ready\n" }, "\(writer.stderrSoFar)")
        let deliverer = try test.start(["webhooks", "deliver"])
        #expect(await eventually { receiver.requests().count == 2 }, "\(deliverer.stderrSoFar)")
        if afterAnswer {
            // Nobody else can write now: the answer comes, and the cursor cannot be moved.
            try test.file("go", "")
            #expect(await eventually { writer.stdoutSoFar == "ready\nblocked\n" }, "\(writer.stderrSoFar)")
            try receiver.release()
            #expect(await eventually { receiver.answers == 2 })
        }
        deliverer.send(SIGKILL)
        _ = await deliverer.result()
        try receiver.release()
        writer.send(SIGKILL)
        _ = await writer.result()
        // The dead process holds its claim until that is over.
        let early = try await test.run("webhooks", "deliver", "--output", "json")
        #expect(early.data?["delivered"] == 0, "\(early)")
        let project = try Project.discover(from: test.folder, explicit: nil, environment: [:])
        let later = try Workspace.open(project) { Instant(milliseconds: Instant.now().milliseconds + 60_000) }
        let report = try await WebhookDeliverer(later).deliverDue(as: Actor(id: "ann"))
        #expect(report.failed == 0)
        let requests = receiver.requests()
        let count = Int64(requests.count - 1)
        #expect(requests.map(\.sequence) == [1, 2] + (2...count))
        #expect(requests[1].headers["lockstep-delivery"] == requests[2].headers["lockstep-delivery"])
        #expect(try await later.service.lastEvent() == count)
    }

    /// A process that begins to write to the database when there is a file `go`, and never ends.
    private func blockWrites(in test: CommandLineTest) throws -> RunningProgram {
        let script = """
            import os, sqlite3, time
            print("ready", flush=True)
            while not os.path.exists("go"):
                time.sleep(0.02)
            base = sqlite3.connect(".lockstep/lockstep.sqlite", isolation_level=None, timeout=30)
            base.execute("BEGIN IMMEDIATE")
            print("blocked", flush=True)
            time.sleep(50)
            """
        let scratch = try TemporaryFolder()
        return try RunningProgram(
            ["/usr/bin/python3", "-c", script],
            folder: test.folder,
            environment: ["PATH": "/usr/bin:/bin"],
            scratch: scratch.path,
            owner: scratch
        )
    }

    @Test(arguments: [
        ["webhooks", "add"], ["webhooks", "deliveries", "hook_1", "--limit", "0"], ["webhooks", "remove"],
    ])
    func `A wrong command line is refused`(words: [String]) async throws {
        let run = try await SmallProject.shell("echo hi").start(words).result()
        #expect(run.status == ExitStatus.usage.rawValue, "\(run)")
    }
}
