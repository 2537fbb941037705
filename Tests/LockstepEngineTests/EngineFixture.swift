import LockstepDefinitions
import LockstepEngine
import LockstepModel
import LockstepTestSupport

/// A temporary project with two tools and a workflow of two steps, opened with a scripted executor or the real one.
struct EngineFixture {
    let folder: TemporaryFolder
    let workspace: Workspace
    let actor = Actor(id: "ann")

    static let upper = """
        tool_id: upper
        name: Upper
        version: 1.0.0
        command: [tr, a-z, A-Z]
        stdin: "${text}"
        parameters: { text: { required: true, schema: { type: string } } }
        outputs: { result: { stdout: text, schema: { type: string } } }
        """
    static let count = """
        tool_id: count
        name: Count
        version: 1.0.0
        command: [wc, -c, "${file}"]
        parameters: { file: { required: true, schema: { type: file, mime_types: [text/plain] } }, label: { schema: { type: string } } }
        outputs:
          line: { stdout: text, schema: { type: string, minLength: 1 } }
          copy: { path: copy.txt, optional: true, schema: { type: file } }
        """
    static let workflow = """
        workflow_id: pair
        name: Pair
        version: 1.0.0
        description: Two steps.
        input_variables:
          - { variable_id: doc, name: document, required: true, schema: { type: file, mime_types: [text/plain] } }
          - { variable_id: word, required: true, schema: { type: string, enum: [hello, goodbye] } }
          - { variable_id: times, default: 1, schema: { type: integer, minimum: 1, maximum: 9 } }
        steps:
          - { step_id: first, tool: upper, parameter_mappings: { text: word }, output_mappings: { result: loud } }
          - { step_id: second, tool: count, parameter_mappings: { file: doc, label: loud }, output_mappings: { line: counted } }
        outputs: [loud, counted]
        """

    init(
        executor: (any StepExecutor)? = nil,
        workflow: String = Self.workflow,
        upper: String = Self.upper,
        inMemory: Bool = false,
        now: @escaping @Sendable () -> Instant = { Instant.now() }
    ) throws {
        folder = try TemporaryFolder(inMemory: inMemory)
        try folder.write(upper, to: "tools-registry/upper.yaml")
        try folder.write(Self.count, to: "tools-registry/count.yaml")
        try folder.write(workflow, to: "workflows/pair.yaml")
        try folder.write("some words\n", to: "doc.txt")
        let project = try Project.discover(from: folder.path, explicit: nil, environment: [:])
        workspace = try Workspace.open(project, executor: executor, now: now)
    }

    var service: JobService { workspace.service }

    func input(_ name: String, _ text: String) -> GivenInput {
        GivenInput(name: name, value: .text(text), folder: folder.path)
    }

    /// A request for the workflow with good inputs, unless others are given.
    func request(_ inputs: [GivenInput]? = nil, draft: Bool = false) throws -> CreateJobRequest {
        CreateJobRequest(
            workflow: try workspace.catalog.workflow(WorkflowID("pair")),
            inputs: inputs ?? [input("document", "doc.txt"), input("word", "hello")],
            allowsIncompleteInputs: draft
        )
    }

    func createJob() async throws -> Job {
        try await service.createJob(try request(), as: actor)
    }
}
