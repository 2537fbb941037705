import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// Plans of runs with `--resume`, after runs whose answers a test makes up.
@Suite(.timeLimit(.minutes(10)))
struct PlannedReuseTests {
    private func fixture() throws -> EngineFixture {
        let executor = ScriptedExecutor { (invocation, _) throws(ExecutionError) in
            ScriptedExecutor.success(
                invocation.stepID == StepID("first")
                    ? ["result": .value(.string("HELLO"))] : ["line": .value(.string("11 words"))]
            )
        }
        return try EngineFixture(executor: executor)
    }

    private func plan(_ fixture: EngineFixture, word: String = "hello", resumes: Bool = true) async throws -> JSONValue
    {
        let inputs = [fixture.input("document", "doc.txt"), fixture.input("word", word)]
        let request = try fixture.request(inputs)
        let planner = RunPlanner(fixture.workspace.project)
        return try await planner.plan(request.workflow, inputs: inputs, reusesSteps: resumes, as: fixture.actor).json
    }

    private func reuse(_ plan: JSONValue, _ step: Int) -> JSONValue? { plan["steps"]?.arrayValue?[step]["reuse"] }

    @Test
    func `Without an earlier run nothing is there, and a step that waits is decided later`() async throws {
        let plan = try await plan(try fixture())
        #expect(reuse(plan, 0) == ["reasons": ["there is no earlier result of it"]])
        #expect(reuse(plan, 1) == ["waits_for": ["loud"]])
    }

    @Test
    func `An equal result is found while others work, and what it made is known to the steps after it`() async throws {
        let fixture = try fixture()
        let job = try await fixture.service.startJob(try await fixture.createJob().id, as: fixture.actor)
        #expect(job.state == .completed)
        let plan = try await plan(fixture)
        for (place, step) in ["first", "second"].enumerated() {
            let origin: JSONValue = ["job_id": .string(job.id.rawValue), "step_id": .string(step)]
            #expect(reuse(plan, place) == ["equal_to": origin, "used": true], "\(plan)")
        }
        #expect(plan["outputs"] == ["loud": ["value": "HELLO"], "counted": ["value": "11 words"]])
        let without = try await self.plan(fixture, resumes: false)
        #expect(reuse(without, 0)?["used"] == false && reuse(without, 1) == ["waits_for": ["loud"]])
        #expect(without["outputs"]?["loud"] == ["waits_for": ["loud"]])
    }

    @Test
    func `The reason why there is none is the one that explain gives`() async throws {
        let fixture = try fixture()
        _ = try await fixture.service.startJob(try await fixture.createJob().id, as: fixture.actor)
        let plan = try await plan(fixture, word: "goodbye")
        #expect(
            reuse(plan, 0)?["reasons"] == [#"parameter text changed (was "hello", is "goodbye")"#]
        )
        try fixture.folder.write("other words\n", to: "doc.txt")
        #expect(reuse(try await self.plan(fixture), 1)?["reasons"] == ["input file file changed"])
        var request = try fixture.request([fixture.input("document", "doc.txt"), fixture.input("word", "goodbye")])
        request.reusesSteps = true
        let job = try await fixture.service.createJob(request, as: fixture.actor)
        _ = try await fixture.service.startJob(job.id, as: fixture.actor)
        let explained = try await fixture.service.explain(job.id, step: "first", as: fixture.actor)
        #expect(explained.reuses.first?.reasons.map { .string($0) } == reuse(plan, 0)?["reasons"]?.arrayValue)
    }

    @Test
    func `The results of another tenant are nobody's business`() async throws {
        let fixture = try fixture()
        _ = try await fixture.service.startJob(try await fixture.createJob().id, as: fixture.actor)
        let inputs = [fixture.input("document", "doc.txt"), fixture.input("word", "hello")]
        let planned = try await RunPlanner(fixture.workspace.project).plan(
            try fixture.request(inputs).workflow,
            inputs: inputs,
            as: Actor(id: "ann", tenantID: "other")
        )
        #expect(reuse(planned.json, 0) == ["reasons": ["there is no earlier result of it"]])
    }

    @Test
    func `A database that cannot be read is told, and the rest is planned`() async throws {
        let fixture = try fixture()
        let folder = try TemporaryFolder()
        for path in ["tools-registry", "workflows", "doc.txt"] {
            try FileManager.default.copyItem(atPath: fixture.folder.path(path), toPath: folder.path(path))
        }
        try folder.write("no database", to: ".lockstep/lockstep.sqlite")
        let project = try Project.discover(from: folder.path, explicit: nil, environment: [:])
        let inputs = [fixture.input("document", "doc.txt"), fixture.input("word", "hello")]
        let plan = try await RunPlanner(project).plan(
            try Catalog(project).workflow(WorkflowID("pair")),
            inputs: inputs,
            as: fixture.actor
        )
        #expect(plan.lookupProblem?.contains("is damaged or is no lockstep database") == true)
        #expect(plan.steps.count == 2 && plan.failingSteps.isEmpty)
    }
}
