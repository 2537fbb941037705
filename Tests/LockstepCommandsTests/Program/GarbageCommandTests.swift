import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// `lockstep gc` and `lockstep outputs add`.
@Suite(.timeLimit(.minutes(10)))
struct GarbageCommandTests {
    private let test: CommandLineTest
    private let workspace: Workspace
    private let ann = Actor(id: "ann")

    init() throws {
        test = try SmallProject.inputs()
        workspace = try Workspace.open(try Project.discover(from: test.folder, explicit: nil, environment: [:]))
    }

    /// A running job whose work is done elsewhere.
    private func external() async throws -> String {
        let job = try await workspace.service.createExternalJob(name: "elsewhere", as: ann)
        return try await workspace.service.startJob(job.id, as: ann).id.rawValue
    }

    /// Makes every stored file two hours old.
    private func age() throws {
        let root = test.folder + "/.lockstep/assets"
        let files = FileManager.default.enumerator(atPath: root)
        while let name = files?.nextObject() as? String {
            let old = Date(timeIntervalSinceNow: -7200)
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: "\(root)/\(name)")
        }
    }

    @Test func `A file is added to an external job, and is an output like any other`() async throws {
        let job = try await external()
        let added = try await test.run("outputs", "add", job, "note.txt", "--name", "n.txt", "--output", "json")
        #expect(added.status == 0, "\(added)")
        #expect(added.data?["name"] == "n.txt", "\(added)")
        #expect(added.data?["mime_type"] == "text/plain", "\(added)")
        #expect(added.data?["asset_type"] == "text", "\(added)")
        let plain = try await test.run("outputs", "add", job, "note.txt", "--type", "report")
        #expect(plain.stdout.hasPrefix("file_"), "\(plain)")
        let list = try await test.run("outputs", "list", job, "--output", "json")
        #expect(list.data?["outputs"]?.arrayValue?.map { $0["name"] } == ["n.txt", "note.txt"], "\(list)")
        #expect(list.data?["assets"]?.arrayValue?.map { $0["asset_type"] } == ["text", "report"], "\(list)")
        let got = try await test.run("outputs", "get", job, "n.txt", "-o", "-")
        #expect(got.stdout == "A note of one line.\n", "\(got)")
        let missing = try await test.run("outputs", "add", job, "none.txt")
        #expect(missing.status == ExitStatus.invalid.rawValue, "\(missing)")
        #expect(missing.stderr.contains("no file at"), "\(missing)")
    }

    @Test func `A job with steps takes no file from outside`() async throws {
        _ = try await test.run("run", "workflow", "copy", "-i", "document=note.txt", "-i", "level=low")
        let added = try await test.run("outputs", "add", "last", "note.txt", "--output", "json")
        #expect(added.status == ExitStatus.failed.rawValue, "\(added)")
        #expect((added.stdout + added.stderr).contains("INVALID_TRANSITION"), "\(added)")
    }

    @Test func `What old jobs lose is said first, then freed, and known afterwards`() async throws {
        _ = try await test.run("run", "workflow", "copy", "-i", "document=note.txt", "-i", "level=low")
        try age()
        let dry = try await test.run("gc", "--dry-run", "--older-than", "0s")
        #expect(dry.status == 0, "\(dry)")
        #expect(dry.stdout.contains("would lose") && dry.stdout.contains("copy.txt (20 bytes)"), "\(dry)")
        #expect(dry.stdout.contains("total"), "\(dry)")
        let kept = try await test.run("outputs", "get", "last", "copied", "-o", "-")
        #expect(kept.stdout == "A note of one line.\n", "\(kept)")
        let freed = try await test.run("gc", "--older-than", "0s", "--workflow", "copy", "--output", "json")
        #expect(freed.status == 0, "\(freed)")
        #expect(freed.data?["contents"]?["count"] == 1, "\(freed)")
        #expect(freed.data?["total"]?["bytes"] == 20, "\(freed)")
        #expect(freed.data?["jobs"]?.arrayValue?.first?["assets"]?.arrayValue?.count == 2, "\(freed)")
        let list = try await test.run("outputs", "list", "last")
        #expect(list.stdout.contains("copy.txt (freed 2"), "\(list)")
        let json = try await test.run("outputs", "list", "last", "--output", "json")
        #expect(json.data?["outputs"]?.arrayValue?.first?["freed_at"] != nil, "\(json)")
        let gone = try await test.run("outputs", "get", "last", "copied", "-o", "-")
        #expect(gone.status == ExitStatus.notFound.rawValue, "\(gone)")
        #expect(gone.stderr.contains("lockstep gc"), "\(gone)")
        let job = try await test.run("jobs", "show", "last", "--output", "json")
        #expect(job.data?["state"] == "completed", "\(job)")
        let log = try await test.run("events", "verify")
        #expect(log.status == 0, "\(log)")
    }

    @Test func `Missing and damaged files are named, with exit status 1`() async throws {
        let job = try await external()
        let added = try await test.run("outputs", "add", job, "note.txt", "--output", "json")
        let path = try #require(added.data?["storage_path"]?.stringValue, "\(added)")
        let file = URL(fileURLWithPath: "\(test.folder)/.lockstep/\(path)")
        try FileManager.default.removeItem(at: file)
        let missing = try await test.run("gc")
        #expect(missing.status == 1, "\(missing)")
        #expect(missing.stdout.contains("note.txt of \(job) are missing"), "\(missing)")
        try Data("other".utf8).write(to: file)
        let unseen = try await test.run("gc")
        #expect(unseen.status == 0, "\(unseen)")
        let damaged = try await test.run("gc", "--verify", "--output", "json")
        #expect(damaged.status == 1, "\(damaged)")
        #expect(damaged.data?["damages"]?.arrayValue?.first?["kind"] == "damaged", "\(damaged)")
    }

    @Test func `A workflow without an age is refused, as is an age that is none`() async throws {
        let alone = try await test.run("gc", "--workflow", "copy")
        #expect(alone.status == ExitStatus.usage.rawValue, "\(alone)")
        let odd = try await test.run("gc", "--older-than", "soon")
        #expect(odd.status == ExitStatus.usage.rawValue, "\(odd)")
    }
}
