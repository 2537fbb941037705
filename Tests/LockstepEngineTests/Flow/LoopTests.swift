import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Synchronization
import Testing

/// `for_each`.
@Suite(.timeLimit(.minutes(5)))
struct LoopTests {
    private static func workflow(_ loop: String, _ more: String = "") -> String {
        """
        input_variables: [{ variable_id: list, schema: {} }]
        steps:
          - step_id: each
            tool: any
            for_each: \(loop)
            parameter_mappings: { text: { cat: [{ var: it }, '@', { var: item_index }] } }
            output_mappings: { result: all, size: { variable: sizes, default: 0 } }
        \(more)
          - { step_id: last, tool: any, parameter_mappings: { text: all }, output_mappings: { result: joined } }
        """
    }

    private static let items = workflow("{ items: list, as: it }")

    private static let echo: ScriptedExecutor.Answer = { (invocation, _) throws(ExecutionError) in
        FlowBench.echo(invocation)
    }

    @Test func `a step runs once for each item, and its outputs are lists in the order of the items`() async throws {
        let bench = try FlowBench(Self.items, Self.echo)
        let job = try await bench.run(["list": ["a", "b", 3]])
        #expect(job.state == .completed && bench.ran == ["each[0]", "each[1]", "each[2]", "last"])
        #expect(job.outputData == ["all": ["a@0", "b@1", "3@2"], "sizes": [0, 0, 0], "joined": "a@0 b@1 3@2"])
        #expect(job.steps.count == 2 && job.steps[0].items == StepItems(total: 3, completed: 3))
        #expect(
            bench.executor.invocations.map(\.attemptFolder).count
                == Set(bench.executor.invocations.map(\.attemptFolder)).count
        )
    }

    @Test func `the order is that of the items also when they end in another one, and no more run at once than may`()
        async throws
    {
        let running = Mutex((now: 0, most: 0, ended: 0))
        let bench = try FlowBench(Self.workflow("{ items: list, as: it, max_parallel: 3 }")) {
            (invocation, _) throws(ExecutionError) in
            guard invocation.stepID.rawValue.hasPrefix("each") else { return FlowBench.echo(invocation) }
            let item = Int(invocation.command[1].split(separator: "@")[1])
            running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.ended) }
            defer { running.withLock { $0 = ($0.now - 1, $0.most, $0.ended + 1) } }
            // None ends before three have run at once, and the first ends after five others.
            while running.withLock({ $0.most < 3 || item == 0 && $0.ended < 5 }) {
                try? await Task.sleep(for: .milliseconds(5))
            }
            return FlowBench.echo(invocation)
        }
        let list = (0..<12).map { JSONValue.integer(Int64($0 * 10)) }
        let job = try await bench.run(["list": .array(list)])
        #expect(job.outputData?["all"] == .array((0..<12).map { .string("\($0 * 10)@\($0)") }))
        #expect(running.withLock { $0.most } == 3)
    }

    @Test(
        arguments: [
            ("", []), ("a", ["a@0"]), ("a\n", ["a@0"]), ("a\r\nb", ["a@0", "b@1"]), ("a\n\nb\n", ["a@0", "@1", "b@2"]),
        ] as [(String, [JSONValue])]
    )
    func `it runs over the lines of a text`(text: String, results: [JSONValue]) async throws {
        let bench = try FlowBench(Self.workflow("{ lines: list, as: it }"), Self.echo)
        #expect(try await bench.run(["list": .string(text)]).outputData?["all"] == .array(results))
    }

    @Test(
        arguments: [
            ("{ items: list, as: it }", "a\nb", "needs a list to run over; it is \"a\\nb\". Write `lines:`"),
            ("{ items: list, as: it }", ["k": 1], "needs a list to run over; it is the object"),
            ("{ items: list, as: it }", .null, "needs a list to run over; its mapping has no value"),
            ("{ lines: list, as: it }", ["a"], "over `lines` needs a text; it is the list"),
        ] as [(String, JSONValue, String)]
    )
    func `what is no list fails the step before it starts`(
        loop: String,
        list: JSONValue,
        message: String
    ) async throws {
        let bench = try FlowBench(Self.workflow(loop), Self.echo)
        let job = try await bench.run(["list": list])
        #expect(job.state == .failed && job.errorCode == "VALIDATION_ERROR" && bench.ran.isEmpty)
        #expect(job.errorMessage?.contains(message) == true, "\(job.errorMessage ?? "")")
    }

    @Test func `an item that fails ends the step, and no further one starts`() async throws {
        let bench = try FlowBench(Self.items) { (invocation, _) throws(ExecutionError) in
            invocation.stepID == StepID("each[1]") ? ScriptedExecutor.failure("no b") : FlowBench.echo(invocation)
        }
        let job = try await bench.run(["list": ["a", "b", "c"]])
        #expect(job.state == .failed && job.errorMessage == "no b" && bench.ran == ["each[0]", "each[1]"])
        #expect(job.steps.map(\.status) == [.failed, .skipped])
        #expect(job.steps[0].items == StepItems(total: 3, completed: 1, failed: 1))
    }

    @Test func `a retry runs the items that failed, and not those that are there`() async throws {
        let isMended = Flag()
        let bench = try FlowBench(Self.workflow("{ items: list, as: it }", "    on_failure: continue\n")) {
            (invocation, _) throws(ExecutionError) in
            ["each[1]", "each[3]"].contains(invocation.stepID.rawValue) && !isMended.isSet
                ? ScriptedExecutor.failure("no \(invocation.stepID)") : FlowBench.echo(invocation)
        }
        let partial = try await bench.run(["list": ["a", "b", "c", "d"]])
        #expect(partial.state == .partial && bench.ran.count == 5)
        #expect(partial.outputData?["all"] == ["a@0", .null, "c@2", .null])
        #expect(partial.outputData?["sizes"] == [0, 0, 0, 0])
        #expect(
            partial.errorMessage
                == "The job went on although step each failed: 2 of its 4 items failed. The first: no each[1]"
        )
        isMended.set()
        _ = try await bench.service.retryJob(partial.id, as: bench.actor)
        let job = try await bench.service.startJob(partial.id, as: bench.actor)
        #expect(job.state == .completed && bench.ran.dropFirst(5) == ["each[1]", "each[3]", "last"])
        #expect(job.outputData?["all"] == ["a@0", "b@1", "c@2", "d@3"])
        #expect(job.steps[0].items == StepItems(total: 4, completed: 4))
    }

    @Test func `an item is tried again as its step's policy says`() async throws {
        let bench = try FlowBench(
            Self.workflow("{ items: list, as: it, max_parallel: 2 }", "    retry: { max_attempts: 2, backoff: 2ms }\n")
        ) { (invocation, _) throws(ExecutionError) in
            invocation.stepID.rawValue.hasPrefix("each") && invocation.attemptNumber == 1
                ? ScriptedExecutor.failure("busy") : FlowBench.echo(invocation)
        }
        let job = try await bench.run(["list": ["a", "b", "c"]])
        #expect(job.state == .completed && job.outputData?["all"] == ["a@0", "b@1", "c@2"])
        #expect(bench.ran.count == 7)
        #expect(try await bench.events(job, "step.retrying").map { $0.data["item_index"] }.count == 3)
    }

    @Test func `a cancellation stops all that run, and starts no more`() async throws {
        let stop = StopSignal()
        let bench = try FlowBench(Self.workflow("{ items: list, as: it, max_parallel: 2 }")) {
            (invocation, own) throws(ExecutionError) in
            if invocation.stepID == StepID("each[1]") { stop.stop() }
            while own.request == .none { try? await Task.sleep(for: .milliseconds(2)) }
            return StepOutcome(
                ending: AttemptEnding(reason: .cancelled),
                failure: StepFailure(.cancelled, "was stopped.")
            )
        }
        let created = try await bench.createJob(["list": ["a", "b", "c"]])
        let job = try await bench.service.startJob(created.id, stop: stop, as: bench.actor)
        #expect(job.state == .cancelled && Set(bench.ran) == ["each[0]", "each[1]"])
        #expect(job.steps.map(\.status) == [.failed, .skipped])
    }

    @Test func `a job that is paused among its items goes on with those that are left`() async throws {
        let paused = Flag()
        let holder = Mutex<JobService?>(nil)
        let id = Mutex<JobID?>(nil)
        let bench = try FlowBench(Self.items) { (invocation, _) throws(ExecutionError) in
            if invocation.stepID == StepID("each[1]"), !paused.isSet, let service = holder.withLock({ $0 }),
                let id = id.withLock({ $0 })
            {
                paused.set()
                _ = try? await service.pauseJob(
                    id,
                    as: Actor(id: "anna", tenantID: "default", kind: .user, scopes: [.admin])
                )
            }
            return FlowBench.echo(invocation)
        }
        let created = try await bench.createJob(["list": ["a", "b", "c"]])
        holder.withLock { $0 = bench.service }
        id.withLock { $0 = created.id }
        let rested = try await bench.service.startJob(created.id, as: bench.actor)
        #expect(rested.state == .paused && bench.ran == ["each[0]", "each[1]"])
        let job = try await bench.service.startJob(created.id, as: bench.actor)
        #expect(job.state == .completed && bench.ran == ["each[0]", "each[1]", "each[2]", "last"])
        #expect(job.outputData?["all"] == ["a@0", "b@1", "c@2"])
    }

    @Test func `items have earlier results used in their place`() async throws {
        let bench = try FlowBench(Self.items) { (invocation, _) throws(ExecutionError) in FlowBench.echo(invocation) }
        _ = try await bench.run(["list": ["a", "b"]])
        var request = CreateJobRequest(
            workflow: try bench.workspace.catalog.workflow(WorkflowID("main")),
            inputs: [GivenInput(name: "list", value: .json(["a", "b", "c"]), folder: bench.folder.path)],
            allowsIncompleteInputs: false
        )
        request.reusesSteps = true
        let created = try await bench.service.createJob(request, as: bench.actor)
        let job = try await bench.service.startJob(created.id, as: bench.actor)
        #expect(job.outputData?["all"] == ["a@0", "b@1", "c@2"])
        #expect(bench.ran.dropFirst(3) == ["each[2]", "last"])
    }

    @Test func `what a list would hold too much of fails the step and says so`() async throws {
        let bench = try FlowBench(Self.items) { (_, _) throws(ExecutionError) in
            ScriptedExecutor.success(["result": .value(.string(String(repeating: "x", count: 6 << 20)))])
        }
        let job = try await bench.run(["list": ["a", "b", "c"]])
        #expect(job.state == .failed && job.errorCode == "RESOURCE_LIMIT")
        #expect(
            job.errorMessage?.contains("its 3 items made more than 16 MiB for `result` together") == true,
            "\(job.errorMessage ?? "")"
        )
    }

    @Test func `no items are no work, and empty lists`() async throws {
        let bench = try FlowBench(Self.items, Self.echo)
        let job = try await bench.run(["list": []])
        #expect(job.state == .completed && bench.ran == ["last"] && job.outputData?["all"] == [])
    }
}
