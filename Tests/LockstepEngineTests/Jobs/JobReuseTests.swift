import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Synchronization
import Testing

/// Results of earlier steps in place of runs, with answers that a test makes up.
@Suite(.timeLimit(.minutes(10)))
struct JobReuseTests {
    /// A fixture whose tools say another thing each time they run; the second one also makes a file.
    private func fixture(
        upper: String = EngineFixture.upper,
        configuration: ProjectConfiguration = ProjectConfiguration(),
        now: @escaping @Sendable () -> Instant = { Instant.now() }
    ) throws -> (EngineFixture, ScriptedExecutor) {
        let blobs = Mutex<BlobStore?>(nil)
        let runs = Mutex(0)
        let executor = ScriptedExecutor { (invocation, _) throws(ExecutionError) in
            let run = runs.withLock { runs in
                runs += 1
                return runs
            }
            if invocation.stepID == StepID("first") {
                return ScriptedExecutor.success(["result": .value(.string("HELLO"))])
            }
            guard let store = blobs.withLock({ $0 }),
                let blob = try? store.store(Array("copy \(run)".utf8), name: "copy")
            else { return ScriptedExecutor.failure("no store") }
            let file = CollectedFile(name: "copy.txt", sha256: blob.sha256, size: blob.size, mimeType: "text/plain")
            return ScriptedExecutor.success(["line": .value(.string("line \(run)")), "copy": .file(file)])
        }
        let workflow = EngineFixture.workflow.replacing(
            "output_mappings: { line: counted }",
            with: "output_mappings: { line: counted, copy: copied }"
        ).replacing("outputs: [loud, counted]", with: "outputs: [loud, counted, copied]")
        let fixture = try EngineFixture(executor: executor, workflow: workflow, upper: upper, now: now)
        blobs.withLock { $0 = fixture.workspace.blobs }
        return (fixture, executor)
    }

    private func run(
        _ fixture: EngineFixture,
        resumes: Bool = true,
        word: String = "hello",
        as actor: Actor? = nil,
        change: (inout CreateJobRequest) -> Void = { _ in }
    ) async throws -> Job {
        let inputs = [fixture.input("document", "doc.txt"), fixture.input("word", word)]
        var request = try fixture.request(inputs)
        request.reusesSteps = resumes
        change(&request)
        let actor = actor ?? fixture.actor
        let created = try await fixture.service.createJob(request, as: actor)
        return try await fixture.service.startJob(created.id, as: actor)
    }

    private func because(_ fixture: EngineFixture, _ job: Job, _ step: String) async throws -> [String] {
        let explained = try await fixture.service.explain(job.id, step: step, as: fixture.actor)
        return explained.reuses.first?.reasons ?? ["nothing is said"]
    }

