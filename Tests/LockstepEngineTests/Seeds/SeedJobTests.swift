import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Synchronization
import Testing

/// Seed 002's workflow with the shipped tools, in the real sandbox, compared with the seed's examples key by key.
@Suite(.timeLimit(.minutes(10)))
struct SeedJobTests {
    private let folder: TemporaryFolder
    private let workspace: Workspace
    private let actor = Actor(id: "ann")

    /// The fields that the jobs document adds to the seed's; nothing else may appear beside the seed's own.
    private static let addedToJob: Set<String> = [
        "status", "state", "input_values", "input_errors", "progress", "tenant_id", "user_id", "version",
        "workflow_digest",
        "error_code", "live_output", "execution_progress", "started_at", "completed_at", "output_data",
        "error_message", "description", "workflow_id", "name", "created_at", "updated_at", "input_variables", "steps",
    ]
    private static let addedToStep: Set<String> = ["error_code", "progress"]

    private static let workflow = """
        workflow_id: wf_analyze_document
        name: Analyze document
        version: 1.0.0
        input_variables:
          - { name: document, variable_id: input_doc, required: true, schema: { type: file, mime_types: [application/pdf] } }
          - { name: analysis_depth, variable_id: depth, required: true, schema: { type: string, enum: [basic, detailed, comprehensive] } }
        steps:
          - step_id: step_1
            tool: pdf_extractor
            parameter_mappings: { input_file: input_doc, extraction_mode: full }
            output_mappings: { extracted_text: document_text }
          - step_id: step_2
            tool: text_analyzer
            parameter_mappings: { text: document_text, analysis_level: depth }
            output_mappings: { analysis_results: final_analysis }
        outputs: [final_analysis]
        """

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.workflow, to: "workflows/wf_analyze_document.yaml")
        try PackageRoot.copy("tools-registry", into: folder.path)
        let document = URL(fileURLWithPath: PackageRoot.path("Examples/keeping-looms-in-step.pdf"))
        try folder.write(try Data(contentsOf: document), to: "Q4_2023_Report.pdf")
        workspace = try Workspace.open(try Project.discover(from: folder.path, explicit: nil, environment: [:]))
    }

    private func create(document: String = "Q4_2023_Report.pdf") async throws -> Job {
        try await workspace.service.createJob(
            CreateJobRequest(
                workflow: try workspace.catalog.workflow(WorkflowID("wf_analyze_document")),
                name: "Analyze Q4 Report",
                description: "Analysis of Q4 2023 financial report",
                inputs: [
                    GivenInput(name: "document", value: .text(document), folder: folder.path),
                    GivenInput(name: "analysis_depth", value: .text("detailed"), folder: folder.path),
                ]
            ),
            as: actor
        )
    }

    @Test func `a created job`() async throws {
        let job = try await create()
        let example = try JSONValue(parsing: SeedExamples.created)
        try compare(
            job.json,
            with: example,
            exactly: ["workflow_id", "name", "description", "status", "input_variables"]
        )
        let steps = try #require(job.json["steps"]?.arrayValue)
        let seedSteps = try #require(example["steps"]?.arrayValue)
        for (step, seed) in zip(steps, seedSteps) {
            for (key, value) in try #require(seed.objectValue) where key != "job_id" {
                #expect(step[key] == value, "\(key)")
            }
            #expect(step["job_id"] == job.json["job_id"])
            let names = [step, seed].map { Set($0.objectValue?.names ?? []) }
            #expect(names[0] == names[1])
        }
        try compare(job.json, with: try JSONValue(parsing: SeedExamples.inputs), exactly: ["input_errors"])
        #expect(job.json["input_values"]?["depth"] == "detailed")
        #expect(job.json["input_values"]?["input_doc"]?["name"] == "Q4_2023_Report.pdf")
        for key in ["started_at", "completed_at", "execution_progress", "output_data", "error_message"] {
            #expect(job.json[key] == nil, "a created job has no \(key)")
        }
    }

    @Test func `a job that runs, and completes`() async throws {
        let created = try await create()
        let snapshots = Mutex<[Job]>([])
        let service = workspace.service
        let executor = WatchedExecutor(try WatchedExecutor.local(of: workspace)) { [actor] invocation in
            guard let job = try? await service.getJob(invocation.jobID, as: actor) else { return }
            snapshots.withLock { $0.append(job) }
        }
        let watched = try Workspace.open(workspace.project, executor: executor)
        let job = try await watched.runner.run(created.id, as: actor)
        let (first, second) = try snapshots.withLock { (try #require($0.first), try #require($0.last)) }
        try compare(
            first.json,
            with: try JSONValue(parsing: SeedExamples.running),
            exactly: ["status", "execution_progress"]
        )
        try compare(
            second.json,
            with: try JSONValue(parsing: SeedExamples.secondStep),
            exactly: ["workflow_id", "name", "status", "execution_progress"]
        )
        #expect(second.json["steps"]?.arrayValue?.compactMap { $0["status"]?.stringValue } == ["COMPLETED", "RUNNING"])
        #expect(job.errorMessage == nil)
        try compare(job.json, with: try JSONValue(parsing: SeedExamples.completed), exactly: ["status"])
        #expect(job.json["output_data"]?["final_analysis"]?["summary"]?.kind == "string")
        #expect(job.json["output_data"]?["final_analysis"]?["key_metrics"]?.kind == "object")
        #expect(job.json["steps"]?.arrayValue?.first?["output_data"]?["extracted_text"]?.kind == "string")
        #expect(try await service.getJob(job.id, as: actor).json == job.json)
    }

    @Test func `a job whose document cannot be read fails with the tool's words`() async throws {
        try folder.write(
            Data(contentsOf: URL(fileURLWithPath: PackageRoot.path("Tests/Fixtures/locked.pdf"))),
            to: "locked.pdf"
        )
        let created = try await create(document: "locked.pdf")
        let job = try await workspace.runner.run(created.id, as: actor)
        try compare(
            job.json,
            with: try JSONValue(parsing: SeedExamples.failed),
            exactly: ["status", "execution_progress"]
        )
        let step = try #require(job.json["steps"]?.arrayValue?.first)
        #expect(step["status"] == "FAILED")
        #expect(step["error_message"] == job.json["error_message"])
        #expect(job.errorMessage?.contains("password") == true)
    }

    @Test func `a cancelled job`() async throws {
        let created = try await create()
        let stop = StopSignal()
        let job = try await workspace.runner.run(created.id, as: actor, stop: stop) { update in
            if case .step = update { stop.stop() }
        }
        try compare(
            job.json,
            with: try JSONValue(parsing: SeedExamples.cancelled),
            exactly: ["status", "error_message"]
        )
        #expect(job.state == .cancelled)
    }

    /// Every key of the example is there with a value of the same kind; the named ones are equal; nothing unknown is added.
    private func compare(_ json: JSONValue, with example: JSONValue, exactly: [String]) throws {
        let object = try #require(json.objectValue)
        for (key, value) in try #require(example.objectValue) {
            let ours = try #require(object[key], "\(key) is missing")
            #expect(ours.kind == value.kind, "\(key)")
            if exactly.contains(key) { #expect(ours == value, "\(key)") }
            if key.hasSuffix("_at") {
                let text = try #require(ours.stringValue)
                #expect(Instant(parsing: text)?.description == text, "\(key)")
            }
        }
        let added = Set(object.names).subtracting(example.objectValue?.names ?? []).subtracting(["job_id"])
        #expect(added.isSubset(of: Self.addedToJob), "\(added.subtracting(Self.addedToJob))")
        for step in object["steps"]?.arrayValue ?? [] {
            let known: Set<String> = [
                "step_id", "job_id", "sequence_number", "status", "tool", "parameter_mappings", "output_mappings",
                "started_at", "completed_at", "output_data", "error_message",
            ]
            let names = Set(step.objectValue?.names ?? [])
            #expect(names.isSubset(of: known.union(Self.addedToStep)))
        }
    }
}
