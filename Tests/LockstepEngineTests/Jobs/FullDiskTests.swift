import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepModel
import LockstepTestSupport
import Testing

/// A project on a file system that fills up, with the real sandbox.
@Suite(
    .enabled(if: SmallDisk.isAvailable, "mounting a small file system needs root"),
    .timeLimit(.minutes(10))
)
struct FullDiskTests {
    private let disk: SmallDisk
    private let workspace: Workspace
    private let actor = Actor(id: "ann")

    private static let filler = """
        tool_id: filler
        name: Filler
        version: 1.0.0
        command: [head, -c, "${bytes}", /dev/zero]
        parameters: { bytes: { required: true, schema: { type: integer } } }
        outputs: { code: { exit_code: true, schema: { type: integer } } }
        """
    private static let keeper = """
        tool_id: keeper
        name: Keeper
        version: 1.0.0
        command: [cp, "${file}", kept.bin]
        parameters: { file: { required: true, schema: { type: file } } }
        outputs: { kept: { path: kept.bin, schema: { type: file } } }
        """

    private static func workflow(_ tool: String, _ parameter: String, _ type: String) -> String {
        """
        workflow_id: \(tool)_job
        name: Job
        version: 1.0.0
        input_variables: [{ variable_id: \(parameter), required: true, schema: { type: \(type) } }]
        steps: [{ step_id: only, tool: \(tool), parameter_mappings: { \(parameter): \(parameter) } }]
        """
    }

    init() throws {
        disk = try SmallDisk(megabytes: 24)
        for (path, text) in [
            ("tools-registry/filler.yaml", Self.filler), ("tools-registry/keeper.yaml", Self.keeper),
            ("workflows/filler_job.yaml", Self.workflow("filler", "bytes", "integer")),
            ("workflows/keeper_job.yaml", Self.workflow("keeper", "file", "file")),
        ] {
            let url = URL(fileURLWithPath: "\(disk.path)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
        let project = try Project.discover(from: disk.path, explicit: nil, environment: [:])
        workspace = try Workspace.open(project)
    }

    private func request(_ workflow: String, _ input: String, _ value: String) throws -> CreateJobRequest {
        CreateJobRequest(
            workflow: try workspace.catalog.workflow(WorkflowID(workflow)),
            inputs: [GivenInput(name: input, value: .text(value), folder: "/")]
        )
    }

    @Test func `an input that does not fit is refused, and no job is made`() async throws {
        let folder = try TemporaryFolder()
        let big = try folder.write(Data(count: 40 << 20), to: "big.bin")
        let error = await #expect(throws: JobError.self) {
            try await workspace.service.createJob(try request("keeper_job", "file", big), as: actor)
        }
        #expect(error?.code == .storageFull)
        #expect(try await workspace.service.listJobs(JobFilter(), as: actor).jobs.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/.lockstep/assets/incoming").isEmpty)
    }

    @Test func `a step that fills the disk ends its job as failed, not as running for ever`() async throws {
        let created = try await workspace.service.createJob(
            try request("filler_job", "bytes", String(60 << 20)),
            as: actor
        )
        let job = try await workspace.runner.run(created.id, as: actor)
        #expect(job.state == .failed)
        let stored = try await workspace.service.getJob(created.id, as: actor)
        #expect(stored.state == .failed)
        #expect(stored.errorCode == "STORAGE_FULL")
        #expect(stored.errorMessage?.contains("disk is full") == true)
    }

    @Test func `an output that does not fit into the store fails its job`() async throws {
        let folder = try TemporaryFolder()
        let half = try folder.write(Data((0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 / 7) }), to: "half.bin")
        let created = try await workspace.service.createJob(try request("keeper_job", "file", half), as: actor)
        try Data(count: 9 << 20).write(to: URL(fileURLWithPath: "\(disk.path)/other.bin"))
        let job = try await workspace.runner.run(created.id, as: actor)
        #expect(job.state == .failed)
        #expect(try await workspace.service.getJob(created.id, as: actor).state == .failed)
    }
}
