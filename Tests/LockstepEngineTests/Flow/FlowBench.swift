import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// A project with one tool that takes anything and gives anything, and workflows that a test writes.
struct FlowBench {
    let folder: TemporaryFolder
    let workspace: Workspace
    let executor: ScriptedExecutor
    let actor = Actor(id: "anna", tenantID: "default", kind: .user, scopes: [.admin])

    /// Its outputs are `result`, anything, and `size`, which may be missing.
    static let tool = """
        tool_id: any
        name: Any
        version: 1.0.0
        command: [any, "${text}", "${more}"]
        parameters:
          text: { schema: {} }
          more: { schema: {} }
        outputs:
          result: { stdout: json, schema: {} }
          size: { path: size.json, optional: true, schema: { type: integer } }
        """

    /// - Parameter workflows: What follows `name` and `version` in each file, by id; the one that is run is `main`.
    init(_ workflows: [String: String], _ answer: @escaping ScriptedExecutor.Answer) throws {
        folder = try TemporaryFolder(inMemory: true)
        try folder.write(Self.tool, to: "tools-registry/any.yaml")
        for (id, text) in workflows {
            try folder.write("workflow_id: \(id)\nname: \(id)\nversion: 1.0.0\n\(text)", to: "workflows/\(id).yaml")
        }
        executor = ScriptedExecutor(answer)
        let project = try Project.discover(from: folder.path, explicit: nil, environment: [:])
        workspace = try Workspace.open(project, executor: executor, now: { Instant.now() })
    }

    init(_ main: String, _ answer: @escaping ScriptedExecutor.Answer) throws {
        try self.init(["main": main], answer)
    }

    var service: JobService { workspace.service }

    func createJob(_ inputs: [String: JSONValue] = [:]) async throws -> Job {
        try await service.createJob(
            CreateJobRequest(
                workflow: try workspace.catalog.workflow(WorkflowID("main")),
                inputs: inputs.map { GivenInput(name: $0.key, value: .json($0.value), folder: folder.path) },
                allowsIncompleteInputs: false
            ),
            as: actor
        )
    }

    func run(_ inputs: [String: JSONValue] = [:]) async throws -> Job {
        try await service.startJob(try await createJob(inputs).id, as: actor)
    }

    /// The steps that ran, in the order in which they began.
    var ran: [String] { executor.invocations.map(\.stepID.rawValue) }

    func events(_ job: Job, _ type: String) async throws -> [Event] {
        try await service.listEvents(job.id, as: actor).filter { $0.type == type }
    }

    /// What the tool gives back that is given `text` and nothing else.
    static func echo(_ invocation: StepInvocation) -> StepOutcome {
        ScriptedExecutor.success(["result": .value(.string(invocation.command.dropFirst().joined(separator: " ")))])
    }

    /// A step that gives its text back.
    static func step(_ id: String, _ text: String, to variable: String, _ more: String = "") -> String {
        "  - { step_id: \(id), tool: any, parameter_mappings: { text: \(text) }, "
            + "output_mappings: { result: \(variable) }\(more.isEmpty ? "" : ", " + more) }\n"
    }
}