    @Test func `equal steps have the earlier result, with assets of their own, and no attempt`() async throws {
        let (fixture, executor) = try fixture()
        let first = try await run(fixture)
        #expect(first.state == .completed && first.steps.allSatisfy { $0.reusedFrom == nil })
        #expect(try await because(fixture, first, "first") == ["there is no earlier result of it"])
        let second = try await run(fixture)
        #expect(second.state == .completed && second.progress == 100)
        #expect(executor.invocations.count == 2)
        #expect(second.steps.map(\.reusedFrom) == first.steps.map { StepOrigin(jobID: first.id, stepID: $0.id) })
        #expect(second.outputData?["counted"] == first.outputData?["counted"])
        #expect(try await fixture.service.listAttempts(second.id, as: fixture.actor).isEmpty)
        let old = try #require(first.outputData?["copied"].flatMap { FileValue(json: $0) })
        let new = try #require(second.outputData?["copied"].flatMap { FileValue(json: $0) })
        #expect(old.assetID != new.assetID && old.sha256 == new.sha256 && old.name == new.name)
        let assets = try await fixture.service.listAssets(second.id, as: fixture.actor)
        let copy = try #require(assets.first { $0.id == new.assetID })
        #expect(copy.jobID == second.id && copy.stepID == StepID("second") && copy.reusedFrom == old.assetID)
        #expect(copy.attemptID != nil)
        let events = try await fixture.service.listEvents(second.id, as: fixture.actor).filter {
            $0.type == "step.reused"
        }
        #expect(
            events.map { $0.data["reused_from"]?["job_id"]?.stringValue } == [first.id.rawValue, first.id.rawValue]
        )
        // A third one names the job in which the steps ran.
        let third = try await run(fixture)
        #expect(third.steps.allSatisfy { $0.reusedFrom?.jobID == first.id })
        let thirds = try await fixture.service.listAssets(third.id, as: fixture.actor)
        #expect(thirds.contains { $0.reusedFrom == old.assetID })
        #expect(try await fixture.service.verifyEvents(as: fixture.actor).isSound)
    }

    @Test func `nobody gets an earlier result who did not ask for it`() async throws {
        let (fixture, executor) = try fixture()
        let first = try await run(fixture, resumes: false)
        let second = try await run(fixture, resumes: false)
        #expect(executor.invocations.count == 4)
        #expect(second.outputData?["counted"] != first.outputData?["counted"])
        #expect(
            try await because(fixture, second, "second") == [
                "the job was started without --resume, although nothing differed"
            ]
        )
    }

    @Test func `a job that failed is done again with what had succeeded`() async throws {
        let (fixture, executor) = try fixture()
        try fixture.folder.write(
            EngineFixture.count.replacing("minLength: 1", with: "minLength: 100"),
            to: "tools-registry/count.yaml"
        )
        #expect(try await run(fixture, resumes: false).state == .failed)
        try fixture.folder.write(EngineFixture.count, to: "tools-registry/count.yaml")
        let job = try await run(fixture)
        #expect(job.state == .completed && job.steps[0].reusedFrom != nil && job.steps[1].reusedFrom == nil)
        #expect(executor.invocations.map(\.stepID.rawValue) == ["first", "second", "second"])
        #expect(try await because(fixture, job, "second") == ["there is no earlier result of it"])
    }

    @Test func `what differs is run again, and what differed is said`() async throws {
        let (fixture, executor) = try fixture()
        _ = try await run(fixture)
        let word = try await run(fixture, word: "goodbye")
        #expect(word.steps.map { $0.reusedFrom == nil } == [true, false], "the second step gets the same text")
        #expect(
            try await because(fixture, word, "first") == [#"parameter text changed (was "hello", is "goodbye")"#]
        )
        try fixture.folder.write("other words\n", to: "doc.txt")
        let file = try await run(fixture, word: "goodbye")
        #expect(file.steps.map { $0.reusedFrom == nil } == [false, true])
        #expect(try await because(fixture, file, "second") == ["input file file changed"])
        try fixture.folder.write(
            EngineFixture.upper.replacing("name: Upper", with: "name: Louder"),
            to: "tools-registry/upper.yaml"
        )
        let tool = try await run(fixture, word: "goodbye")
        #expect(tool.steps.map { $0.reusedFrom == nil } == [true, false])
        #expect(try await because(fixture, tool, "first") == ["tool upper changed"])
        let whole = try await fixture.service.explain(tool.id, as: fixture.actor)
        #expect(whole.because.contains { $0.hasPrefix("Its step first was run: tool upper changed, compared with ") })
        #expect(whole.because.contains { $0.hasPrefix("Its step second was not run: it has the result of second in ") })
        #expect(whole.json["steps"]?.arrayValue?.first?["run_because"] == ["tool upper changed"], "\(whole.json)")
        try fixture.folder.write(
            EngineFixture.upper.replacing("name: Upper", with: "name: Louder\nsandbox: { debug: true }"),
            to: "tools-registry/upper.yaml"
        )
        let sandbox = try await run(fixture, word: "goodbye")
        #expect(
            try await because(fixture, sandbox, "first") == ["tool upper changed", "the sandbox request changed"]
        )
        #expect(executor.invocations.count == 6)
    }

    @Test(
        arguments: [
            ("cache: false", "tool upper says `cache: false`"),
            ("idempotent: false", "tool upper says `idempotent: false`"),
            ("sandbox: { network: true }", "tool upper may use the network, of which nothing is compared"),
            ("sandbox: { read: [/opt/models] }", "tool upper may read /opt/models, of which nothing is compared"),
        ]
    )
    func `tools whose results may differ by themselves run each time`(says: String, reason: String) async throws {
        let (fixture, executor) = try fixture(upper: EngineFixture.upper + "\n" + says)
        _ = try await run(fixture)
        let job = try await run(fixture)
        #expect(job.steps.map { $0.reusedFrom == nil } == [true, false])
        #expect(executor.invocations.count == 3)
        #expect(try await because(fixture, job, "first").first?.hasPrefix(reason) == true)
        let (allowed, _) = try self.fixture(upper: EngineFixture.upper + "\n" + says + "\ncache: true")
        guard says.hasPrefix("sandbox") else { return }
        _ = try await run(allowed)
        #expect(try await run(allowed).steps.allSatisfy { $0.reusedFrom != nil })
    }

    @Test func `results of other tenants are not used, nor those of others in a private one`() async throws {
        let (fixture, executor) = try fixture()
        _ = try await run(fixture)
        let stranger = Actor(id: "bob", tenantID: "dyeing")
        #expect(try await run(fixture, as: stranger).steps.allSatisfy { $0.reusedFrom == nil })
        #expect(executor.invocations.count == 4)
        let colleague = Actor(id: "eve")
        #expect(try await run(fixture, as: colleague).steps.allSatisfy { $0.reusedFrom != nil })
        try fixture.folder.write("tenants: { default: { private_jobs: true } }\n", to: "lockstep.yaml")
        let workspace = try Workspace.open(
            fixture.workspace.project,
            executor: executor,
            configuration: try ProjectConfiguration(of: fixture.workspace.project)
        )
        var request = try fixture.request()
        request.reusesSteps = true
        let other = Actor(id: "dan")
        let created = try await workspace.service.createJob(request, as: other)
        let job = try await workspace.service.startJob(created.id, as: other)
        #expect(job.steps.allSatisfy { $0.reusedFrom == nil })
        let own = try await workspace.service.createJob(request, as: fixture.actor)
        let again = try await workspace.service.startJob(own.id, as: fixture.actor)
        #expect(again.steps.allSatisfy { $0.reusedFrom != nil })
    }

    @Test func `a result whose files were freed is made anew, and the reason is said`() async throws {
        let ahead = Mutex<Int64>(0)
        let (fixture, executor) = try fixture(
            now: { Instant(milliseconds: Instant.now().milliseconds + ahead.withLock { $0 }) }
        )
        _ = try await run(fixture)
        ahead.withLock { $0 += 48 * 3_600_000 }
        _ = try await fixture.service.collectGarbage(
            GarbageRequest(settledFor: DurationText(milliseconds: 3_600_000)),
            as: fixture.actor
        )
        let job = try await run(fixture)
        #expect(job.state == .completed && job.steps.map { $0.reusedFrom == nil } == [false, true])
        #expect(executor.invocations.count == 3)
        #expect(try await because(fixture, job, "second") == ["the earlier outputs were removed by gc"])
    }

    @Test func `a result whose bytes are gone is made anew`() async throws {
        let (fixture, executor) = try fixture()
        let first = try await run(fixture)
        let asset = try #require(first.outputData?["copied"].flatMap { FileValue(json: $0) })
        try FileManager.default.removeItem(atPath: fixture.workspace.blobs.path(of: asset.sha256))
        let job = try await run(fixture)
        #expect(job.state == .completed && job.steps.map { $0.reusedFrom == nil } == [false, true])
        #expect(executor.invocations.count == 3)
    }

    @Test func `bytes stay that only a later job refers to`() async throws {
        let ahead = Mutex<Int64>(0)
        let (fixture, _) = try fixture(
            now: { Instant(milliseconds: Instant.now().milliseconds + ahead.withLock { $0 }) }
        )
        let first = try await run(fixture)
        let second = try await run(fixture)
        try await fixture.service.deleteJob(first.id, as: fixture.actor)
        ahead.withLock { $0 += 48 * 3_600_000 }
        _ = try await fixture.service.collectGarbage(GarbageRequest(), as: fixture.actor)
        let asset = try #require(second.outputData?["copied"].flatMap { FileValue(json: $0) })
        #expect(fixture.workspace.blobs.contains(asset.sha256))
        let third = try await run(fixture)
        #expect(third.steps.allSatisfy { $0.reusedFrom != nil })
    }

    @Test func `bytes that are used again count as stored just now, so that no collector takes them meanwhile`()
        async throws
    {
        let (fixture, _) = try fixture()
        let first = try await run(fixture)
        let asset = try #require(first.outputData?["copied"].flatMap { FileValue(json: $0) })
        let path = fixture.workspace.blobs.path(of: asset.sha256)
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
        _ = try await run(fixture)
        let changed = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        #expect((changed?.timeIntervalSince1970 ?? 0) > 1_000_000_000)
    }

    @Test func `a result that is used again costs nothing`() async throws {
        let (fixture, _) = try fixture(upper: EngineFixture.upper + "\nestimated_cost: \"5\"")
        _ = try await run(fixture)
        let job = try await run(fixture) { $0.details.maxCost = "1" }
        #expect(job.state == .completed && job.steps.allSatisfy { $0.reusedFrom != nil }, "\(job)")
    }

    @Test func `a job that is reset runs its steps again`() async throws {
        let (fixture, executor) = try fixture()
        let first = try await run(fixture)
        _ = try await fixture.service.resetJob(first.id, as: fixture.actor)
        let again = try await fixture.service.startJob(first.id, as: fixture.actor)
        #expect(again.state == .completed && again.steps.allSatisfy { $0.reusedFrom == nil })
        #expect(executor.invocations.count == 4)
    }
}
